-- name: devices_of_user :many
-- doc: The live sessions of a person, the last used first, with a row for each organization that a session was
-- doc: opened in, or one without.
-- scope: identity
SELECT s.id AS "session_id!", s."createdAt" AS "created_at!", s."updatedAt" AS "updated_at!", s."ipAddress" AS "ip_address?",
    s."userAgent" AS "user_agent?", o.id AS "organization_id?", o.name AS "organization_name?",
    o.slug AS "organization_slug?", c."lastSeenAt" AS "last_seen_at?", c."revokedAt" AS "revoked_at?"
FROM session s
LEFT JOIN (session_context c JOIN organization o ON o.id = c."organizationId") ON c."sessionId" = s.id
WHERE s."userId" = :user_id AND s."expiresAt" > now()
ORDER BY s."updatedAt" DESC, s.id, lower(o.name), o.id
LIMIT 1000;

-- name: device_end :exec
-- doc: End a session, if it is of that person.
-- scope: identity
DELETE FROM session WHERE id = :session_id AND "userId" = :user_id;

-- name: devices_end_others :exec
-- doc: End all sessions of a person but one.
-- scope: identity
DELETE FROM session WHERE "userId" = :user_id AND id <> :session_id;

-- name: device_context_end :exec
-- doc: Sign a session of that person out of one organization.
-- scope: identity
UPDATE session_context SET "revokedAt" = now()
WHERE "sessionId" = :session_id AND "userId" = :user_id AND "organizationId" = :organization_id AND "revokedAt" IS NULL;
