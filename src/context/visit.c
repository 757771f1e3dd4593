#include "context/visit.h"

#include "base/time.h"
#include "context/resolver.h"
#include "loop/fiber.h"
#include "organization/organization.h"

/* How stale `last seen` may be. */
#define SEEN_INTERVAL_US INT64_C(300000000)

struct visit {
    struct tenant_runtime *runtime;
    struct arena *arena;
    struct visitor visitor;
};

static void
visit_run(void *argument)
{
    struct visit *visit = argument;
    struct tn_error ignored = { 0 };
    struct tn_identity identity = { 0 };
    struct tn_membership membership = { 0 };

    /* What was not noted, the next request notes. */
    const bool noted = identity_open(visit->runtime, visit->arena, &identity, &ignored) &&
                       context_membership(identity, &visit->visitor, &membership, &ignored) &&
                       session_context_note(
                           membership, visit->visitor.session_id, visit->visitor.user_id, &ignored);
    (void)noted;

    membership_close(membership);
    identity_close(identity);
    arena_free(visit->arena);
}

bool
context_visit_is_due(const struct visitor *visitor)
{
    return visitor->context == SESSION_CONTEXT_ABSENT ||
           (visitor->context == SESSION_CONTEXT_ENTERED &&
               visitor->last_seen_at_us < time_now_us() - SEEN_INTERVAL_US);
}

void
context_visit_note(struct tenant_runtime *runtime, struct loop *loop, const struct visitor *visitor)
{
    if (!context_visit_is_due(visitor))
        return;

    struct arena *arena = arena_new(2048);
    struct visit *visit = ARENA_NEW(arena, struct visit);
    visit->runtime = runtime;
    visit->arena = arena;
    visit->visitor = (struct visitor){
        .session_id = arena_strdup(arena, visitor->session_id),
        .user_id = arena_strdup(arena, visitor->user_id),
        .is_member = true,
        .organization_id = arena_strdup(arena, visitor->organization_id),
    };

    struct tn_error ignored = { 0 };
    if (!fiber_start(loop, visit_run, visit, &ignored))
        arena_free(arena);
}

bool
context_visit_enter(struct tn_identity identity, const struct visitor *visitor, bool as_default,
    struct tn_error *error)
{
    struct tn_membership membership;
    if (!context_membership(identity, visitor, &membership, error))
        return false;

    const bool entered =
        session_context_enter(membership, visitor->session_id, visitor->user_id, error);
    membership_close(membership);
    if (!entered || !as_default)
        return entered;

    struct organization organization;
    enum organization_activate_answer answer;
    if (!organization_activate(identity, visitor->session_id, visitor->user_id,
            visitor->organization_id, &organization, &answer, error))
        return false;

    if (answer != ORGANIZATION_ACTIVATED)
        return error_set(error, TN_NOT_FOUND, "the membership or the session ended meanwhile");

    return true;
}

bool
context_visit_leave(
    struct tn_identity identity, const struct visitor *visitor, struct tn_error *error)
{
    struct tn_membership membership;
    if (!context_membership(identity, visitor, &membership, error))
        return false;

    const bool left =
        session_context_revoke(membership, visitor->session_id, visitor->user_id, error);
    membership_close(membership);
    return left;
}
