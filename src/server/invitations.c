/* tn_invitations, links, and what a page changes about them. */
#include "organization/invitation.h"
#include "tenantry/organization.h"

#include <string.h>

#include "account/email.h"
#include "base/time.h"
#include "organization/invitation_link.h"
#include "server/invitation_mail.h"
#include "server/place.h"

static bool
may_invite(struct tn_request *request, struct tn_error *error)
{
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    return roles_allow(&book, request->context.view->role, "invitation", "create") ||
           error_set(error, TN_FORBIDDEN, "role %s may not invite", request->context.view->role);
}

static bool
is_owner(const struct tn_request *request)
{
    return role_list_has(request->context.view->role, "owner");
}

bool
tn_invitations(
    struct tn_request *request, struct tn_invitations *ret_invitations, struct tn_error *error)
{
    struct arena *arena = request->http->arena;
    struct invitation_list list;
    if (!may_invite(request, error) ||
        !invitation_list(request->context.membership, request->context.view->organization_id,
            is_owner(request), arena, &list, error))
        return false;

    struct tn_invitation *items = ARENA_ARRAY(arena, list.count, struct tn_invitation);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct tn_invitation){
            .id = request_text(list.items[i].id),
            .email = request_text(list.items[i].email),
            .role = request_text(list.items[i].role),
            .status = request_text(list.items[i].status),
            .created_at = { list.items[i].created_at_us },
            .expires_at = { list.items[i].expires_at_us },
            .is_open = strcmp(list.items[i].status, "pending") == 0 &&
                       list.items[i].expires_at_us > time_now_us(),
        };
    *ret_invitations = (struct tn_invitations){ list.count, items };
    return true;
}

bool
tn_invite(struct tn_request *request, const char *email, const char *role,
    enum tn_change *ret_change, struct tn_error *error)
{
    const struct invitation_wish wish = { .email = email, .role = role, .resends = true };
    struct change_request change;
    struct invitation invitation;
    const char *unknown;
    enum change_answer answer;
    if (!email_is_valid(email))
        return error_set(error, TN_BAD_FIELD, "\"%s\" is no address", email);
    if (!place_change(request, &change, error) ||
        !invitation_send(&change, &wish, &invitation, &unknown, &answer, error))
        return false;

    if (answer == CHANGE_DONE)
        invitation_mail_send(
            request->loop->server, request->http, &invitation, &request->context.view->user);
    *ret_change = (enum tn_change)answer;
    return true;
}

bool
tn_invitation_cancel(struct tn_request *request, const char *invitation_id,
    enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    struct invitation invitation;
    enum change_answer answer;
    bool found;
    if (!place_change(request, &change, error) ||
        !invitation_get(request->identity, invitation_id, &invitation, &found, error))
        return false;

    *ret_change = TN_CHANGE_UNKNOWN;
    if (!found || strcmp(invitation.organization_id, change.organization_id) != 0)
        return true;
    if (!invitation_cancel(&change, invitation_id, &invitation, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}

bool
tn_invitation_link(struct tn_request *request, const char *role, int uses, const char **ret_link,
    enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    struct invitation_link link;
    const char *code;
    const char *unknown;
    enum change_answer answer;
    if (!place_change(request, &change, error))
        return false;

    const struct link_wish wish = {
        .role = role,
        .uses = uses > 0 ? uses : -1,
        .lifetime_s = change.rules->invitation_lifetime_s,
    };
    if (!invitation_link_create(&change, &wish, &link, &code, &unknown, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    *ret_link = answer == CHANGE_DONE
                    ? invitation_mail_link(request->loop->server, code, request->http->arena)
                    : NULL;
    return true;
}

bool
tn_invitation_links(
    struct tn_request *request, struct tn_invitation_links *ret_links, struct tn_error *error)
{
    struct arena *arena = request->http->arena;
    struct invitation_link_list list;
    if (!may_invite(request, error) ||
        !invitation_link_list(request->context.membership, request->context.view->organization_id,
            is_owner(request), arena, &list, error))
        return false;

    struct tn_invitation_link *items = ARENA_ARRAY(arena, list.count, struct tn_invitation_link);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct tn_invitation_link){
            .id = request_text(list.items[i].id),
            .role = request_text(list.items[i].role),
            .expires_at = { list.items[i].expires_at_us },
            .uses_left = list.items[i].uses_left,
        };
    *ret_links = (struct tn_invitation_links){ list.count, items };
    return true;
}

bool
tn_invitation_link_revoke(struct tn_request *request, const char *link_id,
    enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !invitation_link_revoke(&change, link_id, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}
