-- What people may read. Every table of a statement that holds what was said carries {visible:…}: workspace and audiences.

-- name: audiences
-- The audiences that a caller belongs to: the workspace's, by the token alone, and the groups of the identities that an
-- active profile names. Someone who left the workspace belongs to none.
SELECT 'public' AS audience
WHERE NOT EXISTS (
    SELECT FROM profiles p WHERE p.workspace = %(workspace)s AND p.user_id = %(user)s AND p.inactive)
UNION
SELECT 'group:' || m.group_id
FROM profiles p
CROSS JOIN jsonb_array_elements_text(p.identities) AS i (identity_id)
JOIN memberships m ON m.workspace = p.workspace AND m.member_id = i.identity_id
WHERE p.workspace = %(workspace)s AND p.user_id = %(user)s AND NOT p.inactive AND NOT m.inactive;

-- name: read_conversations
SELECT p.*,
    (
        SELECT true FROM summaries s
        WHERE {visible:s} AND s.conversation_id = p.conversation_id AND s.audience = p.audience AND s.state = p.state
        LIMIT 1
    ) IS NOT NULL AS summarised
FROM (
    SELECT c.conversation_id, c.audience, c.title, c.kind, c.live AS messages, c.first_at, c.last_at, c.state,
        c.conversation_id || chr(31) || c.audience AS place
    FROM conversations c
    WHERE {visible:c} AND (c.last_at, c.conversation_id || chr(31) || c.audience) < (%(before_at)s, %(before_id)s)
    ORDER BY c.last_at DESC, place DESC
    LIMIT %(limit)s
) AS p
ORDER BY p.last_at DESC, p.place DESC;

-- name: read_conversation
SELECT c.conversation_id, c.audience, c.title, c.kind, c.live AS messages, c.first_at, c.last_at, c.state
FROM conversations c
WHERE {visible:c} AND c.conversation_id = %(conversation_id)s
ORDER BY c.audience;

-- name: read_summaries
-- For each audience the summary of the current state; while that is missing, the latest one, marked stale. Summaries
-- that rest on edited or deleted words are gone already.
SELECT DISTINCT ON (s.audience) s.audience, s.record, s.state <> c.state AS stale
FROM conversations c
JOIN summaries s ON s.workspace = c.workspace AND s.conversation_id = c.conversation_id AND s.audience = c.audience
WHERE {visible:c} AND {visible:s} AND c.conversation_id = %(conversation_id)s
    AND (s.state = c.state OR EXISTS (
        SELECT FROM asks a
        WHERE a.workspace = s.workspace AND a.conversation_id = s.conversation_id AND a.audience = s.audience
            AND a.state = s.state))
ORDER BY s.audience, s.state = c.state DESC, s.settled_at DESC, s.state;

-- name: read_messages
SELECT m.message_id, m.event_id, m.conversation_id, m.audience, m.kind, m.language, m.author_id, m.author_name, m.sent_at,
    m.occurred_at, m.text, m.record, m.tags, m.version > 1 AND m.record ->> 'change' = 'edited' AS edited
FROM messages m
WHERE {visible:m} AND m.conversation_id = %(conversation_id)s AND NOT m.deleted
    AND (m.sent_at, m.message_id) > (%(after_at)s, %(after_id)s)
ORDER BY m.sent_at, m.message_id
LIMIT %(limit)s;

-- name: read_message
SELECT m.message_id, m.event_id, m.conversation_id, m.audience, m.kind, m.language, m.author_id, m.author_name, m.sent_at,
    m.occurred_at, m.text, m.record, m.tags, m.version > 1 AND m.record ->> 'change' = 'edited' AS edited
FROM messages m
WHERE {visible:m} AND m.message_id = ANY (%(message_ids)s::text[]) AND NOT m.deleted;

-- name: read_mentions
SELECT m.message_id, m.label, m.surface, m.node_id, m.node_name, m.span_start, m.span_end, m.score
FROM mentions m
WHERE {visible:m} AND m.message_id = %(message_id)s
ORDER BY m.ordinal;

-- name: read_entities
SELECT n.node_id, n.label, min(n.name) AS name, n.norm, sum(n.mentions)::int AS mentions
FROM nodes n
WHERE {visible:n} AND (%(label)s::text IS NULL OR n.label = %(label)s)
    AND (n.norm, n.node_id) > (%(after_norm)s, %(after_id)s)
GROUP BY n.norm, n.node_id, n.label
ORDER BY n.norm, n.node_id
LIMIT %(limit)s;

-- name: read_entities_named
SELECT n.node_id, n.label, min(n.name) AS name, n.norm, sum(n.mentions)::int AS mentions
FROM nodes n
WHERE {visible:n} AND (%(label)s::text IS NULL OR n.label = %(label)s) AND n.words @@ %(words)s::tsquery
    AND (n.norm, n.node_id) > (%(after_norm)s, %(after_id)s)
GROUP BY n.norm, n.node_id, n.label
ORDER BY n.norm, n.node_id
LIMIT %(limit)s;

-- name: read_nodes_named
SELECT DISTINCT n.node_id FROM nodes n WHERE {visible:n} AND n.norm = %(norm)s ORDER BY n.node_id LIMIT 32;

