/* tn_links, and the links that a page makes and revokes. */
#include "tenantry/links.h"

#include "organization/invitation_link.h"
#include "server/invitation_mail.h"
#include "server/place.h"

bool
tn_links(struct tn_request *request, struct tn_links *ret_links, struct tn_error *error)
{
    const struct visitor *visitor = request->context.visitor;
    struct arena *arena = request->http->arena;
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    if (!roles_allow(&book, visitor->role, "invitation", "create"))
        return error_set(error, TN_FORBIDDEN, "role %s may not invite", visitor->role);

    struct invitation_link_list list;
    if (!invitation_link_list(request->context.membership, visitor->organization_id,
            role_list_has(visitor->role, "owner"), arena, &list, error))
        return false;

    struct tn_link *items = ARENA_ARRAY(arena, list.count, struct tn_link);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct tn_link){
            .id = request_text(list.items[i].id),
            .role = request_text(list.items[i].role),
            .expires_at = { list.items[i].expires_at_us },
            .uses_left = list.items[i].uses_left,
        };
    *ret_links = (struct tn_links){ list.count, items };
    return true;
}

bool
tn_link_make(struct tn_request *request, const char *role, int uses, const char **ret_link,
    const char **ret_refusal, struct tn_error *error)
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

    *ret_refusal = place_refusal(answer);
    *ret_link = *ret_refusal
                    ? NULL
                    : invitation_mail_link(request->loop->server, code, request->http->arena);
    return true;
}

bool
tn_link_revoke(struct tn_request *request, const char *link_id, const char **ret_refusal,
    struct tn_error *error)
{
    struct change_request change;
    enum change_answer answer;
    if (!place_change(request, &change, error) ||
        !invitation_link_revoke(&change, link_id, &answer, error))
        return false;

    *ret_refusal = place_refusal(answer);
    return true;
}
