-- name: organization_insert :maybe
-- doc: No row: the slug is taken.
-- scope: identity
INSERT INTO organization (id, name, slug, logo, "createdAt", metadata)
VALUES (:organization_id, :organization_name, :slug, :logo?, date_trunc('milliseconds', now()), :metadata?)
ON CONFLICT (slug) DO NOTHING
RETURNING "createdAt" AS created_at;

-- name: membership_count :one
-- scope: identity
SELECT count(*) AS membership_count FROM member WHERE "userId" = :user_id;

-- name: organization_row_update :maybe
-- doc: What is not given stays; logo and metadata are given by name, for they can be NULL. No row: the
-- doc: slug is another's.
-- scope: identity
UPDATE organization
SET name = coalesce(:organization_name?, name), slug = coalesce(:slug?, slug),
    logo = CASE WHEN :sets_logo THEN :logo? ELSE logo END,
    metadata = CASE WHEN :sets_metadata THEN :metadata? ELSE metadata END
WHERE id = :organization_id
RETURNING id, name, slug, logo, "createdAt" AS created_at, metadata;

-- name: organization_row_delete :exec
-- doc: Members, invitations, teams and roles go by their keys.
-- scope: identity
DELETE FROM organization WHERE id = :organization_id;

-- name: organizations_of_user :many
-- doc: The organizations that a person belongs to, by name; as many as the wire shows.
-- scope: identity
SELECT o.id, o.name, o.slug, o.logo, o."createdAt" AS created_at, o.metadata, m.role
FROM member m JOIN organization o ON o.id = m."organizationId"
WHERE m."userId" = :user_id
ORDER BY lower(o.name), o.id
LIMIT 100;

-- name: organization_at :maybe
-- doc: The organization of a slug, or else of an id, and what `user_id` is in it, if anything.
-- scope: identity
SELECT o.id AS "id!", o.name AS "name!", o.slug AS "slug!", o.logo AS "logo?", o."createdAt" AS "created_at!",
    o.metadata AS "metadata?", m.role AS "role?"
FROM organization o LEFT JOIN member m ON m."organizationId" = o.id AND m."userId" = :user_id
WHERE o.id = CASE
    WHEN :place_slug?::text IS NOT NULL THEN (SELECT named.id FROM organization named WHERE named.slug = :place_slug?)
    ELSE :place_id? END;

-- name: organization_by_slug_exists :one
-- scope: identity
SELECT EXISTS (SELECT FROM organization WHERE slug = :slug) AS taken;

-- name: session_clear_active :exec
-- doc: Leave the session without a default organization.
-- scope: identity
UPDATE session SET "activeOrganizationId" = NULL, "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :session_id;

-- name: session_choose_active :maybe
-- doc: Make an organization the session's default if its person belongs to it, else none.
-- doc: No row: the session is gone.
-- scope: identity
WITH chosen AS (
    SELECT o.id, o.name, o.slug, o.logo, o."createdAt", o.metadata, m.role
    FROM organization o JOIN member m ON m."organizationId" = o.id
    WHERE o.id = :organization_id AND m."userId" = :user_id
), changed AS (
    UPDATE session
    SET "activeOrganizationId" = (SELECT id FROM chosen), "updatedAt" = date_trunc('milliseconds', now())
    WHERE session.id = :session_id
    RETURNING session.id
)
SELECT chosen.id AS "id?", chosen.name AS "name?", chosen.slug AS "slug?", chosen.logo AS "logo?",
    chosen."createdAt" AS "created_at?", chosen.metadata AS "metadata?", chosen.role AS "role?"
FROM changed LEFT JOIN chosen ON true;
