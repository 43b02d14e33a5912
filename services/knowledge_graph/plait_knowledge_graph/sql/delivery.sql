-- name: claim
-- Take partitions over: whoever held them before can't commit any more. Null where nothing was read yet.
INSERT INTO positions AS p (group_id, topic, partition, next_offset, epoch)
SELECT %(group)s, t.topic, t.partition, NULL, 1
FROM unnest(%(topic)s::text[], %(partition)s::int[]) AS t (topic, partition)
ON CONFLICT (group_id, topic, partition) DO UPDATE SET epoch = p.epoch + 1
RETURNING topic, partition, next_offset, epoch;

-- name: advance
-- Move on, if the claim is still ours; fewer rows than asked for mean that it is not.
UPDATE positions AS p SET next_offset = greatest(p.next_offset, t.next_offset)
FROM unnest(%(topic)s::text[], %(partition)s::int[], %(next_offset)s::bigint[], %(epoch)s::bigint[])
    AS t (topic, partition, next_offset, epoch)
WHERE p.group_id = %(group)s AND p.topic = t.topic AND p.partition = t.partition AND p.epoch = t.epoch
RETURNING p.topic, p.partition;

-- name: insert_outbox
INSERT INTO outbox (topic, key, value, headers, timestamp_ms)
SELECT * FROM unnest(
    %(topic)s::text[], %(key)s::bytea[], %(value)s::bytea[], %(headers)s::bytea[], %(timestamp_ms)s::bigint[]);

-- name: try_relay
-- One relay at a time, so that the order of the outbox is the order on the topic.
SELECT pg_try_advisory_xact_lock(hashtextextended('plait.outbox', 0)) AS ours;

-- name: outbox
SELECT id, topic, key, value, headers, timestamp_ms FROM outbox ORDER BY id LIMIT %(limit)s;

-- name: delete_outbox
DELETE FROM outbox WHERE id = ANY (%(ids)s::bigint[]);

-- name: upsert_vectors
INSERT INTO question_vectors AS q (workspace, request_id, embedding, answered_at)
SELECT * FROM unnest(
    %(workspace)s::text[], %(request_id)s::text[], %(embedding)s::text[], %(answered_at)s::timestamptz[])
ON CONFLICT (workspace, request_id) DO UPDATE SET embedding = excluded.embedding, answered_at = excluded.answered_at;

-- name: forget_vectors
DELETE FROM question_vectors WHERE answered_at < %(before)s;

-- name: vector
SELECT embedding FROM question_vectors WHERE workspace = %(workspace)s AND request_id = %(request_id)s;

-- name: vector_dimensions
SELECT a.atttypmod AS dimensions FROM pg_attribute a
WHERE a.attrelid = 'embeddings'::regclass AND a.attname = 'embedding';

-- name: migration_lock
SELECT pg_advisory_lock(hashtextextended('plait.migrations', 0));