-- name: read_entity
SELECT n.node_id, n.label, min(n.name) AS name, n.norm, sum(n.mentions)::int AS mentions
FROM nodes n
WHERE {visible:n} AND n.node_id = %(node_id)s
GROUP BY n.node_id, n.label, n.norm;

-- name: read_facts_of_entity
(SELECT f.* FROM facts f
 WHERE {visible:f} AND f.subject_id = %(node_id)s AND (%(as_of)s::timestamptz IS NULL
    OR (f.valid_from <= %(as_of)s AND (f.valid_to IS NULL OR f.valid_to > %(as_of)s)))
 ORDER BY f.predicate, f.valid_from, f.fact_id LIMIT %(limit)s)
UNION
(SELECT f.* FROM facts f
 WHERE {visible:f} AND f.object_id = %(node_id)s AND (%(as_of)s::timestamptz IS NULL
    OR (f.valid_from <= %(as_of)s AND (f.valid_to IS NULL OR f.valid_to > %(as_of)s)))
 ORDER BY f.predicate, f.valid_from, f.fact_id LIMIT %(limit)s)
ORDER BY valid_from, fact_id;

-- name: read_facts_of_subject
SELECT f.* FROM facts f
WHERE {visible:f} AND f.subject_id = ANY (%(subjects)s::text[]) AND (%(predicate)s::text IS NULL OR f.predicate = %(predicate)s)
    AND (%(as_of)s::timestamptz IS NULL
        OR (f.valid_from <= %(as_of)s AND (f.valid_to IS NULL OR f.valid_to > %(as_of)s)))
    AND (%(conversation_id)s::text IS NULL OR f.conversations @> jsonb_build_array(%(conversation_id)s::text))
    AND (f.valid_from, f.fact_id) > (%(after_at)s, %(after_id)s)
ORDER BY f.valid_from, f.fact_id
LIMIT %(limit)s;

-- name: read_facts_of_conversation
SELECT f.* FROM facts f
WHERE {visible:f} AND f.conversations @> jsonb_build_array(%(conversation_id)s::text)
    AND (%(predicate)s::text IS NULL OR f.predicate = %(predicate)s)
    AND (%(as_of)s::timestamptz IS NULL
        OR (f.valid_from <= %(as_of)s AND (f.valid_to IS NULL OR f.valid_to > %(as_of)s)))
    AND (f.valid_from, f.fact_id) > (%(after_at)s, %(after_id)s)
ORDER BY f.valid_from, f.fact_id
LIMIT %(limit)s;

-- name: read_facts
SELECT f.* FROM facts f
WHERE {visible:f} AND (%(predicate)s::text IS NULL OR f.predicate = %(predicate)s)
    AND (%(as_of)s::timestamptz IS NULL
        OR (f.valid_from <= %(as_of)s AND (f.valid_to IS NULL OR f.valid_to > %(as_of)s)))
    AND (f.valid_from, f.fact_id) > (%(after_at)s, %(after_id)s)
ORDER BY f.valid_from, f.fact_id
LIMIT %(limit)s;

-- name: read_neighbours
-- One step along facts, in either direction; a hub gives its strongest `limit`, not all.
SELECT e.node_id, min(e.label) AS label, min(e.name) AS name, array_agg(DISTINCT e.predicate) AS predicates,
    count(*)::int AS facts
FROM (
    (SELECT f.object_id AS node_id, f.object_label AS label, f.object_name AS name, f.predicate FROM facts f
     WHERE {visible:f} AND f.subject_id = %(node_id)s ORDER BY f.predicate, f.valid_from DESC LIMIT %(fan_out)s)
    UNION ALL
    (SELECT f.subject_id, f.subject_label, f.subject_name, f.predicate FROM facts f
     WHERE {visible:f} AND f.object_id = %(node_id)s ORDER BY f.predicate, f.valid_from DESC LIMIT %(fan_out)s)
) AS e
GROUP BY e.node_id
ORDER BY count(*) DESC, e.node_id
LIMIT %(limit)s;

-- name: search_text
SELECT m.message_id
FROM messages m
WHERE {visible:m} AND NOT m.deleted AND m.search @@ %(query)s::tsquery
ORDER BY ts_rank(m.search, %(query)s::tsquery) DESC, m.sent_at DESC, m.message_id
LIMIT %(limit)s;

-- name: search_vectors
-- The nearest by the index, and the nearest of the few that are not in it yet.
SELECT n.message_id
FROM (
    (SELECT e.message_id, e.embedding <=> %(embedding)s::halfvec AS distance FROM embeddings e
     WHERE {visible:e} AND e.indexed ORDER BY e.embedding <=> %(embedding)s::halfvec LIMIT %(limit)s)
    UNION ALL
    (SELECT f.message_id, f.embedding <=> %(embedding)s::halfvec FROM embeddings f
     WHERE {visible:f} AND NOT f.indexed ORDER BY f.embedding <=> %(embedding)s::halfvec LIMIT %(limit)s)
) AS n
ORDER BY n.distance, n.message_id
LIMIT %(limit)s;

-- name: scan_further
-- Few of the nearest may be visible to this reader: pgvector goes on until there are enough.
SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '100', true);
