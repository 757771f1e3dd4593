#include "tenantry/people.h"

#include <string.h>

#include "account/email.h"
#include "organization/audit.h"
#include "organization/invitation.h"
#include "organization/membership.h"
#include "server/invitation_mail.h"
#include "server/place.h"
#include "server/site_answer.h"

#define PEOPLE_MAX 100

static bool
allows(struct tn_request *request, const struct role_book *book, const char *resource,
    const char *action)
{
    return roles_allow(book, request->organization.role.p, resource, action);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static const struct tn_role_name *
role_names(struct tn_request *request, const struct role_book *book, size_t *ret_count)
{
    static const char *const fixed[] = { "member", "admin", "owner" };
    struct tn_role_name *names = ARENA_ARRAY(request->http->arena,
        COUNT_OF(fixed) + book->application_role_count + book->count, struct tn_role_name);
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        names[count++].name = fixed[i];
    for (size_t i = 0; i < book->application_role_count; i++) {
        if (!role_is_fixed(book->application_roles[i].name))
            names[count++].name = book->application_roles[i].name;
    }
    for (size_t i = 0; i < book->count; i++)
        names[count++].name = book->items[i].name;
    *ret_count = count;
    return names;
}

static bool
read_members(struct tn_request *request, const char *search, struct tn_people *people,
    struct tn_error *error)
{
    struct member_list list;
    const char *next_name;
    const struct roster_query query = { .search = search, .limit = PEOPLE_MAX };
    if (!member_roster(request->identity, request->organization.id.p, &query, request->http->arena,
            &list, &next_name, error))
        return false;

    struct tn_member *members = ARENA_ARRAY(request->http->arena, list.count, struct tn_member);
    for (size_t i = 0; i < list.count; i++) {
        const struct member *item = &list.items[i];
        members[i] = (struct tn_member){
            .id = request_text(item->id),
            .name = request_text(item->user_name),
            .email = request_text(item->user_email),
            .role = request_text(item->role),
            .since = { item->created_at_us },
            .is_self = strcmp(item->user_id, request->context.visitor->user_id) == 0,
            .is_owner = role_list_has(item->role, "owner"),
        };
    }
    people->members = members;
    people->member_count = list.count;
    people->has_more = next_name != NULL;
    return true;
}

/* All that who may not see the others is shown. */
static bool
read_self(struct tn_request *request, struct tn_people *people, struct tn_error *error)
{
    struct member member;
    bool found;
    const struct visitor *visitor = request->context.visitor;
    const struct member_name name = { .user_id = visitor->user_id };
    if (!member_get(request->identity, request->organization.id.p, name, request->http->arena,
            &member, &found, error))
        return false;

    struct tn_member *self = ARENA_NEW(request->http->arena, struct tn_member);
    *self = (struct tn_member){
        .id = request_text(found ? member.id : NULL),
        .name = request_text(visitor->user_name),
        .email = request_text(visitor->user_email),
        .role = request->organization.role,
        .since = { found ? member.created_at_us : 0 },
        .is_self = true,
    };
    people->members = self;
    people->member_count = found ? 1 : 0;
    return true;
}

static bool
read_invitations(struct tn_request *request, struct tn_people *people, struct tn_error *error)
{
    struct invitation_list list;
    struct arena *arena = request->http->arena;
    if (!invitation_list(request->context.membership, request->organization.id.p, people->is_owner,
            arena, &list, error))
        return false;

    struct tn_invitation *open = ARENA_ARRAY(arena, list.count, struct tn_invitation);
    for (size_t i = 0; i < list.count; i++) {
        const struct invitation *item = &list.items[i];
        if (strcmp(item->status, "pending") != 0)
            continue;

        open[people->invitation_count++] = (struct tn_invitation){
            .id = request_text(item->id),
            .email = request_text(item->email),
            .role = request_text(item->role),
            .sent_at = { item->created_at_us },
            .expires_at = { item->expires_at_us },
            .is_over = item->expires_at_us <= tn_time_now().us,
            .link = invitation_mail_link(request->loop->server, item->id, arena),
        };
    }
    people->invitations = open;
    return true;
}

bool
tn_people(struct tn_request *request, const char *search, struct tn_people *ret_people,
    struct tn_error *error)
{
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    struct tn_people people = {
        .may_invite = allows(request, &book, "invitation", "create"),
        .may_change = allows(request, &book, "member", "update"),
        .may_remove = allows(request, &book, "member", "delete"),
        .is_owner = role_list_has(request->organization.role.p, "owner"),
    };
    people.roles = role_names(request, &book, &people.role_count);
    const bool sees_all =
        place_sees_roster(request->loop->server, request->organization.role.p, &book);
    if (!(sees_all ? read_members(request, search, &people, error)
                   : read_self(request, &people, error)) ||
        (people.may_invite && !read_invitations(request, &people, error)))
        return false;

    *ret_people = people;
    return true;
}

/* --- changing -----------------------------------------------------------------------------------
 */

bool
tn_invite(struct tn_request *request, const char *email, const char *role, const char **ret_refusal,
    struct tn_error *error)
{
    *ret_refusal = "That is no e-mail address that we understand.";
    if (!email_is_valid(email))
        return true;

    const struct invitation_wish wish = { .email = email, .role = role, .resends = true };
    struct invitation invitation;
    struct change_request change;
    const char *unknown;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !invitation_send(&change, &wish, &invitation, &unknown, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    if (answer == CHANGE_DONE)
        invitation_mail_send(request->loop->server, request->http, &invitation,
            &(struct inviter){
                request->context.visitor->user_name, request->context.visitor->user_email });
    return true;
}

/* An invitation of this organization; NULL in `ret_refusal` when it is one. */
static bool
find_invitation(struct tn_request *request, const char *id, struct invitation *ret_invitation,
    const char **ret_refusal, struct tn_error *error)
{
    bool found;
    if (!invitation_get(request->identity, id, ret_invitation, &found, error))
        return false;

    const bool is_here =
        found && strcmp(ret_invitation->organization_id, request->organization.id.p) == 0;
    *ret_refusal = is_here ? NULL : place_refusal(CHANGE_UNKNOWN);
    return true;
}

bool
tn_invitation_resend(struct tn_request *request, const char *invitation_id,
    const char **ret_refusal, struct tn_error *error)
{
    struct invitation invitation;
    if (!find_invitation(request, invitation_id, &invitation, ret_refusal, error))
        return false;

    return *ret_refusal || tn_invite(request, invitation.email,
                               invitation.role ? invitation.role : "", ret_refusal, error);
}

bool
tn_invitation_cancel(struct tn_request *request, const char *invitation_id,
    const char **ret_refusal, struct tn_error *error)
{
    struct invitation invitation;
    struct change_request change;
    enum change_answer answer;
    if (!find_invitation(request, invitation_id, &invitation, ret_refusal, error))
        return false;

    if (*ret_refusal)
        return true;

    if (!place_change(request, &change, error) ||
        !invitation_cancel(&change, invitation_id, &invitation, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

bool
tn_member_set_role(struct tn_request *request, const char *member_id, const char *role,
    const char **ret_refusal, struct tn_error *error)
{
    struct change_request change;
    struct member member;
    const char *unknown;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !member_set_roles(&change, member_id, role, &member, &unknown, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

bool
tn_member_remove(struct tn_request *request, const char *member_id, const char **ret_refusal,
    struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !member_remove(
            &change, (struct member_name){ .member_id = member_id }, &member, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

bool
tn_member_leave(struct tn_request *request, const char **ret_refusal, struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    if (!place_change(request, &change, error) || !member_leave(&change, &member, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

bool
tn_ownership_transfer(struct tn_request *request, const char *member_id, const char **ret_refusal,
    struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !member_transfer_ownership(&change, member_id, "admin", &member, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}

void
tn_redirect_outside(struct tn_request *request, const char *path)
{
    site_redirect(request, path);
}

/* --- the log ------------------------------------------------------------------------------------
 */

bool
tn_organization_log(struct tn_request *request, const char *action, const char *before_id,
    struct tn_time before, int limit, struct tn_organization_log *ret_log, struct tn_error *error)
{
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    if (!allows(request, &book, "audit", "read"))
        return error_set(error, TN_FORBIDDEN, "the role lacks audit:read");

    const struct audit_query query = {
        .before_id = before_id[0] ? before_id : NULL,
        .before_at_us = before.us,
        .action = action[0] ? action : NULL,
        .limit = limit,
    };
    struct audit_list list;
    struct arena *arena = request->http->arena;
    if (!audit_list(request->context.membership, &query, arena, &list, error))
        return false;

    struct tn_organization_event *events =
        ARENA_ARRAY(arena, list.count, struct tn_organization_event);
    for (size_t i = 0; i < list.count; i++) {
        const struct audit_entry *item = &list.items[i];
        events[i] = (struct tn_organization_event){
            .id = request_text(item->id),
            .at = { item->at_us },
            .action = request_text(item->action),
            .actor = request_text(item->actor_name ? item->actor_name : item->actor_email),
            .subject = request_text(item->subject_name),
            .detail = request_text(item->detail),
            .ip_address = request_text(item->ip_address),
        };
    }
    *ret_log = (struct tn_organization_log){ events, list.count, list.has_more };
    return true;
}
