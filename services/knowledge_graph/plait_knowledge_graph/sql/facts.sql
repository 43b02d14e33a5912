-- name: count_mentions
-- What new mentions add to nodes. The least spelling is the name, as in `recount_nodes`.
INSERT INTO nodes AS n (workspace, audience, node_id, label, name, norm, mentions)
SELECT * FROM unnest(
    %(workspace)s::text[], %(audience)s::text[], %(node_id)s::text[], %(label)s::text[], %(name)s::text[],
    %(norm)s::text[], %(mentions)s::int[])
ON CONFLICT (workspace, node_id, audience) DO UPDATE SET
    name = least(n.name, excluded.name), mentions = n.mentions + excluded.mentions;

-- name: delete_nodes
DELETE FROM nodes AS n
USING unnest(%(workspace)s::text[], %(audience)s::text[], %(node_id)s::text[]) AS t (workspace, audience, node_id)
WHERE n.workspace = t.workspace AND n.audience = t.audience AND n.node_id = t.node_id
    AND NOT EXISTS (
        SELECT FROM mentions m
        WHERE m.workspace = t.workspace AND m.node_id = t.node_id AND m.audience = t.audience);

-- name: recount_nodes
-- Nodes that lost mentions, from all that they have left.
INSERT INTO nodes AS n (workspace, audience, node_id, label, name, norm, mentions)
SELECT m.workspace, m.audience, m.node_id, min(m.label), min(m.node_name), min(m.node_norm), count(*)
FROM unnest(%(workspace)s::text[], %(audience)s::text[], %(node_id)s::text[]) AS t (workspace, audience, node_id)
JOIN mentions m ON m.workspace = t.workspace AND m.node_id = t.node_id AND m.audience = t.audience
GROUP BY m.workspace, m.audience, m.node_id
ON CONFLICT (workspace, node_id, audience) DO UPDATE SET name = excluded.name, mentions = excluded.mentions
WHERE (n.name, n.mentions) IS DISTINCT FROM (excluded.name, excluded.mentions);

-- name: assertions_of_chains
SELECT
    a.workspace, a.message_id, a.ordinal, a.event_id, a.conversation_id, a.audience, a.predicate, a.subject_label,
    a.subject_surface, a.subject_identity, a.subject_id, a.subject_name, a.object_label, a.object_surface,
    a.object_identity, a.object_id, a.object_name, a.span_start, a.span_end, a.confidence, a.occurred_at,
    a.received_at, a.model_name, a.model_revision
FROM unnest(%(workspace)s::text[], %(audience)s::text[], %(subject_id)s::text[], %(predicate)s::text[])
    AS t (workspace, audience, subject_id, predicate)
JOIN assertions a ON a.workspace = t.workspace AND a.audience = t.audience AND a.subject_id = t.subject_id
    AND a.predicate = t.predicate;

-- name: facts_of_chains
SELECT
    f.workspace, f.fact_id, f.audience, f.predicate, f.subject_id, f.subject_label, f.subject_name, f.object_id,
    f.object_label, f.object_name, f.valid_from, f.valid_to, f.recorded_at, f.confidence, f.evidence::text, f.conversations::text,
    f.model_name, f.model_revision
FROM unnest(%(workspace)s::text[], %(audience)s::text[], %(subject_id)s::text[], %(predicate)s::text[])
    AS t (workspace, audience, subject_id, predicate)
JOIN facts f ON f.workspace = t.workspace AND f.audience = t.audience AND f.subject_id = t.subject_id
    AND f.predicate = t.predicate;

-- name: delete_facts
DELETE FROM facts USING unnest(%(workspace)s::text[], %(fact_id)s::text[]) AS t (workspace, fact_id)
WHERE facts.workspace = t.workspace AND facts.fact_id = t.fact_id;

-- name: insert_facts
COPY facts (
    workspace, fact_id, audience, predicate, subject_id, subject_label, subject_name, object_id, object_label,
    object_name, valid_from, valid_to, recorded_at, confidence, evidence, conversations, model_name, model_revision
) FROM STDIN;

-- name: update_facts
-- All that may change of a fact without making it another one.
UPDATE facts AS f SET
    subject_name = r.subject_name, object_name = r.object_name, valid_to = r.valid_to, recorded_at = r.recorded_at,
    confidence = r.confidence, evidence = r.evidence::jsonb, conversations = r.conversations::jsonb,
    model_name = r.model_name, model_revision = r.model_revision
FROM unnest(
    %(workspace)s::text[], %(fact_id)s::text[], %(subject_name)s::text[], %(object_name)s::text[],
    %(valid_to)s::timestamptz[], %(recorded_at)s::timestamptz[], %(confidence)s::double precision[],
    %(evidence)s::text[], %(conversations)s::text[], %(model_name)s::text[], %(model_revision)s::text[]
) AS r (
    workspace, fact_id, subject_name, object_name, valid_to, recorded_at, confidence, evidence, conversations,
    model_name, model_revision)
WHERE f.workspace = r.workspace AND f.fact_id = r.fact_id;

-- name: count_changes
-- How many changes each fact has had, with these; a withdrawn fact that comes back goes on counting.
INSERT INTO revisions AS r (workspace, fact_id, revision)
SELECT * FROM unnest(%(workspace)s::text[], %(fact_id)s::text[], %(changes)s::bigint[])
ON CONFLICT (workspace, fact_id) DO UPDATE SET revision = r.revision + excluded.revision
RETURNING workspace, fact_id, revision;

-- name: evidence_messages
-- The messages that changes of facts come from, as they stand now.
SELECT m.workspace, m.message_id, m.event_id, m.occurred_at, m.record -> 'conversation' AS conversation
FROM unnest(%(workspace)s::text[], %(message_id)s::text[]) AS t (workspace, message_id)
JOIN messages m ON m.workspace = t.workspace AND m.message_id = t.message_id;
