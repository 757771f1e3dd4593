#include "server/site_invitation.h"

#include <string.h>

#include "account/email.h"
#include "organization/invitation.h"
#include "server/place.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"

/* What the person who asks sees of it. */
static enum tn_site_invitation_state
state_of(struct tn_request *request, const struct invitation *invitation, bool found)
{
    if (!found || !invitation->is_live || strcmp(invitation->status, "pending") != 0)
        return TN_INVITATION_OVER;

    if (!request->context.view)
        return TN_INVITATION_SIGNED_OUT;

    struct arena *arena = request->http->arena;
    const bool is_theirs = strcmp(email_normalise(invitation->email, arena),
                               email_normalise(request->context.view->user.email, arena)) == 0;
    return is_theirs ? TN_INVITATION_OPEN : TN_INVITATION_OF_ANOTHER;
}

static void
show(struct tn_request *request, int status, const struct invitation *invitation,
    enum tn_site_invitation_state state, const char *message)
{
    const char *id = tn_request_segment(request, "id");
    struct tn_site_invitation view = {
        .state = state,
        .message = message,
        .id = request_text(id),
        .here = arena_printf(request->http->arena, "/invitation/%s", id),
        .signed_in_as = tn_request_user_email(request),
    };
    if (state != TN_INVITATION_OVER) {
        view.organization = request_text(invitation->organization_name);
        view.email = request_text(invitation->email);
        view.role = request_text(invitation->role);
        view.inviter = request_text(invitation->inviter_email);
        view.until = (struct tn_time){ invitation->expires_at_us };
    }
    site_pages(request)->invitation(tn_page(request, status), &view);
}

/* The session, if there is one, and the invitation. */
static bool
begin(struct tn_request *request, struct invitation *ret_invitation,
    enum tn_site_invitation_state *ret_state, struct tn_error *error)
{
    enum context_answer answer;
    bool found;
    if (!site_resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    if (!invitation_get(
            request->identity, tn_request_segment(request, "id"), ret_invitation, &found, error))
        return false;

    *ret_state = state_of(request, ret_invitation, found);
    return true;
}

bool
site_invitation_page(struct tn_request *request, struct tn_error *error)
{
    struct invitation invitation;
    enum tn_site_invitation_state state = TN_INVITATION_OVER;
    if (!begin(request, &invitation, &state, error))
        return false;

    show(request, state == TN_INVITATION_OVER ? 404 : 200, &invitation, state, NULL);
    return true;
}

static bool
decline(struct tn_request *request, const struct change_request *change, struct tn_error *error)
{
    struct invitation invitation;
    enum change_answer answer;
    const struct invited invited = { request->context.view->user.email };
    if (!invitation_reject(
            change, invited, tn_request_segment(request, "id"), &invitation, &answer, error))
        return false;

    site_redirect(request, "/choose");
    return true;
}

static bool
accept(struct tn_request *request, const struct change_request *change,
    const struct invitation *shown, struct tn_error *error)
{
    struct invitation invitation;
    struct member member;
    const char *team_id;
    enum change_answer answer;
    const struct invited invited = { request->context.view->user.email };
    if (!invitation_accept(change, invited, tn_request_segment(request, "id"), &invitation, &member,
            &team_id, &answer, error))
        return false;

    /* Who belongs to it already is where they wanted to be. */
    if (answer != CHANGE_DONE && answer != CHANGE_ALREADY) {
        show(request, 422, shown, TN_INVITATION_OPEN, place_refusal(answer));
        return true;
    }
    site_cookies_changed(request);
    site_redirect(
        request, request_organization_path(request->http->arena, shown->organization_slug, "/"));
    return true;
}

bool
site_invitation_post(struct tn_request *request, struct tn_error *error)
{
    struct invitation invitation;
    enum tn_site_invitation_state state = TN_INVITATION_OVER;
    struct change_request change;
    if (!begin(request, &invitation, &state, error))
        return false;

    if (state != TN_INVITATION_OPEN) {
        show(request, state == TN_INVITATION_OVER ? 404 : 403, &invitation, state, NULL);
        return true;
    }
    if (!site_change(request, &change, error))
        return false;

    return tn_request_field(request, "decline") ? decline(request, &change, error)
                                                : accept(request, &change, &invitation, error);
}
