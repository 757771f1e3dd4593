-- name: context_row_note :exec
-- doc: A verified request of the session came in this organization. A revoked one stays revoked.
INSERT INTO session_context ("sessionId", "userId") VALUES (:session_id, :user_id)
ON CONFLICT ("sessionId") DO UPDATE SET "lastSeenAt" = now()
WHERE session_context."revokedAt" IS NULL
    AND session_context."lastSeenAt" < now() - interval '5 minutes';

-- name: context_row_enter :exec
-- doc: The session enters this organization on purpose, also after it was revoked there.
INSERT INTO session_context ("sessionId", "userId") VALUES (:session_id, :user_id)
ON CONFLICT ("sessionId") DO UPDATE SET "enteredAt" = now(), "lastSeenAt" = now(), "revokedAt" = NULL;

-- name: context_row_revoke :exec
-- doc: Sign the session out of this organization only.
INSERT INTO session_context ("sessionId", "userId", "revokedAt") VALUES (:session_id, :user_id, now())
ON CONFLICT ("sessionId") DO UPDATE SET "revokedAt" = now();
