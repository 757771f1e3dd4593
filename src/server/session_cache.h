/* The cookie cache (`session_data`): session and person as the database had them, so that asking
 * who is signed in costs no query. Written and read here and nowhere else.
 *
 * - It counts only beside the session's own cookie, for the same token, until it lapses.
 * - It answers one question, get-session. What changes or shows anything else asks the database.
 * - It ends with what this process knows to have changed since (session_changes.h): an answer that
 *   comes late does not bring back what was.
 * - It follows: an answer that has read the session writes what it read, unless the request carried
 *   just that; one that changed it always does.
 * - Below /o/<slug> there is a second one with that path, which holds the slug's organization as
 * the active one. It counts only beside the first, and as long as both tell of the same state: a
 *   change anywhere replaces the first, and so ends all others. */
#pragma once

#include "account/session_lookup.h"
#include "server/server.h"

struct session_cache {
    const struct server *server;
    const struct http_request *request;
    struct http_response *response;
    const char *token; /* of the session's cookie; NULL: no cache counts */
    const char *slug;  /* NULL: outside of /o/<slug> */
};

/* Session and person out of the request's cookies, in the request's arena. Below /o/<slug> the
 * organization is its id alone. False: ask the database. */
MUST_USE bool session_cache_read(const struct session_cache *cache, struct session_view *ret_view);

enum session_cache_reason {
    SESSION_CACHE_READ,    /* the session was read: write what the request did not have */
    SESSION_CACHE_ASKED,   /* it was read since the request wanted just that: write in any case */
    SESSION_CACHE_CHANGED, /* it is another now: write in any case */
};

/* Let the cookies say what `view` says. `is_remembered` is false for a session that ends with the
 * browser: its cookie lapses sooner, and is written for changes only. */
void session_cache_write(const struct session_cache *cache, const struct session_view *view,
    bool is_remembered, enum session_cache_reason reason);
/* Take away what the request carried, unless it counts. */
void session_cache_sweep(const struct session_cache *cache);
/* Take away what the request carried, and the cookie in any case. */
void session_cache_expire(const struct session_cache *cache);
/* Likewise, but nothing where the request carried none. */
void session_cache_expire_carried(const struct session_cache *cache);
