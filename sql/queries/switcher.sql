-- name: organizations_of_session :many
-- doc: The organizations of the person whose session has this token, by name: asked beside the question
-- doc: who that is. As many as the wire shows.
-- scope: identity
SELECT o.id, o.name, o.slug, m.role
FROM session s
JOIN member m ON m."userId" = s."userId"
JOIN organization o ON o.id = m."organizationId"
WHERE s.token = :token AND s."expiresAt" > now()
ORDER BY lower(o.name), o.id
LIMIT 100;

-- together: session_and_organizations = session_at_place, organizations_of_session
-- doc: Who asks, where, and what their switcher shows.
