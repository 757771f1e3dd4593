-- name: session_insert :one
-- doc: A new session. With `restores`, where its person was when they last signed out, or a session of
-- doc: theirs last ran out; else in their only organization. One that they do not belong to any more is none.
-- scope: identity
INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent",
    "activeOrganizationId")
SELECT :session_id, :token, :user_id,
    date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), :ip_address, :user_agent,
    CASE WHEN :restores::boolean THEN coalesce(
        (SELECT m."organizationId"
         FROM (
            SELECT "organizationId", "leftAt" FROM last_organization WHERE "userId" = :user_id
            UNION ALL
            SELECT "activeOrganizationId", "expiresAt" FROM session
            WHERE "userId" = :user_id AND "expiresAt" <= now() AND "activeOrganizationId" IS NOT NULL
         ) left_behind
         JOIN member m ON m."organizationId" = left_behind."organizationId" AND m."userId" = :user_id
         ORDER BY left_behind."leftAt" DESC
         LIMIT 1),
        (SELECT min("organizationId") FROM member WHERE "userId" = :user_id HAVING count(*) = 1)) END
RETURNING "expiresAt" AS "expires_at!", "createdAt" AS "created_at!",
    "activeOrganizationId" AS "active_organization_id?";

-- name: session_extend :maybe
-- doc: Let a live session last for another lifetime from now.
-- scope: identity
UPDATE session
SET "expiresAt" = date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :session_id AND "expiresAt" > now()
RETURNING "expiresAt" AS expires_at, "updatedAt" AS updated_at;

-- name: session_delete :exec
-- doc: End the session of a token, and note where it was.
-- scope: identity
WITH ended AS (
    DELETE FROM session WHERE token = :token RETURNING "userId", "activeOrganizationId"
)
INSERT INTO last_organization ("userId", "organizationId", "leftAt")
SELECT "userId", "activeOrganizationId", now() FROM ended WHERE "activeOrganizationId" IS NOT NULL
ON CONFLICT ("userId") DO UPDATE SET "organizationId" = excluded."organizationId", "leftAt" = excluded."leftAt";

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
    m.role AS "role?",
    c."enteredAt" AS "entered_at?", c."lastSeenAt" AS "last_seen_at?", c."revokedAt" AS "revoked_at?"
FROM session s
JOIN "user" u ON u.id = s."userId"
LEFT JOIN (member m JOIN organization o ON o.id = m."organizationId")
    ON m."userId" = s."userId" AND m."organizationId" = CASE
        WHEN :place_slug?::text IS NOT NULL THEN (SELECT named.id FROM organization named WHERE named.slug = :place_slug?)
        WHEN :place_id?::text IS NOT NULL THEN :place_id?
        ELSE s."activeOrganizationId" END
LEFT JOIN session_context c ON c."sessionId" = s.id AND c."organizationId" = m."organizationId"
WHERE s.token = :token;

-- name: sessions_of_user :many
-- doc: The live sessions of a person, the last used first; as many as the wire shows.
-- scope: identity
SELECT id, token, "userId" AS user_id, "expiresAt" AS expires_at, "createdAt" AS created_at, "updatedAt" AS updated_at,
    "ipAddress" AS ip_address, "userAgent" AS user_agent, "activeOrganizationId" AS active_organization_id,
    "activeTeamId" AS active_team_id
FROM session
WHERE "userId" = :user_id AND "expiresAt" > now()
ORDER BY "updatedAt" DESC, id
LIMIT 100;

-- name: session_delete_of_user :exec
-- doc: End the session of a token if it is this person's.
-- scope: identity
DELETE FROM session WHERE token = :token AND "userId" = :user_id;

-- name: sessions_delete :exec
-- doc: End all sessions of a person, but the one that is to be kept.
-- scope: identity
DELETE FROM session WHERE "userId" = :user_id AND id IS DISTINCT FROM :kept_session_id?;
