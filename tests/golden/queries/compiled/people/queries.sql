-- name: members :many
SELECT "userId", role AS error FROM member ORDER BY "userId";

-- name: member_set_role :execrows
UPDATE member SET role = :row WHERE "userId" = :user_id;

-- name: organizations_of :many
-- scope: identity
SELECT o.id, o.slug FROM organization o JOIN member m ON m."organizationId" = o.id
WHERE m."userId" = :user_id;

-- name: user_delete :exec
-- scope: identity
DELETE FROM "user" WHERE id = :user_id;
