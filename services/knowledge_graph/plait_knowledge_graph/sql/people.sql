-- name: upsert_memberships
INSERT INTO memberships AS m (workspace, group_id, member_id, occurred_at, inactive, id, title, name)
SELECT * FROM unnest(
    %(workspace)s::text[], %(group_id)s::text[], %(member_id)s::text[], %(occurred_at)s::timestamptz[],
    %(inactive)s::boolean[], %(id)s::text[], %(title)s::text[], %(name)s::text[])
ON CONFLICT (workspace, group_id, member_id) DO UPDATE SET
    occurred_at = excluded.occurred_at, inactive = excluded.inactive, id = excluded.id, title = excluded.title,
    name = excluded.name
WHERE (excluded.occurred_at, excluded.inactive, excluded.id) > (m.occurred_at, m.inactive, m.id);

-- name: upsert_profiles
INSERT INTO profiles AS p (workspace, user_id, occurred_at, inactive, id, name, identities, timezone)
SELECT r.workspace, r.user_id, r.occurred_at, r.inactive, r.id, r.name, r.identities::jsonb, r.timezone
FROM unnest(
    %(workspace)s::text[], %(user_id)s::text[], %(occurred_at)s::timestamptz[], %(inactive)s::boolean[],
    %(id)s::text[], %(name)s::text[], %(identities)s::text[], %(timezone)s::text[]
) AS r (workspace, user_id, occurred_at, inactive, id, name, identities, timezone)
ON CONFLICT (workspace, user_id) DO UPDATE SET
    occurred_at = excluded.occurred_at, inactive = excluded.inactive, id = excluded.id, name = excluded.name,
    identities = excluded.identities, timezone = excluded.timezone
WHERE (excluded.occurred_at, excluded.inactive, excluded.id) > (p.occurred_at, p.inactive, p.id)
RETURNING workspace, user_id;

-- name: delete_identities
DELETE FROM identities USING unnest(%(workspace)s::text[], %(user_id)s::text[]) AS t (workspace, user_id)
WHERE identities.workspace = t.workspace AND identities.user_id = t.user_id
RETURNING identities.workspace, identities.identity_id;

-- name: insert_identities
INSERT INTO identities (workspace, identity_id, user_id, name, timezone)
SELECT p.workspace, i.identity_id, p.user_id, p.name, p.timezone
FROM unnest(%(workspace)s::text[], %(user_id)s::text[]) AS t (workspace, user_id)
JOIN profiles p ON p.workspace = t.workspace AND p.user_id = t.user_id
CROSS JOIN LATERAL jsonb_array_elements_text(p.identities) AS i (identity_id)
RETURNING workspace, identity_id;

-- name: places_of_identities
SELECT DISTINCT p.workspace, p.conversation_id, p.audience
FROM unnest(%(workspace)s::text[], %(identity_id)s::text[]) AS t (workspace, identity_id)
JOIN people p ON p.workspace = t.workspace AND p.identity_id = t.identity_id;

-- name: participants
-- Everyone of these conversations, with the name that their profile gives, when they have one.
SELECT p.workspace, p.conversation_id, p.audience, p.identity_id, p.name,
    (SELECT i.name FROM identities i WHERE i.workspace = p.workspace AND i.identity_id = p.identity_id
     ORDER BY i.user_id LIMIT 1) AS profile_name
FROM (
    SELECT DISTINCT p.workspace, p.conversation_id, p.audience, p.identity_id, p.name
    FROM unnest(%(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[])
        AS t (workspace, conversation_id, audience)
    JOIN people p ON p.workspace = t.workspace AND p.conversation_id = t.conversation_id AND p.audience = t.audience
) AS p;

-- name: person_refs
SELECT DISTINCT m.workspace, m.conversation_id, m.audience, m.surface, m.identity, m.node_id
FROM unnest(%(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[])
    AS t (workspace, conversation_id, audience)
JOIN mentions m ON m.workspace = t.workspace AND m.conversation_id = t.conversation_id AND m.audience = t.audience
WHERE m.label = 'PERSON';

-- name: rename_mentions
UPDATE mentions AS m SET node_id = r.node_id, node_name = r.node_name, node_norm = r.node_norm
FROM unnest(
    %(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[], %(surface)s::text[],
    %(identity)s::text[], %(node_id)s::text[], %(node_name)s::text[], %(node_norm)s::text[]
) AS r (workspace, conversation_id, audience, surface, identity, node_id, node_name, node_norm)
WHERE m.workspace = r.workspace AND m.conversation_id = r.conversation_id AND m.audience = r.audience
    AND m.label = 'PERSON' AND m.surface = r.surface AND m.identity = r.identity
RETURNING new.workspace, new.audience, old.node_id AS old_node_id, new.node_id;

-- name: rename_subjects
UPDATE assertions AS a SET subject_id = r.node_id, subject_name = r.node_name
FROM unnest(
    %(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[], %(surface)s::text[],
    %(identity)s::text[], %(node_id)s::text[], %(node_name)s::text[], %(node_norm)s::text[]
) AS r (workspace, conversation_id, audience, surface, identity, node_id, node_name, node_norm)
WHERE a.workspace = r.workspace AND a.conversation_id = r.conversation_id AND a.audience = r.audience
    AND a.subject_label = 'PERSON' AND a.subject_surface = r.surface AND a.subject_identity = r.identity
RETURNING new.workspace, new.audience, old.subject_id AS old_subject_id, new.subject_id, new.predicate;

-- name: rename_objects
UPDATE assertions AS a SET object_id = r.node_id, object_name = r.node_name
FROM unnest(
    %(workspace)s::text[], %(conversation_id)s::text[], %(audience)s::text[], %(surface)s::text[],
    %(identity)s::text[], %(node_id)s::text[], %(node_name)s::text[], %(node_norm)s::text[]
) AS r (workspace, conversation_id, audience, surface, identity, node_id, node_name, node_norm)
WHERE a.workspace = r.workspace AND a.conversation_id = r.conversation_id AND a.audience = r.audience
    AND a.object_label = 'PERSON' AND a.object_surface = r.surface AND a.object_identity = r.identity
RETURNING new.workspace, new.audience, new.subject_id AS old_subject_id, new.subject_id, new.predicate;
