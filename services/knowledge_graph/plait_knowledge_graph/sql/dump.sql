-- The canonical graph: what equal sets of records make equal. No times of receipt, no vectors.

-- name: dump_messages
SELECT m.workspace, m.message_id, m.event_id, m.deleted, m.conversation_id, m.audience, m.author_id, m.sent_at,
    m.occurred_at, m.text, m.tags, m.model_revision
FROM messages m ORDER BY m.workspace, m.message_id;

-- name: dump_nodes
SELECT n.workspace, n.audience, n.node_id, n.label, n.name, n.mentions
FROM nodes n ORDER BY n.workspace, n.node_id, n.audience;

-- name: dump_facts
SELECT f.workspace, f.fact_id, f.audience, f.predicate, f.subject_id, f.subject_name, f.object_id, f.object_name,
    f.valid_from, f.valid_to, f.confidence, f.evidence, f.conversations
FROM facts f ORDER BY f.workspace, f.fact_id;

-- name: dump_conversations
SELECT c.workspace, c.conversation_id, c.audience, c.title, c.live, c.untagged, c.last_at, c.state
FROM conversations c ORDER BY c.workspace, c.conversation_id, c.audience;

-- name: dump_summaries
SELECT s.workspace, s.conversation_id, s.audience, s.state, s.record
FROM summaries s
JOIN conversations c ON c.workspace = s.workspace AND c.conversation_id = s.conversation_id
    AND c.audience = s.audience AND c.state = s.state
ORDER BY s.workspace, s.conversation_id, s.audience;

-- name: dump_memberships
SELECT m.workspace, m.group_id, m.member_id, NOT m.inactive AS active, m.occurred_at
FROM memberships m ORDER BY m.workspace, m.group_id, m.member_id;

-- name: dump_profiles
SELECT p.workspace, p.user_id, p.name, p.identities, NOT p.inactive AS active, p.occurred_at
FROM profiles p ORDER BY p.workspace, p.user_id;
