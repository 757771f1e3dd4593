#include "server/site_invitation.h"

#include <string.h>

#include "account/email.h"
#include "organization/invitation.h"
#include "organization/invitation_link.h"
#include "server/place.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"

/* What the person who asks sees of it. */
static enum tn_site_invitation_state
state_of(struct tn_request *request, const struct invitation *invitation, bool found)
{
    if (!found || !invitation->is_live || strcmp(invitation->status, "pending") != 0)
        return TN_INVITATION_OVER;

    if (!request->context.visitor)
        return TN_INVITATION_SIGNED_OUT;

    struct arena *arena = request->http->arena;
    const bool is_theirs = strcmp(email_normalise(invitation->email, arena),
                               email_normalise(request->context.visitor->user_email, arena)) == 0;
    return is_theirs ? TN_INVITATION_OPEN : TN_INVITATION_OF_ANOTHER;
}

/* What an address leads to: an invitation, or a link, which is for whoever has it. */
struct lead {
    struct invitation invitation; /* of a link: without address and inviter */
    bool is_link;
    enum tn_site_invitation_state state;
};

static void
show(struct tn_request *request, int status, const struct lead *lead,
    enum tn_site_invitation_state state, const char *message)
{
    const struct invitation *invitation = &lead->invitation;
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

static bool
find_link(struct tn_request *request, struct lead *ret_lead, struct tn_error *error)
{
    struct invitation_link link;
    bool found;
    if (!invitation_link_open(request->identity, tn_request_segment(request, "id"),
            request->http->arena, &link, &found, error))
        return false;

    if (!found)
        return true;

    *ret_lead = (struct lead){
        .is_link = true,
        .invitation = { .organization_name = link.organization_name,
            .organization_slug = link.organization_slug,
            .role = link.role,
            .expires_at_us = link.expires_at_us },
        .state = request->context.visitor ? TN_INVITATION_OPEN : TN_INVITATION_SIGNED_OUT,
    };
    return true;
}

/* The session, if there is one, and where the address leads. */
static bool
begin(struct tn_request *request, struct lead *ret_lead, struct tn_error *error)
{
    enum context_answer answer;
    bool found;
    *ret_lead = (struct lead){ .state = TN_INVITATION_OVER };
    if (!site_resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    if (!invitation_get(request->identity, tn_request_segment(request, "id"), &ret_lead->invitation,
            &found, error))
        return false;

    if (!found)
        return find_link(request, ret_lead, error);

    ret_lead->state = state_of(request, &ret_lead->invitation, found);
    return true;
}

bool
site_invitation_page(struct tn_request *request, struct tn_error *error)
{
    struct lead lead;
    if (!begin(request, &lead, error))
        return false;

    show(request, lead.state == TN_INVITATION_OVER ? 404 : 200, &lead, lead.state, NULL);
    return true;
}

static bool
decline(struct tn_request *request, const struct change_request *change, struct tn_error *error)
{
    struct invitation invitation;
    enum change_answer answer;
    const struct invited invited = { request->context.visitor->user_email };
    if (!invitation_reject(
            change, invited, tn_request_segment(request, "id"), &invitation, &answer, error))
        return false;

    site_redirect(request, "/choose");
    return true;
}

static bool
accept(struct tn_request *request, const struct change_request *change, const struct lead *lead,
    struct tn_error *error)
{
    struct invitation invitation;
    struct invitation_link link;
    struct member member;
    const char *team_id;
    enum change_answer answer;
    const char *id = tn_request_segment(request, "id");
    const struct invited invited = { request->context.visitor->user_email };
    if (lead->is_link
            ? !invitation_link_accept(change, id, &link, &member, &team_id, &answer, error)
            : !invitation_accept(
                  change, invited, id, &invitation, &member, &team_id, &answer, error))
        return false;

    /* Who belongs to it already is where they wanted to be. */
    if (answer != CHANGE_DONE && answer != CHANGE_ALREADY) {
        show(request, 422, lead, TN_INVITATION_OPEN, place_refusal(answer));
        return true;
    }
    site_cookies_changed(request);
    site_redirect(request,
        request_organization_path(request->http->arena, lead->invitation.organization_slug, "/"));
    return true;
}

bool
site_invitation_post(struct tn_request *request, struct tn_error *error)
{
    struct lead lead;
    struct change_request change;
    if (!begin(request, &lead, error))
        return false;

    if (lead.state != TN_INVITATION_OPEN) {
        show(request, lead.state == TN_INVITATION_OVER ? 404 : 403, &lead, lead.state, NULL);
        return true;
    }
    const bool declines = tn_request_field(request, "decline");
    if (declines && lead.is_link) {
        site_redirect(request, "/choose");
        return true;
    }
    if (!site_change(request, &change, error))
        return false;

    return declines ? decline(request, &change, error) : accept(request, &change, &lead, error);
}
