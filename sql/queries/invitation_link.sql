-- name: link_insert :one
INSERT INTO invitation_link (id, "codeHash", role, "teamId", "usesLeft", "createdAt", "expiresAt", "creatorId")
VALUES (:link_id, :code_hash, :role, :team_ids?, :uses?::int, date_trunc('milliseconds', now()),
    date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second', :user_id)
RETURNING "createdAt" AS created_at, "expiresAt" AS expires_at;

-- name: links_at :many
-- doc: The links of this organization that still lead somewhere, newest first.
SELECT id, role, "teamId" AS team_ids, "usesLeft" AS uses_left, "createdAt" AS created_at, "expiresAt" AS expires_at,
    "creatorId" AS creator_id
FROM invitation_link
WHERE "revokedAt" IS NULL AND "expiresAt" > now() AND coalesce("usesLeft", 1) > 0
    AND EXISTS (SELECT FROM member WHERE member."userId" = "creatorId")
    AND (:with_owners OR NOT 'owner' = ANY(string_to_array(role, ',')))
ORDER BY "createdAt" DESC, id LIMIT 100;

-- name: link_counts :one
SELECT count(*) AS open_count FROM invitation_link
WHERE "revokedAt" IS NULL AND "expiresAt" > now() AND coalesce("usesLeft", 1) > 0
    AND EXISTS (SELECT FROM member WHERE member."userId" = "creatorId");

-- name: link_revoke :maybe
UPDATE invitation_link SET "revokedAt" = now() WHERE id = :link_id AND "revokedAt" IS NULL RETURNING role;

-- name: link_role :maybe
SELECT role FROM invitation_link WHERE id = :link_id AND "revokedAt" IS NULL;

-- name: link_by_code :maybe
-- doc: A link that leads somewhere, and where. One whose maker left the organization leads nowhere.
-- scope: identity
SELECT l.id, l."organizationId" AS organization_id, l.role, l."teamId" AS team_ids, l."expiresAt" AS expires_at,
    o.name AS organization_name, o.slug AS organization_slug
FROM invitation_link l JOIN organization o ON o.id = l."organizationId"
WHERE l."codeHash" = :code_hash AND l."revokedAt" IS NULL AND l."expiresAt" > now() AND coalesce(l."usesLeft", 1) > 0
    AND EXISTS (SELECT FROM member m WHERE m."organizationId" = l."organizationId" AND m."userId" = l."creatorId");

-- name: link_use :maybe
-- doc: One use less, where there is one. No row: it is over.
UPDATE invitation_link SET "usesLeft" = "usesLeft" - 1
WHERE id = :link_id AND "revokedAt" IS NULL AND "expiresAt" > now() AND coalesce("usesLeft", 1) > 0
    AND EXISTS (SELECT FROM member WHERE member."userId" = "creatorId")
RETURNING role, "teamId" AS team_ids;
