/* tn_members and what a page changes about them. */
#include "tenantry/organization.h"

#include <string.h>

#include "organization/member.h"
#include "server/cursor.h"
#include "server/place.h"

#define MEMBERS_MAX 200

static const char *const sentences[] = {
#define CHANGE(name, sentence) [TN_CHANGE_##name] = sentence,
#include "changes.def"
#undef CHANGE
};

const char *
tn_change_sentence(enum tn_change change)
{
    return sentences[change];
}

static struct tn_member
member_of(const struct tn_request *request, const struct member *member)
{
    return (struct tn_member){
        .id = request_text(member->id),
        .user_id = request_text(member->user_id),
        .name = request_text(member->user_name),
        .email = request_text(member->user_email),
        .role = request_text(member->role),
        .since = { member->created_at_us },
        .is_self = strcmp(member->user_id, request->context.view->user.id) == 0,
    };
}

bool
tn_members(struct tn_request *request, const char *search, const char *after, int limit,
    struct tn_members *ret_members, struct tn_error *error)
{
    struct arena *arena = request->http->arena;
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    if (!place_sees_roster(request->loop->server, request->context.view->role, &book))
        return error_set(
            error, TN_FORBIDDEN, "the roster is hidden from %s", request->context.view->role);

    struct roster_query query = {
        .search = search,
        .limit = limit > 0 && limit < MEMBERS_MAX ? limit : MEMBERS_MAX,
    };
    struct member_list list;
    const char *next_name;
    if (!cursor_read(after, arena, &query.after_name, &query.after_id))
        return error_set(error, TN_BAD_FIELD, "\"after\" is no place in the list of members");
    if (!member_roster(request->identity, request->context.view->organization_id, &query, arena,
            &list, &next_name, error))
        return false;

    struct tn_member *items = ARENA_ARRAY(arena, list.count, struct tn_member);
    for (size_t i = 0; i < list.count; i++)
        items[i] = member_of(request, &list.items[i]);
    *ret_members = (struct tn_members){
        .count = list.count,
        .items = items,
        .next = next_name ? cursor_make(next_name, list.items[list.count - 1].id, arena) : NULL,
    };
    return true;
}

bool
tn_member_set_role(struct tn_request *request, const char *member_id, const char *role,
    enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    struct member member;
    const char *unknown;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !member_set_roles(&change, member_id, role, &member, &unknown, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}

bool
tn_member_remove(struct tn_request *request, const char *member_id, enum tn_change *ret_change,
    struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    const struct member_name name = { .member_id = member_id };
    if (!place_change(request, &change, error) ||
        !member_remove(&change, name, &member, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}

bool
tn_member_leave(struct tn_request *request, enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    if (!place_change(request, &change, error) || !member_leave(&change, &member, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}

bool
tn_ownership_transfer(struct tn_request *request, const char *member_id, const char *own_role,
    enum tn_change *ret_change, struct tn_error *error)
{
    struct change_request change;
    struct member member;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !member_transfer_ownership(&change, member_id, own_role, &member, &answer, error))
        return false;

    *ret_change = (enum tn_change)answer;
    return true;
}
