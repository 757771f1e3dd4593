-- name: audit_page :many
-- doc: The audit log of this organization, newest first; what is before (time, id), of a kind and by or
-- doc: about a person, where that is asked for.
SELECT id, at, action, "organizationName" AS organization_name, "actorId" AS actor_id, "actorName" AS actor_name,
    "actorEmail" AS actor_email, "subjectId" AS subject_id, "subjectName" AS subject_name, detail,
    "ipAddress" AS ip_address, "userAgent" AS user_agent
FROM audit_entry
WHERE (:before_id?::text IS NULL OR (at, id) < (:before_at?::timestamptz, :before_id?))
    AND (:action?::text IS NULL OR action = :action?)
    AND (:person_id?::text IS NULL OR "actorId" = :person_id? OR "subjectId" = :person_id?)
ORDER BY at DESC, id DESC
LIMIT :page_limit;
