-- name: invitation_insert :one
INSERT INTO invitation (id, email, role, "teamId", status, "expiresAt", "createdAt", "inviterId")
VALUES (:invitation_id, :email, :role, :team_ids?, 'pending',
    date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    date_trunc('milliseconds', now()), :user_id)
RETURNING "expiresAt" AS expires_at, "createdAt" AS created_at;

-- name: invitation_open_counts :one
-- doc: The open invitations of this organization.
SELECT count(*) AS open_count FROM invitation WHERE status = 'pending' AND "expiresAt" > now();

-- name: invitation_open_of :maybe
-- doc: The open invitation of an address; of several the one that lasts longest.
SELECT id, email, role AS "role?", "teamId" AS team_ids, status, "expiresAt" AS expires_at,
    "createdAt" AS created_at, "inviterId" AS inviter_id
FROM invitation
WHERE email = :email AND status = 'pending' AND "expiresAt" > now()
ORDER BY "expiresAt" DESC, id LIMIT 1;

-- name: invitation_renew :one
UPDATE invitation
SET "expiresAt" = date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second'
WHERE id = :invitation_id
RETURNING "expiresAt" AS expires_at;

-- name: invitation_find :maybe
-- doc: An invitation, the organization that it leads to, and who invited.
-- scope: identity
SELECT i.id, i."organizationId" AS organization_id, i.email, i.role AS "role?", i."teamId" AS team_ids, i.status,
    i."expiresAt" AS expires_at, i."createdAt" AS created_at, i."inviterId" AS inviter_id,
    i."expiresAt" > now() AS "is_live!", o.name AS organization_name, o.slug AS organization_slug,
    u.email AS inviter_email,
    EXISTS (SELECT FROM member m WHERE m."organizationId" = o.id AND m."userId" = i."inviterId") AS inviter_is_member
FROM invitation i
JOIN organization o ON o.id = i."organizationId"
JOIN "user" u ON u.id = i."inviterId"
WHERE i.id = :invitation_id;

-- name: invitation_close :maybe
-- doc: From pending to another status, once. No row: it was not pending any more.
UPDATE invitation SET status = :status WHERE id = :invitation_id AND status = 'pending' RETURNING id;

-- name: invitations_close_of :exec
-- doc: What else is open for an address is over.
UPDATE invitation SET status = :status WHERE email = :email AND status = 'pending';

-- name: invitations_at :many
-- doc: The invitations of this organization, of every status, newest first; as many as the wire shows.
SELECT id, email, role AS "role?", "teamId" AS team_ids, status, "expiresAt" AS expires_at,
    "createdAt" AS created_at, "inviterId" AS inviter_id
FROM invitation
WHERE :with_owners OR NOT 'owner' = ANY(string_to_array(coalesce(replace(role, ' ', ''), ''), ','))
ORDER BY "createdAt" DESC, id LIMIT 100;

-- name: invitations_of_email :many
-- doc: The open invitations of an address; where they are wanted also those that ran out, and those of inviters who
-- doc: left.
-- scope: identity
SELECT i.id, i."organizationId" AS organization_id, i.email, i.role AS "role?", i."teamId" AS team_ids, i.status,
    i."expiresAt" AS expires_at, i."createdAt" AS created_at, i."inviterId" AS inviter_id, o.name AS organization_name
FROM invitation i JOIN organization o ON o.id = i."organizationId"
WHERE i.email = :email AND i.status = 'pending' AND (:with_dead OR (i."expiresAt" > now()
        AND EXISTS (SELECT FROM member m WHERE m."organizationId" = o.id AND m."userId" = i."inviterId")))
ORDER BY i."createdAt" DESC, i.id LIMIT 100;

-- name: session_enter :maybe
-- doc: Make an organization that a session's person belongs to its active one, with a team of it or none.
-- scope: identity
UPDATE session
SET "activeOrganizationId" = :organization_id, "activeTeamId" = :team_id?,
    "updatedAt" = date_trunc('milliseconds', now())
WHERE session.id = :session_id AND session."userId" = :user_id
RETURNING session.id;
