-- name: role_rows :many
-- doc: The roles that were made in this organization, as many as the wire shows.
SELECT id, role, permission, "createdAt" AS created_at, "updatedAt" AS updated_at
FROM "organizationRole" ORDER BY "createdAt", id LIMIT 100;

-- name: role_row_find :maybe
-- doc: By name, else by id.
SELECT id, role, permission, "createdAt" AS created_at, "updatedAt" AS updated_at
FROM "organizationRole"
WHERE CASE WHEN :role_name?::text IS NOT NULL THEN role = :role_name? ELSE id = :role_id? END;

-- name: role_row_counts :one
SELECT count(*) AS role_count, count(*) FILTER (WHERE role = :role_name) > 0 AS "is_taken!" FROM "organizationRole";

-- name: role_row_insert :one
INSERT INTO "organizationRole" (id, role, permission, "createdAt")
VALUES (:role_id, :role_name, :permission, date_trunc('milliseconds', now()))
RETURNING "createdAt" AS created_at;

-- name: role_row_update :one
UPDATE "organizationRole"
SET role = :role_name, permission = :permission, "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :role_id
RETURNING "updatedAt" AS "updated_at!";

-- name: role_row_delete :exec
DELETE FROM "organizationRole" WHERE id = :role_id;

-- name: members_with_role :one
-- doc: How many members have a role.
SELECT count(*) AS member_count FROM member
WHERE :role_name = ANY(string_to_array(replace(role, ' ', ''), ','));

-- name: members_rename_role :exec
-- doc: Members keep a role whose name changes.
UPDATE member
SET role = array_to_string(array_replace(string_to_array(role, ','), :role_name, :new_role_name), ',')
WHERE :role_name = ANY(string_to_array(role, ','));

-- name: invitations_rename_role :exec
-- doc: Open invitations too.
UPDATE invitation
SET role = array_to_string(array_replace(string_to_array(role, ','), :role_name, :new_role_name), ',')
WHERE status = 'pending' AND :role_name = ANY(string_to_array(role, ','));

-- name: links_rename_role :exec
UPDATE invitation_link
SET role = array_to_string(array_replace(string_to_array(role, ','), :role_name, :new_role_name), ',')
WHERE "revokedAt" IS NULL AND :role_name = ANY(string_to_array(role, ','));

-- name: invitations_drop_role :exec
-- doc: A role that is gone leaves open invitations; those that gave nothing else are over.
UPDATE invitation
SET role = CASE WHEN role = :role_name THEN role
        ELSE array_to_string(array_remove(string_to_array(role, ','), :role_name), ',') END,
    status = CASE WHEN role = :role_name THEN 'canceled' ELSE status END
WHERE status = 'pending' AND :role_name = ANY(string_to_array(role, ','));

-- name: links_drop_role :exec
UPDATE invitation_link
SET role = CASE WHEN role = :role_name THEN role
        ELSE array_to_string(array_remove(string_to_array(role, ','), :role_name), ',') END,
    "revokedAt" = CASE WHEN role = :role_name THEN now() END
WHERE "revokedAt" IS NULL AND :role_name = ANY(string_to_array(role, ','));
