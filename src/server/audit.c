/* tn_audit. */
#include "organization/audit.h"
#include "tenantry/organization.h"

#include <stdlib.h>

#include "server/cursor.h"
#include "server/place.h"

#define ENTRIES_MAX 200

bool
tn_audit(struct tn_request *request, const char *before, int limit, struct tn_audit *ret_audit,
    struct tn_error *error)
{
    struct arena *arena = request->http->arena;
    struct role_book book;
    if (!place_read(request, &book, error))
        return false;

    if (!roles_allow(&book, request->context.view->role, "audit", "read"))
        return error_set(
            error, TN_FORBIDDEN, "role %s lacks audit:read", request->context.view->role);

    const char *at;
    struct audit_query query = { .limit = limit > 0 && limit < ENTRIES_MAX ? limit : ENTRIES_MAX };
    if (!cursor_read(before, arena, &at, &query.before_id))
        return error_set(error, TN_BAD_FIELD, "\"before\" is no place in the audit log");

    query.before_at_us = at ? strtoll(at, NULL, 10) : 0;
    struct audit_list list;
    if (!audit_list(request->context.membership, &query, arena, &list, error))
        return false;

    struct tn_audit_entry *items = ARENA_ARRAY(arena, list.count, struct tn_audit_entry);
    for (size_t i = 0; i < list.count; i++)
        items[i] = (struct tn_audit_entry){
            .at = { list.items[i].at_us },
            .action = request_text(list.items[i].action),
            .actor = request_text(list.items[i].actor_name),
            .actor_email = request_text(list.items[i].actor_email),
            .subject = request_text(list.items[i].subject_name),
            .detail = request_text(list.items[i].detail),
            .ip_address = request_text(list.items[i].ip_address),
        };
    *ret_audit = (struct tn_audit){ .count = list.count, .items = items };
    if (list.has_more)
        ret_audit->next =
            cursor_make(arena_printf(arena, "%lld", (long long)list.items[list.count - 1].at_us),
                list.items[list.count - 1].id, arena);
    return true;
}
