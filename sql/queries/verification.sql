-- name: reset_token_insert :maybe
-- doc: A token to reset a password with, for the person of an address. No row: nobody has it. What nobody
-- doc: used in time goes.
-- scope: identity
WITH swept AS (
    DELETE FROM verification WHERE "expiresAt" < now() - interval '1 day'
)
INSERT INTO verification (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
SELECT :verification_id, 'reset-password:' || :token::text, id,
    date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
FROM "user" WHERE email = :email
RETURNING value AS user_id;

-- name: reset_token_is_good :one
-- doc: Can a password be reset with it?
-- scope: identity
SELECT EXISTS (
    SELECT FROM verification WHERE identifier = 'reset-password:' || :token::text AND "expiresAt" > now()
) AS is_good;

-- name: reset_token_use :maybe
-- doc: Another password for the person of a token, which no token of theirs is good for afterwards; with
-- doc: `ends_sessions` they are signed out everywhere. No row: it is not good (any more).
-- scope: identity
WITH used AS (
    DELETE FROM verification
    WHERE identifier = 'reset-password:' || :token::text AND "expiresAt" > now()
    RETURNING value
), person AS (
    SELECT u.id FROM "user" u WHERE u.id IN (SELECT value FROM used)
), others AS (
    DELETE FROM verification v
    WHERE v.identifier LIKE 'reset-password:%' AND v.identifier <> 'reset-password:' || :token::text
        AND v.value IN (SELECT id FROM person)
), changed AS (
    UPDATE account SET password = :password_hash, "updatedAt" = date_trunc('milliseconds', now())
    WHERE "userId" IN (SELECT id FROM person) AND "providerId" = 'credential'
), made AS (
    INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    SELECT :account_id, id, 'credential', id, :password_hash,
        date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
    FROM person
    WHERE NOT EXISTS (SELECT FROM account a WHERE a."userId" = person.id AND a."providerId" = 'credential')
), ended AS (
    DELETE FROM session WHERE :ends_sessions::boolean AND "userId" IN (SELECT id FROM person)
)
SELECT id AS "user_id!" FROM person;

-- name: user_confirm :maybe
-- doc: The address of a person is theirs. No row: it is another by now.
-- scope: identity
UPDATE "user" SET "emailVerified" = true, "updatedAt" = date_trunc('milliseconds', now())
WHERE email = :email AND (:user_id?::text IS NULL OR id = :user_id?)
RETURNING id AS "id!", name AS "name!", email AS "email!", "emailVerified" AS "email_verified!", image AS "image?",
    "createdAt" AS "created_at!", "updatedAt" AS "updated_at!";

-- name: user_move :maybe
-- doc: Another address for a person, if they still have the old one, and the password of when that was asked for.
-- doc: Resets that the old one was mailed are over. No row: they have not, or the new one is taken.
-- scope: identity
WITH spent AS (
    DELETE FROM verification v USING "user" u
    WHERE v.identifier LIKE 'reset-password:%' AND v.value = u.id AND u.id = :user_id AND u.email = :email
)
UPDATE "user"
SET email = :new_email, "emailVerified" = "emailVerified" OR :is_confirmed::boolean,
    "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :user_id AND email = :email AND NOT EXISTS (SELECT FROM "user" taken WHERE taken.email = :new_email)
    AND NOT EXISTS (
        SELECT FROM account a
        WHERE a."userId" = :user_id AND a."providerId" = 'credential'
            AND a."updatedAt" >= to_timestamp(:asked_at_s::bigint + 1)
    )
RETURNING id AS "id!", name AS "name!", email AS "email!", "emailVerified" AS "email_verified!", image AS "image?",
    "createdAt" AS "created_at!", "updatedAt" AS "updated_at!";
