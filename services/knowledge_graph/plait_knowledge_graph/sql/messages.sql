-- name: lock_workspaces
-- Writers of one workspace take turns: what is derived from several messages sees all of them. Sorted: no deadlock.
SELECT pg_advisory_xact_lock(hashtextextended('plait.workspace:' || w, 0))
FROM unnest(%(workspaces)s::text[]) AS w;

-- name: upsert_messages
-- The greater rank stands. Answers with the messages that changed, where they are and where they were.
INSERT INTO messages AS m (
    workspace, message_id, version, deleted, event_id, digest, tag_rank, conversation_id, audience, kind, language,
    author_id, author_name, sent_at, occurred_at, received_at, text, record, tags, model_name, model_revision, search)
SELECT
    r.workspace, r.message_id, r.version, r.deleted, r.event_id, r.digest, r.tag_rank, r.conversation_id, r.audience,
    r.kind, r.language, r.author_id, r.author_name, r.sent_at, r.occurred_at, r.received_at, r.text, r.record::jsonb,
    r.tags::jsonb, r.model_name, r.model_revision, array_to_tsvector(string_to_array(r.lexemes, chr(31)))
FROM unnest(
    %(workspace)s::text[], %(message_id)s::text[], %(version)s::bigint[], %(deleted)s::boolean[],
    %(event_id)s::text[], %(digest)s::text[], %(tag_rank)s::text[], %(conversation_id)s::text[],
    %(audience)s::text[], %(kind)s::text[], %(language)s::text[], %(author_id)s::text[], %(author_name)s::text[],
    %(sent_at)s::timestamptz[], %(occurred_at)s::timestamptz[], %(received_at)s::timestamptz[], %(text)s::text[],
    %(record)s::text[], %(tags)s::text[], %(model_name)s::text[], %(model_revision)s::text[], %(lexemes)s::text[]
) AS r (
    workspace, message_id, version, deleted, event_id, digest, tag_rank, conversation_id, audience, kind, language,
    author_id, author_name, sent_at, occurred_at, received_at, text, record, tags, model_name, model_revision, lexemes)
ON CONFLICT (workspace, message_id) DO UPDATE SET
    version = excluded.version, deleted = excluded.deleted, event_id = excluded.event_id, digest = excluded.digest,
    tag_rank = excluded.tag_rank, conversation_id = excluded.conversation_id, audience = excluded.audience,
    kind = excluded.kind, language = excluded.language, author_id = excluded.author_id,
    author_name = excluded.author_name, sent_at = excluded.sent_at, occurred_at = excluded.occurred_at,
    received_at = excluded.received_at, text = excluded.text, record = excluded.record, tags = excluded.tags,
    model_name = excluded.model_name, model_revision = excluded.model_revision, search = excluded.search
WHERE (excluded.version, excluded.deleted, excluded.event_id, excluded.digest, excluded.tag_rank)
    > (m.version, m.deleted, m.event_id, m.digest, m.tag_rank)
RETURNING
    new.workspace, new.message_id, new.conversation_id, new.audience,
    old.conversation_id AS old_conversation_id, old.audience AS old_audience;

-- name: delete_mentions
DELETE FROM mentions USING unnest(%(workspace)s::text[], %(message_id)s::text[]) AS t (workspace, message_id)
WHERE mentions.workspace = t.workspace AND mentions.message_id = t.message_id
RETURNING mentions.workspace, mentions.audience, mentions.node_id;

-- name: delete_assertions
DELETE FROM assertions USING unnest(%(workspace)s::text[], %(message_id)s::text[]) AS t (workspace, message_id)
WHERE assertions.workspace = t.workspace AND assertions.message_id = t.message_id
RETURNING assertions.workspace, assertions.audience, assertions.subject_id, assertions.predicate;

-- name: delete_people
DELETE FROM people USING unnest(%(workspace)s::text[], %(message_id)s::text[]) AS t (workspace, message_id)
WHERE people.workspace = t.workspace AND people.message_id = t.message_id;

-- name: delete_embeddings
DELETE FROM embeddings USING unnest(%(workspace)s::text[], %(message_id)s::text[]) AS t (workspace, message_id)
WHERE embeddings.workspace = t.workspace AND embeddings.message_id = t.message_id;

-- name: insert_people
COPY people (workspace, message_id, conversation_id, audience, identity_id, name) FROM STDIN;

-- name: insert_mentions
COPY mentions (
    workspace, message_id, ordinal, conversation_id, audience, label, surface, identity, node_id, node_name, node_norm,
    span_start, span_end, score
) FROM STDIN;

-- name: insert_assertions
COPY assertions (
    workspace, message_id, ordinal, event_id, conversation_id, audience, predicate, subject_label, subject_surface,
    subject_identity, subject_id, subject_name, object_label, object_surface, object_identity, object_id, object_name,
    span_start, span_end, confidence, occurred_at, received_at, model_name, model_revision
) FROM STDIN;

-- name: insert_embeddings
COPY embeddings (workspace, message_id, audience, embedding) FROM STDIN (FORMAT binary);

-- name: index_embeddings
-- Put some of the new vectors into the index; at most `limit`, and only when more than `keep` are waiting.
UPDATE embeddings AS e SET indexed = true
FROM (
    SELECT workspace, message_id FROM embeddings WHERE NOT indexed
    ORDER BY workspace, message_id OFFSET %(keep)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS t
WHERE e.workspace = t.workspace AND e.message_id = t.message_id
RETURNING e.message_id;
