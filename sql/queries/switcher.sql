-- name: memberships_of_session :many
-- doc: Who has this session, and their organizations, by name: a row for each, as many as the wire shows, or one
-- doc: without, if there is none. Where they stand among them, the caller knows. What a row says holds as long
-- doc: as its stamps are found, and the session lives.
-- scope: identity
SELECT s.id AS "session_id!", s."userId" AS "user_id!", s."expiresAt" AS "expires_at!", s."expiresAt" > now() AS "is_live!",
    s."activeOrganizationId" AS "active_organization_id?", u.name AS "user_name!", u.email AS "user_email!",
    o.id AS "organization_id?", o.name AS "organization_name?", o.slug AS "organization_slug?", m.role AS "role?",
    c."enteredAt" AS "entered_at?", c."lastSeenAt" AS "last_seen_at?", c."revokedAt" AS "revoked_at?",
    person.stamp::text AS "stamp?", place.stamp::text AS "organization_stamp?"
FROM session s
JOIN "user" u ON u.id = s."userId"
LEFT JOIN (member m JOIN organization o ON o.id = m."organizationId") ON m."userId" = s."userId"
LEFT JOIN session_context c ON c."sessionId" = s.id AND c."organizationId" = m."organizationId"
LEFT JOIN tenantry.security_stamp person ON person.kind = 'person' AND person.id = s."userId"
LEFT JOIN tenantry.security_stamp place ON place.kind = 'organization' AND place.id = m."organizationId"
WHERE s.token = :token
ORDER BY lower(o.name), o.id
LIMIT 100;
