-- name: organization_lock :maybe
-- doc: The organization, held until the transaction ends: changes of one organization come one after another.
-- scope: identity
SELECT id, name, slug, logo, "createdAt" AS created_at, metadata
FROM organization WHERE id = :organization_id
FOR NO KEY UPDATE;

-- name: actor_at :one
-- doc: What a person is in an organization, and the roles that were made there: name and permissions.
-- scope: identity
SELECT m.id AS "member_id?", m.role AS "role?", m."createdAt" AS "created_at?",
    (SELECT jsonb_object_agg(r.role, r.permission)::text
     FROM "organizationRole" r WHERE r."organizationId" = :organization_id) AS "made_roles?"
FROM (VALUES (1)) AS one (n)
LEFT JOIN member m ON m."organizationId" = :organization_id AND m."userId" = :user_id;

-- name: user_lock :maybe
-- doc: The person, held until the transaction ends: what they may have only so many of is counted then.
-- scope: identity
SELECT id FROM "user" WHERE id = :user_id FOR NO KEY UPDATE;
