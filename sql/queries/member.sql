-- name: member_of_user :maybe
-- doc: What a person is in this organization.
SELECT id, "userId" AS user_id, role, "createdAt" AS created_at FROM member WHERE "userId" = :user_id;

-- name: member_insert :execrows
-- doc: Make a person a member. No row: they are one already.
-- scope: identity
INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
VALUES (:member_id, :organization_id, :user_id, :role, date_trunc('milliseconds', now()))
ON CONFLICT ("userId", "organizationId") DO NOTHING;
