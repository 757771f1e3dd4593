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
    struct session_view view;
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
                       context_membership(identity, &visit->view, &membership, &ignored) &&
                       session_context_note(membership, &visit->view.session, &ignored);
    (void)noted;

    membership_close(membership);
    identity_close(identity);
    arena_free(visit->arena);
}

static bool
visit_is_due(const struct session_view *view)
{
    return view->context == SESSION_CONTEXT_ABSENT ||
           (view->context == SESSION_CONTEXT_ENTERED &&
               view->last_seen_at_us < time_now_us() - SEEN_INTERVAL_US);
}

void
context_visit_note(
    struct tenant_runtime *runtime, struct loop *loop, const struct session_view *view)
{
    if (!visit_is_due(view))
        return;

    struct arena *arena = arena_new(2048);
    struct visit *visit = ARENA_NEW(arena, struct visit);
    visit->runtime = runtime;
    visit->arena = arena;
    visit->view = (struct session_view){
        .answer = SESSION_LIVE,
        .is_member = true,
        .organization_id = arena_strdup(arena, view->organization_id),
        .session = { .id = arena_strdup(arena, view->session.id),
            .user_id = arena_strdup(arena, view->session.user_id) },
    };

    struct tn_error ignored = { 0 };
    if (!fiber_start(loop, visit_run, visit, &ignored))
        arena_free(arena);
}

bool
context_visit_enter(struct tn_identity identity, const struct session_view *view, bool as_default,
    struct tn_error *error)
{
    struct tn_membership membership;
    if (!context_membership(identity, view, &membership, error))
        return false;

    const bool entered = session_context_enter(membership, &view->session, error);
    membership_close(membership);
    if (!entered || !as_default)
        return entered;

    struct organization organization;
    enum organization_activate_answer answer;
    if (!organization_activate(
            identity, &view->session, view->organization_id, &organization, &answer, error))
        return false;

    if (answer != ORGANIZATION_ACTIVATED)
        return error_set(error, TN_NOT_FOUND, "the membership or the session ended meanwhile");

    return true;
}

bool
context_visit_leave(
    struct tn_identity identity, const struct session_view *view, struct tn_error *error)
{
    struct tn_membership membership;
    if (!context_membership(identity, view, &membership, error))
        return false;

    const bool left = session_context_revoke(membership, &view->session, error);
    membership_close(membership);
    return left;
}
