/* Devices: the sessions of a person as they see them, each with the organizations that it was
 * opened in. Named by the session's id, never by its token. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "tenant/identity.h"

struct device_place {
    const char *organization_id;
    const char *name;
    const char *slug;
    int64_t last_seen_at_us;
    bool is_revoked; /* signed out of this organization only */
};

struct device {
    const char *session_id;
    int64_t created_at_us;
    int64_t updated_at_us;
    const char *ip_address; /* NULL: not known; likewise the next */
    const char *user_agent;
    struct device_place *places;
    size_t place_count;
};

struct device_list {
    size_t count;
    struct device *items;
};

/* The last used first; in `arena`. */
MUST_USE bool device_list(struct tn_identity identity, const char *user_id, struct arena *arena,
    struct device_list *ret_list, struct tn_error *error);

/* Each does nothing where the session is of somebody else, or gone. */
MUST_USE bool device_sign_out(struct tn_identity identity, const char *user_id,
    const char *session_id, struct tn_error *error);
MUST_USE bool device_sign_out_others(struct tn_identity identity, const char *user_id,
    const char *kept_session_id, struct tn_error *error);
MUST_USE bool device_leave(struct tn_identity identity, const char *user_id, const char *session_id,
    const char *organization_id, struct tn_error *error);
