-- name: delete_conversations
DELETE FROM conversations AS c
USING unnest(%(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[])
    AS t (workspace, conversation_id, audience)
WHERE c.workspace = t.workspace AND c.conversation_id = t.conversation_id AND c.audience = t.audience
    AND NOT EXISTS (
        SELECT FROM messages m
        WHERE m.workspace = t.workspace AND m.conversation_id = t.conversation_id AND m.audience = t.audience
            AND NOT m.deleted);

-- name: upsert_conversations
-- The state is `conversations.state_of` in SQL: SHA-256 over sorted (message id, event id) of what stands.
INSERT INTO conversations AS c (
    workspace, conversation_id, audience, title, kind, live, untagged, first_at, last_at, state)
SELECT s.workspace, s.conversation_id, s.audience, s.ref ->> 'title', s.ref ->> 'kind', s.live, s.untagged, s.first_at,
    s.last_at, encode(sha256(convert_to(s.lines, 'UTF8')), 'hex')
FROM (
    SELECT
        m.workspace, m.conversation_id, m.audience,
        count(*) FILTER (WHERE NOT m.deleted) AS live,
        count(*) FILTER (WHERE NOT m.deleted AND m.tag_rank = '') AS untagged,
        min(m.sent_at) FILTER (WHERE NOT m.deleted) AS first_at,
        max(m.occurred_at) AS last_at,
        string_agg(m.message_id || ' ' || m.event_id, chr(10) ORDER BY m.message_id, m.event_id)
            FILTER (WHERE NOT m.deleted) AS lines,
        (array_agg(m.record -> 'conversation' ORDER BY m.occurred_at DESC, m.message_id DESC)
            FILTER (WHERE NOT m.deleted))[1] AS ref
    FROM unnest(%(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[])
        AS t (workspace, conversation_id, audience)
    JOIN messages m ON m.workspace = t.workspace AND m.conversation_id = t.conversation_id AND m.audience = t.audience
    GROUP BY m.workspace, m.conversation_id, m.audience
) AS s
WHERE s.live > 0
ON CONFLICT (workspace, conversation_id, audience) DO UPDATE SET
    title = excluded.title, kind = excluded.kind, live = excluded.live, untagged = excluded.untagged,
    first_at = excluded.first_at, last_at = excluded.last_at, state = excluded.state;

-- name: upsert_summaries
INSERT INTO summaries AS s (workspace, conversation_id, audience, state, rank, settled_at, record)
SELECT r.workspace, r.conversation_id, r.audience, r.state, r.rank, r.settled_at, r.record::jsonb
FROM unnest(
    %(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[], %(state)s::text[], %(rank)s::text[],
    %(settled_at)s::timestamptz[], %(record)s::text[]
) AS r (workspace, conversation_id, audience, state, rank, settled_at, record)
ON CONFLICT (workspace, conversation_id, audience, state) DO UPDATE SET
    rank = excluded.rank, settled_at = excluded.settled_at, record = excluded.record
WHERE excluded.rank > s.rank;

-- name: purge_summaries
-- A summary that rests on words that were edited or deleted disappears at once. Such a state never comes back.
DELETE FROM summaries AS s
USING unnest(%(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[])
    AS t (workspace, conversation_id, audience), asks AS a
WHERE s.workspace = t.workspace AND s.conversation_id = t.conversation_id AND s.audience = t.audience
    AND a.workspace = s.workspace AND a.conversation_id = s.conversation_id AND a.audience = s.audience
    AND a.state = s.state
    AND EXISTS (
        SELECT FROM unnest(a.message_ids, a.event_ids) AS x (message_id, event_id)
        WHERE NOT EXISTS (
            SELECT FROM messages m
            WHERE m.workspace = s.workspace AND m.message_id = x.message_id AND m.event_id = x.event_id
                AND NOT m.deleted AND m.conversation_id = s.conversation_id AND m.audience = s.audience));

-- name: upsert_watermarks
INSERT INTO watermarks AS w (workspace, messages_at, enriched_at, seen_at)
SELECT * FROM unnest(
    %(workspace)s::text[], %(messages_at)s::timestamptz[], %(enriched_at)s::timestamptz[], %(seen_at)s::timestamptz[])
ON CONFLICT (workspace) DO UPDATE SET
    messages_at = greatest(w.messages_at, excluded.messages_at),
    enriched_at = greatest(w.enriched_at, excluded.enriched_at),
    seen_at = greatest(w.seen_at, excluded.seen_at);

-- name: watermarks
SELECT workspace, messages_at, enriched_at, seen_at FROM watermarks
WHERE %(workspaces)s::text[] IS NULL OR workspace = ANY (%(workspaces)s::text[])
ORDER BY workspace;

-- name: settled
-- Conversations that have been quiet long enough and whose state was not asked about.
UPDATE conversations AS c SET asked = c.state
FROM (
    SELECT workspace, conversation_id, audience FROM conversations
    WHERE workspace = %(workspace)s AND asked IS DISTINCT FROM state AND last_at <= %(quiet_since)s
        AND (untagged = 0 OR last_at <= %(patience_since)s)
    ORDER BY last_at, conversation_id, audience
    LIMIT %(limit)s
) AS t
WHERE c.workspace = t.workspace AND c.conversation_id = t.conversation_id AND c.audience = t.audience
RETURNING c.workspace, c.conversation_id, c.audience, c.state, c.live;

-- name: standing
-- The latest messages of a conversation that stand, with the time zone of their authors.
SELECT m.message_id, m.event_id, m.record -> 'conversation' AS conversation, m.record -> 'author' AS author,
    m.record -> 'mentions' AS mentions, m.sent_at, m.occurred_at, m.text, m.tags,
    coalesce((SELECT i.timezone FROM identities i WHERE i.workspace = m.workspace AND i.identity_id = m.author_id
              ORDER BY i.user_id LIMIT 1), 'UTC') AS timezone
FROM messages m
WHERE m.workspace = %(workspace)s AND m.conversation_id = %(conversation_id)s AND m.audience = %(audience)s
    AND NOT m.deleted
ORDER BY m.sent_at DESC, m.message_id DESC
LIMIT %(limit)s;

-- name: forget_asks
-- States that are past, of which no summary is kept and none is to be expected any more.
DELETE FROM asks AS a
WHERE a.asked_at < %(before)s
    AND NOT EXISTS (
        SELECT FROM conversations c
        WHERE c.workspace = a.workspace AND c.conversation_id = a.conversation_id AND c.audience = a.audience
            AND c.state = a.state)
    AND NOT EXISTS (
        SELECT FROM summaries s
        WHERE s.workspace = a.workspace AND s.conversation_id = a.conversation_id AND s.audience = a.audience
            AND s.state = a.state);

-- name: insert_ask
INSERT INTO asks (workspace, conversation_id, audience, state, message_ids, event_ids, settled_at, asked_at)
SELECT %(workspace)s, %(conversation_id)s, %(audience)s, %(state)s, array_agg(m.message_id ORDER BY m.message_id),
    array_agg(m.event_id ORDER BY m.message_id), %(settled_at)s, %(asked_at)s
FROM messages m
WHERE m.workspace = %(workspace)s AND m.conversation_id = %(conversation_id)s AND m.audience = %(audience)s
    AND NOT m.deleted
HAVING count(*) > 0
ON CONFLICT DO NOTHING
RETURNING state;
