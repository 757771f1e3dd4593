/* How a cookie carries what only we may have written: better-auth's three strategies of its cookie
 * cache. What the content means is the caller's business (session_cache.h). */
#pragma once

#include "base/settings.h"
#include "crypto/content_seal.h"
#include "json/reader.h"

enum session_seal_strategy {
    SESSION_SEAL_COMPACT, /* JSON with a signature beside it */
    SESSION_SEAL_JWT,     /* HS256 */
    SESSION_SEAL_JWE,     /* encrypted: A256CBC-HS512 */
};

struct session_seal {
    enum session_seal_strategy strategy;
    const char *secret;
    uint8_t key[SEAL_KEY_BYTES]; /* of JWE, made of the secret */
    const char *key_id;
};

/* By the settings' strategy and secret; TN_CONFIGURATION when there is no such strategy. */
MUST_USE bool session_seal_init(struct session_seal *ret_seal, const struct settings *settings,
    struct arena *arena, struct tn_error *error);

/* The cookie's value for `content`, the text of a JSON object, good until `expires_at_us`. */
const char *session_seal_close(const struct session_seal *seal, const struct buffer *content,
    int64_t now_us, int64_t expires_at_us);
/* The content; NULL when it is not ours, of another strategy, or not good any more. In `arena`. */
const struct json_value *session_seal_open(
    const struct session_seal *seal, const char *value, int64_t now_us, struct arena *arena);
