#include "organization/audit.h"

#include "queries.h"

#include "account/row.h"

static struct audit_entry
entry_of_row(const struct audit_page_row *row)
{
    return (struct audit_entry){
        .id = row->id.p,
        .at_us = row->at.us,
        .action = row->action.p,
        .organization_name = row->organization_name.p,
        .actor_id = text_or_null(row->actor_id),
        .actor_name = text_or_null(row->actor_name),
        .actor_email = text_or_null(row->actor_email),
        .subject_id = row->subject_id.p,
        .subject_name = row->subject_name.p,
        .detail = row->detail.p,
        .ip_address = text_or_null(row->ip_address),
        .user_agent = text_or_null(row->user_agent),
    };
}

bool
audit_list(struct tn_membership membership, const struct audit_query *query, struct arena *arena,
    struct audit_list *ret_list, struct tn_error *error)
{
    struct audit_page_rows rows;
    /* One more than is shown: is there another page? */
    if (!audit_page(membership, arg_opt_before_id(optional_text(query->before_id)),
            arg_opt_before_at(query->before_id
                                  ? tn_opt_time_of((struct tn_time){ query->before_at_us })
                                  : tn_opt_time_null()),
            arg_opt_action(optional_text(query->action)),
            arg_opt_person_id(optional_text(query->person_id)), arg_page_limit(query->limit + 1),
            &rows, error))
        return false;

    const size_t limit = (size_t)query->limit;
    const size_t count = rows.count > limit ? limit : rows.count;
    struct audit_entry *items = ARENA_ARRAY(arena, count, struct audit_entry);
    for (size_t i = 0; i < count; i++)
        items[i] = entry_of_row(&rows.rows[i]);
    *ret_list = (struct audit_list){ count, items, rows.count > limit };
    return true;
}
