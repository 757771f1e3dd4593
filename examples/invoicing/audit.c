#include "audit.h"

#include <string.h>

#include "frame.h"
#include "pages.h"
#include "queries.h"
#include "search.h"

#define PAGE_ROWS 50
#define CSV_ROWS 5000
#define DAY_US INT64_C(86400000000)

static const char *
asked(struct tn_request *request, const char *name)
{
    const char *value = tn_request_query(request, name);
    return value ? value : "";
}

static struct tn_opt_text
unless_empty(const char *text)
{
    return text[0] ? tn_opt_text_of(tn_text_of(text)) : tn_opt_text_null();
}

/* The first moment of a day; `otherwise` where none was typed that is one. */
static struct tn_time
beginning_of(const char *day, int32_t days_later, int64_t otherwise)
{
    struct tn_date date;

    if (!tn_date_parse(day, &date))
        return (struct tn_time){ otherwise };

    return (struct tn_time){ (int64_t)(date.days + days_later) * DAY_US };
}

static struct audit_filter
filter_asked(struct tn_request *request)
{
    struct audit_filter filter = {
        .action = asked(request, "action"),
        .actor = asked(request, "actor"),
        .words = asked(request, "q"),
        .from = asked(request, "from"),
        .to = asked(request, "to"),
    };

    filter.is_narrowed =
        filter.action[0] || filter.actor[0] || filter.words[0] || filter.from[0] || filter.to[0];
    filter.action_if_any = unless_empty(filter.action);
    filter.actor_if_any = unless_empty(filter.actor);
    filter.pattern = search_pattern(request, filter.words);
    filter.time_from = beginning_of(filter.from, 0, TN_TIME_MINUS_INFINITY);
    filter.time_to = beginning_of(filter.to, 1, TN_TIME_INFINITY);
    return filter;
}

bool
is_actor(struct audit_filter filter, struct tn_text actor_id)
{
    return strcmp(filter.actor, actor_id.p) == 0;
}

/* The last row of the page above, as its address says; without one, before which everything is. */
static bool
place_asked(struct tn_request *request, struct tn_time *ret_before, struct tn_uuid *ret_id,
    struct tn_error *error)
{
    const char *id = tn_request_query(request, "id");

    ret_before->us = TN_TIME_INFINITY;
    memset(ret_id, 0xff, sizeof(*ret_id));

    if (id && !tn_uuid_parse(id, ret_id))
        return tn_error_set(error, TN_BAD_FIELD, "id is no uuid");

    return tn_request_query_int64(request, "before", &ret_before->us, error);
}

/* GET /o/<slug>/audit?action=…&actor=…&q=…&from=…&to=…&before=…&id=… */
bool
audit_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct audit_read_rows rows;
    struct audit_filter filter = filter_asked(request);
    struct tn_time before;
    struct tn_uuid id;

    if (!place_asked(request, &before, &id, error) ||
        !frame_open(request, "Audit log", "audit", &frame, error))
        return false;

    /* One row more than is shown tells whether there is a next page. */
    if (!audit_read(db, arg_before_time(before), arg_before_id(id), arg_time_from(filter.time_from),
            arg_time_to(filter.time_to), arg_opt_action(filter.action_if_any),
            arg_opt_actor_id(filter.actor_if_any), arg_opt_pattern(filter.pattern),
            arg_row_limit(PAGE_ROWS + 1), &rows, error))
        return false;

    struct audit_list_rows entries = rows.audit_list;
    struct audit_list_row *next = NULL;

    if (entries.count > PAGE_ROWS) {
        entries.count = PAGE_ROWS;
        next = &entries.rows[PAGE_ROWS - 1];
    }

    page_audit(tn_page(request, 200), &(struct page_audit){
                                          .frame = frame,
                                          .filter = filter,
                                          .actors = rows.audit_actors,
                                          .entries = entries,
                                          .has_next = next != NULL,
                                          .next_before = next ? next->happened_at.us : 0,
                                          .next_id = next ? next->id : (struct tn_uuid){ { 0 } },
                                      });
    return true;
}

/* GET /o/<slug>/audit.csv: all that the filter lets through, as far as one file goes. */
bool
audit_csv(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct audit_list_rows entries;
    struct audit_filter filter = filter_asked(request);
    struct tn_time before = { TN_TIME_INFINITY };
    struct tn_uuid id;

    memset(&id, 0xff, sizeof(id));

    if (!audit_list(db, arg_before_time(before), arg_before_id(id), arg_time_from(filter.time_from),
            arg_time_to(filter.time_to), arg_opt_action(filter.action_if_any),
            arg_opt_actor_id(filter.actor_if_any), arg_opt_pattern(filter.pattern),
            arg_row_limit(CSV_ROWS), &entries, error))
        return false;

    static const char *const titles[] = { "When", "Who", "What", "Invoice", "Customer", "Amount" };
    struct tn_table *table = tn_table(request, "audit.csv");

    for (size_t i = 0; i < TN_COUNT(titles); i++)
        tn_table_cstring(table, titles[i]);
    tn_table_row_end(table);

    for (size_t i = 0; i < entries.count; i++) {
        const struct audit_list_row *entry = &entries.rows[i];

        tn_table_time(table, entry->happened_at);
        tn_table_text(table, entry->actor_name);
        tn_table_text(table, entry->action);
        tn_table_text(table, entry->invoice_number);
        tn_table_text(table, entry->customer_name);
        tn_table_text(table, entry->plain_amount);
        tn_table_row_end(table);
    }

    return true;
}

/* --- what was done to the organization itself ----------------------------------------------------
 */

const char *
event_title(struct tn_request *request, struct tn_text action)
{
    const char *dot = strchr(action.p, '.');

    return dot ? tn_request_printf(request, "%.*s %s", (int)(dot - action.p), action.p, dot + 1)
               : action.p;
}

/* GET /o/<slug>/audit/organization?action=…&before=…&id=… */
bool
organization_log_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct tn_organization_log log;
    struct tn_time before = { TN_TIME_INFINITY };
    const char *action = asked(request, "action");
    (void)db; /* tenantry keeps this log, by triggers of its own tables */

    if (!tn_request_query_int64(request, "before", &before.us, error) ||
        !frame_open(request, "Audit log", "audit", &frame, error) ||
        !tn_organization_log(request, action, asked(request, "id"), before, PAGE_ROWS, &log, error))
        return false;

    const struct tn_organization_event *last = log.has_more ? &log.events[log.count - 1] : NULL;

    page_organization_log(tn_page(request, 200), &(struct page_organization_log){
                                                     .frame = frame,
                                                     .log = log,
                                                     .next_before = last ? last->at.us : 0,
                                                     .next_id = last ? last->id : tn_text_of(""),
                                                 });
    return true;
}
