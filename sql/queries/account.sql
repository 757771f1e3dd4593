-- name: user_insert :maybe
-- doc: A person with a password. No row: the address belongs to somebody already.
-- scope: identity
WITH new_user AS (
    INSERT INTO "user" (id, name, email, "emailVerified", image, "createdAt", "updatedAt")
    VALUES (:user_id, :user_name, :email, false, :image?,
        date_trunc('milliseconds', now()), date_trunc('milliseconds', now()))
    ON CONFLICT (email) DO NOTHING
    RETURNING id, name, email, "emailVerified", image, "createdAt", "updatedAt"
), new_account AS (
    INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    SELECT :account_id, id, 'credential', id, :password_hash, "createdAt", "createdAt" FROM new_user
)
SELECT id AS "id!", name AS "name!", email AS "email!", "emailVerified" AS "email_verified!", image AS "image?",
    "createdAt" AS "created_at!", "updatedAt" AS "updated_at!"
FROM new_user;

-- name: user_insert_signed_in :maybe
-- doc: As user_insert, with a session of theirs.
-- scope: identity
WITH new_user AS (
    INSERT INTO "user" (id, name, email, "emailVerified", image, "createdAt", "updatedAt")
    VALUES (:user_id, :user_name, :email, false, :image?,
        date_trunc('milliseconds', now()), date_trunc('milliseconds', now()))
    ON CONFLICT (email) DO NOTHING
    RETURNING id, name, email, "emailVerified", image, "createdAt", "updatedAt"
), new_account AS (
    INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    SELECT :account_id, id, 'credential', id, :password_hash, "createdAt", "createdAt" FROM new_user
), new_session AS (
    INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
    SELECT :session_id, :token, id, "createdAt" + :lifetime_s::bigint * interval '1 second',
        "createdAt", "createdAt", :ip_address, :user_agent
    FROM new_user
)
SELECT id AS "id!", name AS "name!", email AS "email!", "emailVerified" AS "email_verified!", image AS "image?",
    "createdAt" AS "created_at!", "updatedAt" AS "updated_at!"
FROM new_user;

-- name: user_by_email :maybe
-- doc: The person of an address, with the password's hash where there is one.
-- scope: identity
SELECT u.id AS "id!", u.name AS "name!", u.email AS "email!", u."emailVerified" AS "email_verified!",
    u.image AS "image?", u."createdAt" AS "created_at!", u."updatedAt" AS "updated_at!", a.password AS "password?"
FROM "user" u
LEFT JOIN account a ON a."userId" = u.id AND a."providerId" = 'credential'
WHERE u.email = :email
ORDER BY a."createdAt", a.id
LIMIT 1;

-- name: user_any :one
-- doc: Has anybody signed up here?
-- scope: identity
SELECT EXISTS (SELECT FROM "user") AS has_users;

-- name: user_update :maybe
-- doc: Change what is given; an image may be taken away.
-- scope: identity
UPDATE "user"
SET name = coalesce(:user_name?, name),
    image = CASE WHEN :sets_image::boolean THEN :image? ELSE image END,
    "updatedAt" = date_trunc('milliseconds', now())
WHERE id = :user_id
RETURNING id AS "id!", name AS "name!", email AS "email!", "emailVerified" AS "email_verified!", image AS "image?",
    "createdAt" AS "created_at!", "updatedAt" AS "updated_at!";

-- name: password_of_user :maybe
-- doc: The hash of a person's password.
-- scope: identity
SELECT password FROM account
WHERE "userId" = :user_id AND "providerId" = 'credential'
ORDER BY "createdAt", id
LIMIT 1;

-- name: password_change :execrows
-- doc: Another password, if the old one is still what was checked. Resets that were mailed before it are over.
-- scope: identity
WITH spent AS (
    DELETE FROM verification v USING account a
    WHERE v.identifier LIKE 'reset-password:%' AND v.value = a."userId"
        AND a."userId" = :user_id AND a."providerId" = 'credential' AND a.password = :old_hash
)
UPDATE account SET password = :password_hash, "updatedAt" = date_trunc('milliseconds', now())
WHERE "userId" = :user_id AND "providerId" = 'credential' AND password = :old_hash;

-- name: password_change_alone :maybe
-- doc: Likewise, and of all sessions of that person only a new one is left. No row: it was not what was checked.
-- scope: identity
WITH changed AS (
    UPDATE account SET password = :password_hash, "updatedAt" = date_trunc('milliseconds', now())
    WHERE "userId" = :user_id AND "providerId" = 'credential' AND password = :old_hash
    RETURNING "userId"
), ended AS (
    DELETE FROM session WHERE "userId" IN (SELECT "userId" FROM changed)
), spent AS (
    DELETE FROM verification
    WHERE identifier LIKE 'reset-password:%' AND value IN (SELECT "userId" FROM changed)
)
INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent")
SELECT :session_id, :token, "userId", date_trunc('milliseconds', now()) + :lifetime_s::bigint * interval '1 second',
    date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), :ip_address, :user_agent
FROM changed
LIMIT 1
RETURNING "expiresAt" AS expires_at, "createdAt" AS created_at;
