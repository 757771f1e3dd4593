#include "context/resolver.h"

#include <string.h>

#include "context/memory.h"
#include "organization/membership.h"
#include "organization/organization.h"

void
context_claim(struct context_claims *claims, const char *organization_id)
{
    if (claims->organization_id_count < CONTEXT_IDS_MAX)
        claims->organization_ids[claims->organization_id_count] = organization_id;
    claims->organization_id_count++;
}

/* Do the claims contradict each other, as far as that can be told without the database? */
static enum context_answer
claims_check(const struct context_claims *claims)
{
    if (claims->slug && !claims->slug[0])
        return CONTEXT_EMPTY;

    for (size_t i = 0; i < claims->organization_id_count && i < CONTEXT_IDS_MAX; i++) {
        if (!claims->organization_ids[i][0])
            return CONTEXT_EMPTY;
    }

    if (claims->organization_id_count > CONTEXT_IDS_MAX)
        return CONTEXT_DIFFERS;

    for (size_t i = 1; i < claims->organization_id_count; i++) {
        if (strcmp(claims->organization_ids[i], claims->organization_ids[0]) != 0)
            return CONTEXT_DIFFERS;
    }
    return CONTEXT_FOUND;
}

static bool
claims_name_something(const struct context_claims *claims)
{
    return claims->slug || claims->organization_id_count > 0;
}

/* What the visitor answers to the claims. */
static enum context_answer
visitor_check(const struct visitor *visitor, const struct context_claims *claims)
{
    if (!visitor->is_member)
        return claims_name_something(claims) ? CONTEXT_NOT_FOUND : CONTEXT_NONE;

    if (claims->organization_id_count > 0 &&
        strcmp(claims->organization_ids[0], visitor->organization_id) != 0)
        return CONTEXT_DIFFERS;

    return visitor->context == SESSION_CONTEXT_REVOKED ? CONTEXT_REVOKED : CONTEXT_FOUND;
}

/* `ret_view` and `ret_visitor` stay NULL where the session is over. */
static bool
look_up_view(struct tn_identity identity, const char *token, struct session_place place,
    struct arena *arena, const struct session_view **ret_view, const struct visitor **ret_visitor,
    struct tn_error *error)
{
    struct session_view *view = ARENA_NEW(arena, struct session_view);
    if (!session_look_up(identity, token, place, view, error))
        return false;

    if (view->answer != SESSION_LIVE)
        return true;

    struct visitor *visitor = ARENA_NEW(arena, struct visitor);
    *visitor = visitor_of(view);
    *ret_visitor = visitor;
    *ret_view = view;
    return true;
}

static bool
look_up_memberships(struct tn_identity identity, const char *token, struct session_place place,
    struct arena *arena, struct context *ret_context, struct tn_error *error)
{
    struct visitor *visitor = ARENA_NEW(arena, struct visitor);
    bool is_live;
    if (!memberships_look_up(identity, token, place, arena, visitor, &is_live,
            &ret_context->organizations, &ret_context->organization_count, error))
        return false;

    ret_context->visitor = is_live ? visitor : NULL;
    return true;
}

static bool
resolve(struct tn_identity identity, const struct context_claims *claims, bool wants_organizations,
    struct arena *arena, const struct session_view **ret_view, struct context *ret_context,
    enum context_answer *ret_answer, struct tn_error *error)
{
    *ret_view = NULL;
    *ret_context = (struct context){ 0 };
    *ret_answer = claims_check(claims);
    if (*ret_answer != CONTEXT_FOUND)
        return true;

    *ret_answer = CONTEXT_SIGNED_OUT;
    const char *token = claims->session_token;
    if (!token)
        return true;

    /* The path before an id: both are compared with what the path leads to. */
    const struct session_place place = {
        .slug = claims->slug,
        .organization_id =
            !claims->slug && claims->organization_id_count > 0 ? claims->organization_ids[0] : NULL,
    };
    const bool is_known =
        wants_organizations
            ? look_up_memberships(identity, token, place, arena, ret_context, error)
            : look_up_view(identity, token, place, arena, ret_view, &ret_context->visitor, error);
    if (!is_known || !ret_context->visitor)
        return is_known;

    *ret_answer = visitor_check(ret_context->visitor, claims);
    if (*ret_answer != CONTEXT_FOUND)
        return true;

    return membership_open(
        identity, ret_context->visitor->organization_id, &ret_context->membership, error);
}

bool
context_resolve(struct tn_identity identity, const struct context_claims *claims,
    struct arena *arena, struct context *ret_context, enum context_answer *ret_answer,
    struct tn_error *error)
{
    const struct session_view *unused;
    return resolve(identity, claims, claims->wants_organizations, arena, &unused, ret_context,
        ret_answer, error);
}

bool
context_resolve_view(struct tn_identity identity, const struct context_claims *claims,
    struct arena *arena, const struct session_view **ret_view, struct context *ret_context,
    enum context_answer *ret_answer, struct tn_error *error)
{
    return resolve(identity, claims, false, arena, ret_view, ret_context, ret_answer, error);
}

bool
context_resume(struct context_memory *memory, struct tn_identity identity,
    const struct context_claims *claims, struct standing *ret_standing, struct context *ret_context)
{
    struct tn_error ignored = { 0 };
    if (!context_recall(memory, claims, ret_standing, ret_context))
        return false;

    identity_stand(identity, ret_standing);
    if (membership_open(
            identity, ret_context->visitor->organization_id, &ret_context->membership, &ignored))
        return true;

    context_drop(ret_context, identity);
    return false;
}

void
context_done(struct context *context)
{
    membership_close(context->membership);
    context_let_go(context->remembered);
    *context = (struct context){ 0 };
}

void
context_drop(struct context *context, struct tn_identity identity)
{
    context_done(context);
    identity_stand(identity, NULL);
}

bool
context_membership(struct tn_identity identity, const struct visitor *visitor,
    struct tn_membership *ret_membership, struct tn_error *error)
{
    *ret_membership = (struct tn_membership){ 0 };
    if (!visitor || !visitor->is_member)
        return true;

    return membership_open(identity, visitor->organization_id, ret_membership, error);
}

bool
context_membership_of_user(struct tn_identity identity, const char *user_id,
    const char *organization_id, struct tn_membership *ret_membership, struct tn_error *error)
{
    const struct session_place place = { .organization_id = organization_id };
    struct organization organization;
    enum organization_find_answer answer;
    if (!organization_find(identity, place, user_id, &organization, &answer, error))
        return false;

    if (answer != ORGANIZATION_FOUND)
        return error_set(error, TN_NOT_FOUND, "no member of that organization");

    return membership_open(identity, organization.id, ret_membership, error);
}
