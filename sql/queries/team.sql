-- name: teams_at :many
-- doc: The teams of this organization, as many as the wire shows.
SELECT id, name, "memberCount" AS member_count, "createdAt" AS created_at, "updatedAt" AS updated_at
FROM team ORDER BY "createdAt", id LIMIT 100;

-- name: team_find :maybe
SELECT id, name, "memberCount" AS member_count, "createdAt" AS created_at, "updatedAt" AS updated_at
FROM team WHERE id = :team_id;

-- name: team_count :one
SELECT count(*) AS team_count FROM team;

-- name: team_insert :one
-- doc: A team without members. As better-auth has it, the first one was never updated.
INSERT INTO team (id, name, "memberCount", "createdAt", "updatedAt")
VALUES (:team_id, :team_name, 0, date_trunc('milliseconds', now()),
    CASE WHEN :is_first THEN NULL ELSE date_trunc('milliseconds', now()) END)
RETURNING "createdAt" AS created_at, "updatedAt" AS updated_at;

-- name: team_rename :maybe
UPDATE team SET name = :team_name, "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :team_id
RETURNING name, "createdAt" AS created_at, "updatedAt" AS "updated_at!";

-- name: team_delete :exec
-- doc: Its members go by the key.
DELETE FROM team WHERE id = :team_id;

-- name: invitations_drop_team :exec
-- doc: A team that is gone leaves open invitations.
UPDATE invitation
SET "teamId" = nullif(array_to_string(array_remove(string_to_array("teamId", ','), :team_id), ','), '')
WHERE status = 'pending' AND :team_id = ANY(string_to_array("teamId", ','));

-- name: links_drop_team :exec
UPDATE invitation_link
SET "teamId" = nullif(array_to_string(array_remove(string_to_array("teamId", ','), :team_id), ','), '')
WHERE :team_id = ANY(string_to_array("teamId", ','));

-- name: team_seat_find :maybe
-- doc: A person's place in a team.
-- scope: identity
SELECT id, "createdAt" AS "created_at?" FROM "teamMember" WHERE "teamId" = :team_id AND "userId" = :user_id;

-- name: team_seat_take :maybe
-- doc: A place in a team of an organization, if one of `seat_limit` is free. The count may have fallen
-- doc: behind the rows; it is lifted to them first. No row: full.
-- scope: identity
WITH room AS (
    UPDATE team SET "memberCount" = greatest(team."memberCount",
            (SELECT count(*)::int FROM "teamMember" seat WHERE seat."teamId" = team.id)) + 1
    WHERE team.id = :team_id AND team."organizationId" = :organization_id
        AND greatest(team."memberCount",
            (SELECT count(*)::int FROM "teamMember" seat WHERE seat."teamId" = team.id)) < :seat_limit::bigint
    RETURNING team.id
)
INSERT INTO "teamMember" (id, "teamId", "userId", "membershipKey", "createdAt")
SELECT :seat_id, room.id, :user_id, :membership_key, date_trunc('milliseconds', now()) FROM room
RETURNING "createdAt" AS "created_at!";

-- name: team_seat_leave :maybe
-- doc: A person leaves a team of an organization. No row: they were not in it.
-- scope: identity
WITH freed AS (
    DELETE FROM "teamMember" seat USING team
    WHERE seat."teamId" = :team_id AND seat."userId" = :user_id
        AND team.id = seat."teamId" AND team."organizationId" = :organization_id
    RETURNING seat."teamId"
)
UPDATE team SET "memberCount" = greatest(team."memberCount" - 1, 0)
FROM freed WHERE team.id = freed."teamId"
RETURNING team.id;

-- name: team_seats_leave_all :exec
-- doc: A person leaves all teams of an organization.
-- scope: identity
WITH freed AS (
    DELETE FROM "teamMember" seat USING team
    WHERE seat."userId" = :user_id AND team.id = seat."teamId" AND team."organizationId" = :organization_id
    RETURNING seat."teamId"
)
UPDATE team SET "memberCount" = greatest(team."memberCount" - 1, 0)
FROM freed WHERE team.id = freed."teamId";

-- name: team_seats :many
-- doc: Who is in a team of an organization, as many as the wire shows.
-- scope: identity
SELECT seat.id, seat."teamId" AS team_id, seat."userId" AS user_id, seat."createdAt" AS "created_at?"
FROM "teamMember" seat JOIN team ON team.id = seat."teamId"
WHERE seat."teamId" = :team_id AND team."organizationId" = :organization_id
ORDER BY seat."createdAt", seat.id LIMIT 100;

-- name: teams_of_user :many
-- doc: The teams that a person is in, of one organization or of all that they belong to.
-- scope: identity
SELECT t.id, t.name, t."organizationId" AS organization_id, t."memberCount" AS member_count,
    t."createdAt" AS created_at, t."updatedAt" AS updated_at
FROM "teamMember" seat
JOIN team t ON t.id = seat."teamId"
JOIN member m ON m."organizationId" = t."organizationId" AND m."userId" = seat."userId"
WHERE seat."userId" = :user_id AND (:organization_id?::text IS NULL OR t."organizationId" = :organization_id?)
ORDER BY t."createdAt", t.id LIMIT 100;

-- name: team_for_user :maybe
-- doc: A team, where it is, and whether a person belongs to its organization and to it.
-- scope: identity
SELECT t.id, t.name, t."organizationId" AS organization_id, t."memberCount" AS member_count,
    t."createdAt" AS created_at, t."updatedAt" AS updated_at,
    EXISTS (SELECT FROM member m WHERE m."organizationId" = t."organizationId" AND m."userId" = :user_id) AS in_organization,
    EXISTS (SELECT FROM "teamMember" seat WHERE seat."teamId" = t.id AND seat."userId" = :user_id) AS in_team
FROM team t WHERE t.id = :team_id;

-- name: session_choose_team :maybe
-- doc: Make a team of the session's active organization its active team, or with NULL none. No row: the
-- doc: session is gone, or that team is not of its organization, or its person is not in it.
-- scope: identity
UPDATE session
SET "activeTeamId" = :team_id?, "updatedAt" = date_trunc('milliseconds', now())
WHERE session.id = :session_id
    AND (:team_id?::text IS NULL OR EXISTS (
        SELECT FROM team t JOIN "teamMember" seat ON seat."teamId" = t.id
        WHERE t.id = :team_id? AND t."organizationId" = :organization_id AND seat."userId" = session."userId"))
RETURNING session.id;
