#include "server/place.h"

#include <string.h>

#include "organization/membership.h"
#include "server/actor.h"
#include "server/organization_rules.h"

bool
place_read(struct tn_request *request, struct role_book *ret_book, struct tn_error *error)
{
    const struct visitor *visitor = request->context.visitor;
    const struct server *server = request->loop->server;
    request->cache_is_refused = true;
    if (!visitor || !visitor->is_member)
        return error_set(error, TN_HANDLE, "the request stands in no organization");

    *ret_book = (struct role_book){
        .application_roles = server->roles.roles,
        .application_role_count = server->roles.count,
    };
    return !server->settings->dynamic_roles ||
           membership_role_book(request->identity, visitor->organization_id, visitor->user_id,
               request->http->arena, ret_book, error);
}

bool
place_change(struct tn_request *request, struct change_request *ret_change, struct tn_error *error)
{
    const struct visitor *visitor = request->context.visitor;
    const struct server *server = request->loop->server;
    if (!visitor || !visitor->is_member)
        return error_set(error, TN_HANDLE, "the request stands in no organization");

    struct organization_rules *rules = ARENA_NEW(request->http->arena, struct organization_rules);
    *rules = organization_rules_of(server);
    *ret_change = (struct change_request){
        .identity = request->identity,
        .rules = rules,
        .organization_id = visitor->organization_id,
        .user_id = visitor->user_id,
        .session_id = visitor->session_id,
        .arena = request->http->arena,
    };
    return actor_note(server, request->http, request->identity, visitor->user_id, error);
}

const char *
place_refusal(enum change_answer answer)
{
    static const char *const sentences[] = {
#define CHANGE(name, sentence) [CHANGE_##name] = sentence,
#include "changes.def"
#undef CHANGE
    };
    return answer == CHANGE_DONE ? NULL : sentences[answer];
}

bool
place_sees_roster(const struct server *server, const char *role, const struct role_book *book)
{
    return strcmp(server->settings->roster, "members") == 0 ||
           roles_allow(book, role, "member", "create") ||
           roles_allow(book, role, "member", "update") ||
           roles_allow(book, role, "member", "delete") ||
           roles_allow(book, role, "invitation", "create");
}
