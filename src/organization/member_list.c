/* Pages of members. */
#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "organization/member.h"

bool
member_field_is_known(const char *field)
{
    static const char *const fields[] = { "id", "userId", "organizationId", "role", "createdAt" };
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (strcmp(field, fields[i]) == 0)
            return true;
    return false;
}

static struct tn_text_array
text_array(const char *const *items, size_t count, struct arena *arena)
{
    struct tn_text *texts = ARENA_ARRAY(arena, count, struct tn_text);
    for (size_t i = 0; i < count; i++)
        texts[i] = tn_text_of(items[i]);
    return (struct tn_text_array){ count, texts };
}

static struct member
member_of_row(const struct members_at_row *row, const char *organization_id)
{
    return (struct member){
        .id = text_or_null(row->id),
        .organization_id = organization_id,
        .user_id = text_or_null(row->user_id),
        .role = text_or_null(row->role),
        .created_at_us = row->created_at.value_if_any.us,
        .user_name = text_or_null(row->user_name),
        .user_email = text_or_null(row->user_email),
        .user_image = text_or_null(row->user_image),
    };
}

bool
member_list(struct tn_identity identity, const char *organization_id,
    const struct member_query *query, struct arena *arena, struct member_list *ret_list,
    struct tn_error *error)
{
    struct members_at_rows rows;
    if (!members_at(identity, arg_sort_field(tn_text_of(query->sort_field)),
            arg_filter_field(tn_text_of(query->filter_field)),
            arg_organization_id(tn_text_of(organization_id)),
            arg_filter_operator(tn_text_of(query->filter_operator)),
            arg_filter_values(text_array(query->filter_values, query->filter_value_count, arena)),
            arg_sort_up(!query->sorts_down), arg_page_limit(query->limit),
            arg_page_offset(query->offset), &rows, error))
        return false;

    struct member_list list = { .items = ARENA_ARRAY(arena, rows.count, struct member) };
    for (size_t i = 0; i < rows.count; i++) {
        list.total = rows.rows[i].total;
        if (!rows.rows[i].id.is_null)
            list.items[list.count++] = member_of_row(&rows.rows[i], organization_id);
    }
    *ret_list = list;
    return true;
}

bool
member_roster(struct tn_identity identity, const char *organization_id,
    const struct roster_query *query, struct arena *arena, struct member_list *ret_list,
    const char **ret_next_name, struct tn_error *error)
{
    struct roster_page_rows rows;
    /* One more than is shown: is there another page? */
    if (!roster_page(identity, arg_organization_id(tn_text_of(organization_id)),
            arg_search(tn_text_of(query->search)), arg_opt_after_id(optional_text(query->after_id)),
            arg_opt_after_name(optional_text(query->after_name)), arg_page_limit(query->limit + 1),
            &rows, error))
        return false;

    const size_t count = rows.count > (size_t)query->limit ? (size_t)query->limit : rows.count;
    struct member_list list = { .count = count, .items = ARENA_ARRAY(arena, count, struct member) };
    for (size_t i = 0; i < count; i++) {
        const struct roster_page_row *row = &rows.rows[i];
        list.items[i] = (struct member){
            .id = row->id.p,
            .organization_id = organization_id,
            .user_id = row->user_id.p,
            .role = row->role.p,
            .created_at_us = row->created_at.us,
            .user_name = row->user_name.p,
            .user_email = row->user_email.p,
            .user_image = text_or_null(row->user_image),
        };
    }
    *ret_next_name = rows.count > count ? rows.rows[count - 1].sort_name.p : NULL;
    *ret_list = list;
    return true;
}
