/* What is remembered of a person, and the check that it still holds.
 *
 * An answer to "who asks, and where" that was given before may be used again, without a question of
 * its own, as long as the security stamps that came with it are there: the database gives a person,
 * or an organization, another one with each change of what such an answer tells of them
 * (sql/schema/identity_stamps.sql). Until one flight of the request has passed the check, each
 * flight is sent with it, behind the entry and before the first query, in the same transaction. One
 * that does not pass fails as a whole. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What tenantry.stamp_changed() raises. */
#define STANDING_SQLSTATE "TN001"

enum standing_state {
    STANDING_ASSUMED,   /* nothing may leave the server yet */
    STANDING_CONFIRMED, /* as of this request */
    STANDING_CHANGED,   /* no flight is sent any more */
};

/* Beyond that, asking is no dearer than looking for them. */
#define STANDING_STAMPS_MAX 16

struct standing {
    /* Uuids as text, of the person and of each organization that is shown, each once; borrowed. */
    const char *const *stamps;
    int stamp_count; /* 1 to STANDING_STAMPS_MAX */
    int64_t session_expires_at_us;
    enum standing_state state;
};

/* `standing` may be NULL: who was asked for this request stands. */
static inline bool
standing_is_settled(const struct standing *standing)
{
    return !standing || standing->state == STANDING_CONFIRMED;
}

struct scope;
struct flight;

/* The check as the next step of a flight that has its entry, unless there is nothing to check.
 * TN_CONTEXT_CHANGED where it is known not to hold. */
MUST_USE bool
standing_add(struct flight *flight, const struct scope *scope, struct tn_error *error);
/* What a flight with the check says of it. Answers `flew`. */
bool standing_note(const struct scope *scope, bool flew, struct tn_error *error);
