/* organization/audit-log: what was changed, by whom, from where. */
#include "organization/audit.h"

#include <stdlib.h>

#include "server/auth_organization_json.h"
#include "server/auth_place.h"
#include "server/cursor.h"

#define SHOWN 50
#define SHOWN_MAX 200

static void
put_person(struct json_writer *json, const struct audit_entry *entry)
{
    if (!entry->actor_id) {
        json_put_null(json);
        return;
    }
    json_object_begin(json);
    json_key(json, "id");
    json_put_text(json, entry->actor_id);
    json_key(json, "name");
    json_put_text(json, entry->actor_name);
    json_key(json, "email");
    json_put_text(json, entry->actor_email);
    json_object_end(json);
}

static void
put_entry(struct json_writer *json, const struct audit_entry *entry, struct arena *arena)
{
    json_object_begin(json);
    json_key(json, "id");
    json_put_text(json, entry->id);
    json_key(json, "at");
    json_put_time(json, entry->at_us);
    json_key(json, "action");
    json_put_text(json, entry->action);
    json_key(json, "actor");
    put_person(json, entry);
    json_key(json, "subject");
    json_object_begin(json);
    json_key(json, "id");
    json_put_text(json, entry->subject_id);
    json_key(json, "name");
    json_put_text(json, entry->subject_name);
    json_object_end(json);
    json_key(json, "organizationName");
    json_put_text(json, entry->organization_name);
    json_key(json, "detail");
    json_put_value(json, auth_metadata_of(entry->detail, arena));
    json_key(json, "ipAddress");
    json_put_text(json, entry->ip_address);
    json_key(json, "userAgent");
    json_put_text(json, entry->user_agent);
    json_object_end(json);
}

static void
answer(struct auth_exchange *exchange, const struct audit_list *list)
{
    const struct audit_entry *last = list->count > 0 ? &list->items[list->count - 1] : NULL;
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "entries");
    json_array_begin(&json);
    for (size_t i = 0; i < list->count; i++)
        put_entry(&json, &list->items[i], exchange->arena);
    json_array_end(&json);
    json_key(&json, "next");
    json_put_text(&json, list->has_more && last ? cursor_make(arena_printf(exchange->arena, "%lld",
                                                                  (long long)last->at_us),
                                                      last->id, exchange->arena)
                                                : NULL);
    json_object_end(&json);
}

static bool
read_query(struct auth_exchange *exchange, struct audit_query *ret_query)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" },
        { .name = "organizationSlug" }, { .name = "before" }, { .name = "action" },
        { .name = "userId" }, { .name = "limit" } };
    const char *at;
    *ret_query = (struct audit_query){
        .action = pairs_find(&exchange->query, "action"),
        .person_id = pairs_find(&exchange->query, "userId"),
    };
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)) ||
        !auth_query_number(exchange, "limit", SHOWN, &ret_query->limit) ||
        !auth_cursor_read(exchange, "before", &at, &ret_query->before_id))
        return false;

    ret_query->before_at_us = at ? strtoll(at, NULL, 10) : 0;
    if (ret_query->limit == 0 || ret_query->limit > SHOWN_MAX)
        ret_query->limit = SHOWN_MAX;
    return true;
}

bool
auth_organization_audit_log(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    struct audit_query query;
    if (!read_query(exchange, &query))
        return true;
    if (!auth_member_place(exchange, &view, error))
        return false;
    if (!view)
        return true;

    bool may;
    if (!auth_allows(exchange, view, "audit", "read", &may, error))
        return false;
    if (!may) {
        auth_refuse_for(exchange, TN_FORBIDDEN);
        return true;
    }

    struct tn_membership membership;
    if (!auth_membership_open(exchange, view, &membership, error))
        return false;

    struct audit_list list;
    const bool read = audit_list(membership, &query, exchange->arena, &list, error);
    membership_close(membership);
    if (read)
        answer(exchange, &list);
    return read;
}
