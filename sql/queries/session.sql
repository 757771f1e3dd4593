-- name: session_insert :exec
-- doc: A new session, in no organization.
-- scope: identity
INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
VALUES (:session_id, :token, :user_id,
    date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), :ip_address, :user_agent);

-- name: session_extend :maybe
-- doc: Let a live session last for another lifetime from now.
-- scope: identity
UPDATE session
SET "expiresAt" = date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :session_id AND "expiresAt" > now()
RETURNING "expiresAt" AS expires_at, "updatedAt" AS updated_at;

-- name: session_delete :exec
-- doc: End the session of a token.
-- scope: identity
DELETE FROM session WHERE token = :token;

-- name: session_delete_expired :exec
-- doc: Take away the session of a token if its time is over.
-- scope: identity
DELETE FROM session WHERE token = :token AND "expiresAt" <= now();

-- name: session_at_place :maybe
-- doc: A session, its person, and the organization of a slug, of an id, or else its active one, if that
-- doc: person belongs to it.
-- scope: identity
SELECT s.id AS "id!", s.token AS "token!", s."userId" AS "user_id!", s."expiresAt" AS "expires_at!",
    s."createdAt" AS "created_at!", s."updatedAt" AS "updated_at!", s."ipAddress" AS "ip_address?",
    s."userAgent" AS "user_agent?", s."activeOrganizationId" AS "active_organization_id?",
    s."activeTeamId" AS "active_team_id?", s."expiresAt" > now() AS "is_live!",
    u.name AS "user_name!", u.email AS "user_email!", u."emailVerified" AS "user_email_verified!",
    u.image AS "user_image?", u."createdAt" AS "user_created_at!", u."updatedAt" AS "user_updated_at!",
    o.id AS "organization_id?", o.name AS "organization_name?", o.slug AS "organization_slug?",
    m.id AS "member_id?", m.role AS "role?",
    c."enteredAt" AS "entered_at?", c."lastSeenAt" AS "last_seen_at?", c."revokedAt" AS "revoked_at?"
FROM session s
JOIN "user" u ON u.id = s."userId"
LEFT JOIN (organization o JOIN member m ON m."organizationId" = o.id)
    ON m."userId" = s."userId" AND o.id = CASE
        WHEN :place_slug?::text IS NOT NULL THEN (SELECT named.id FROM organization named WHERE named.slug = :place_slug?)
        WHEN :place_id?::text IS NOT NULL THEN :place_id?
        ELSE s."activeOrganizationId" END
LEFT JOIN session_context c ON c."sessionId" = s.id AND c."organizationId" = o.id
WHERE s.token = :token;
