-- name: member_of_user :maybe
-- doc: What a person is in this organization.
SELECT id, "userId" AS user_id, role, "createdAt" AS created_at FROM member WHERE "userId" = :user_id;

-- name: member_insert :maybe
-- doc: Make a person a member. No row: they are one already.
-- scope: identity
INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
VALUES (:member_id, :organization_id, :user_id, :role, date_trunc('milliseconds', now()))
ON CONFLICT ("userId", "organizationId") DO NOTHING
RETURNING "createdAt" AS created_at;

-- name: member_find :maybe
-- doc: A member with the person: by the member's id, the person's id or their address.
-- scope: identity
SELECT m.id, m."userId" AS user_id, m.role, m."createdAt" AS created_at,
    u.name AS user_name, u.email AS user_email, u.image AS user_image
FROM member m JOIN "user" u ON u.id = m."userId"
WHERE m."organizationId" = :organization_id AND m.id = (
    SELECT id FROM member WHERE id = :member_id?
    UNION ALL SELECT id FROM member WHERE "userId" = :user_id? AND "organizationId" = :organization_id
    UNION ALL SELECT other.id FROM "user" person JOIN member other ON other."userId" = person.id
        WHERE person.email = :email? AND other."organizationId" = :organization_id
    LIMIT 1);

-- name: member_exists :one
-- doc: Is it a member of any organization?
-- scope: identity
SELECT EXISTS (SELECT FROM member WHERE id = :member_id) AS found;

-- name: member_counts :one
-- doc: How many members there are, and how many of them are owners.
SELECT count(*) AS member_count,
    count(*) FILTER (WHERE 'owner' = ANY(string_to_array(replace(role, ' ', ''), ','))) AS owner_count
FROM member;

-- name: member_set_role :maybe
UPDATE member SET role = :role WHERE id = :member_id RETURNING id;

-- name: member_delete :exec
DELETE FROM member WHERE id = :member_id;

-- name: members_at :many
-- doc: A page of the members, each with the person, filtered and sorted by one field of the member. The
-- doc: first row's total counts all that match; where the page is empty it is the only row.
-- scope: identity
WITH matching AS (
    SELECT m.id, m."userId", m.role, m."createdAt", u.name, u.email, u.image,
        CASE :sort_field WHEN 'id' THEN m.id WHEN 'userId' THEN m."userId" WHEN 'role' THEN m.role
            WHEN 'createdAt' THEN to_char(m."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') END AS sort_value
    FROM member m
    JOIN "user" u ON u.id = m."userId"
    CROSS JOIN LATERAL (SELECT CASE :filter_field WHEN 'id' THEN m.id WHEN 'userId' THEN m."userId" WHEN 'role' THEN m.role
        WHEN 'organizationId' THEN m."organizationId"
        WHEN 'createdAt' THEN to_char(m."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END AS value) filtered
    WHERE m."organizationId" = :organization_id
        AND CASE :filter_operator
            WHEN 'eq' THEN filtered.value = (:filter_values::text[])[1]
            WHEN 'ne' THEN filtered.value <> (:filter_values)[1]
            WHEN 'lt' THEN filtered.value < (:filter_values)[1]
            WHEN 'lte' THEN filtered.value <= (:filter_values)[1]
            WHEN 'gt' THEN filtered.value > (:filter_values)[1]
            WHEN 'gte' THEN filtered.value >= (:filter_values)[1]
            WHEN 'in' THEN filtered.value = ANY(:filter_values)
            WHEN 'not_in' THEN filtered.value <> ALL(:filter_values)
            WHEN 'contains' THEN position((:filter_values)[1] in filtered.value) > 0
            WHEN 'starts_with' THEN starts_with(filtered.value, (:filter_values)[1])
            WHEN 'ends_with' THEN right(filtered.value, length((:filter_values)[1])) = (:filter_values)[1]
            ELSE true END
)
SELECT counted.total AS "total!", page.id AS "id?", page."userId" AS "user_id?", page.role AS "role?",
    page."createdAt" AS "created_at?", page.name AS "user_name?", page.email AS "user_email?", page.image AS "user_image?"
FROM (SELECT count(*) AS total FROM matching) counted
LEFT JOIN (
    SELECT * FROM matching
    ORDER BY CASE WHEN :sort_up THEN sort_value END, CASE WHEN NOT :sort_up THEN sort_value END DESC, "createdAt", id
    LIMIT :page_limit OFFSET :page_offset
) page ON true
ORDER BY CASE WHEN :sort_up THEN page.sort_value END, CASE WHEN NOT :sort_up THEN page.sort_value END DESC,
    page."createdAt", page.id;

-- name: roster_page :many
-- doc: Members with the person, by name; those behind (name, id) whose name or address holds a text.
-- scope: identity
SELECT m.id, m."userId" AS user_id, m.role, m."createdAt" AS created_at,
    u.name AS user_name, u.email AS user_email, u.image AS user_image, lower(u.name) AS "sort_name!"
FROM member m JOIN "user" u ON u.id = m."userId"
WHERE m."organizationId" = :organization_id
    AND (position(lower(:search) in lower(u.name)) > 0 OR position(lower(:search) in u.email) > 0)
    AND (:after_id? ::text IS NULL OR (lower(u.name), m.id) > (:after_name?, :after_id?))
ORDER BY lower(u.name), m.id
LIMIT :page_limit;
