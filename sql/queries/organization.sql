-- name: organization_insert :one
-- doc: An organization with its owner, active in the owner's session where one is given. Nothing is made
-- doc: when the owner belongs to `organization_limit` already, or the slug is taken.
-- scope: identity
WITH room AS (
    SELECT count(*) < :organization_limit AS has_room FROM member WHERE "userId" = :user_id
), new_organization AS (
    INSERT INTO organization (id, name, slug, logo, "createdAt", metadata)
    SELECT :organization_id, :organization_name, :slug, :logo?, date_trunc('milliseconds', now()), :metadata?
    FROM room WHERE has_room
    ON CONFLICT (slug) DO NOTHING
    RETURNING id, "createdAt"
), new_member AS (
    INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
    SELECT :member_id, id, :user_id, 'owner', "createdAt" FROM new_organization
    RETURNING "organizationId", "createdAt"
), active AS (
    UPDATE session
    SET "activeOrganizationId" = new_member."organizationId", "updatedAt" = new_member."createdAt"
    FROM new_member WHERE session.id = :own_session_id? AND session."userId" = :user_id
)
SELECT room.has_room AS "has_room!", new_organization."createdAt" AS "created_at?"
FROM room LEFT JOIN new_organization ON true;

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
