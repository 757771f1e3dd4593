/* The resolver: who asks, and in which organization.
 *
 * The cookie says who, the URL says where, the session remembers, the request asserts. Sources that
 * name an organization are never ranked: two that differ are refused. A person who is no member
 * gets exactly what an organization that does not exist gets. The result is one context, which does
 * not change while the request lasts; handles are opened from it and from nothing else. */
#pragma once

#include "account/session_lookup.h"
#include "tenant/runtime.h"

#define CONTEXT_IDS_MAX 8

struct context_memory;
struct standing;

/* What the request says of who and where. */
struct context_claims {
    const char *session_token; /* of a cookie whose signature holds; NULL: none */
    const char *slug;          /* of /o/<slug>/…; NULL: a bare URL */
    /* X-Organization-Id, organizationId in query and body, each as often as sent */
    const char *organization_ids[CONTEXT_IDS_MAX];
    size_t organization_id_count;
    /* The page shows the person's organizations: they come with the answer who that is. */
    bool wants_organizations;
};

/* Another claim of an organization's id. Beyond CONTEXT_IDS_MAX the claims are held to differ. */
void context_claim(struct context_claims *claims, const char *organization_id);

enum context_answer {
    CONTEXT_FOUND,
    CONTEXT_SIGNED_OUT, /* no session */
    CONTEXT_NONE,       /* signed in; nothing was named, and the session has no default */
    CONTEXT_NOT_FOUND,  /* no such organization, or no member of it */
    CONTEXT_REVOKED,    /* a member, but this session was signed out of this organization */
    CONTEXT_DIFFERS,    /* two organizations are named */
    CONTEXT_EMPTY,      /* an organization is named, with an empty name */
};

struct context {
    const struct visitor *visitor;   /* of a live session; NULL when signed out */
    struct tn_membership membership; /* open when CONTEXT_FOUND; context_done closes it */
    const struct tn_organization *organizations; /* NULL unless they were wanted */
    size_t organization_count;
    struct remembered *remembered; /* what all of it is borrowed from (memory.h); NULL: the arena */
};

/* One flight, or none where the claims contradict each other. `ret_context` is written for every
 * answer, as far as it is known (session for NONE, NOT_FOUND and REVOKED). All in `arena`. */
MUST_USE bool context_resolve(struct tn_identity identity, const struct context_claims *claims,
    struct arena *arena, struct context *ret_context, enum context_answer *ret_answer,
    struct tn_error *error);
/* The same for the wire, which shows the rows of session and person whole: in `ret_view`, which is
 * NULL when the visitor is. Organizations do not come with it. */
MUST_USE bool context_resolve_view(struct tn_identity identity, const struct context_claims *claims,
    struct arena *arena, const struct session_view **ret_view, struct context *ret_context,
    enum context_answer *ret_answer, struct tn_error *error);
/* What the claims were answered last, where that is remembered: the same context, which `identity`
 * and all that is opened from it check with `ret_standing` (it outlives them) in their first
 * flight. False: context_resolve. */
bool context_resume(struct context_memory *memory, struct tn_identity identity,
    const struct context_claims *claims, struct standing *ret_standing,
    struct context *ret_context);
/* Accepts { 0 }. */
void context_done(struct context *context);
/* The same, and `identity` stands for nobody any more. */
void context_drop(struct context *context, struct tn_identity identity);

/* The membership of a visitor who was just found, also where its context is revoked: for the
 * chooser, which enters it again. A zeroed handle: no member. Close with membership_close. */
MUST_USE bool context_membership(struct tn_identity identity, const struct visitor *visitor,
    struct tn_membership *ret_membership, struct tn_error *error);

/* The membership of a person without a session, confirmed by the database now: for demonstration
 * data. TN_NOT_FOUND when they are no member. */
MUST_USE bool context_membership_of_user(struct tn_identity identity, const char *user_id,
    const char *organization_id, struct tn_membership *ret_membership, struct tn_error *error);
