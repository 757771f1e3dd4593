#include "invoice_tabs.h"

#include <string.h>

struct invoice_tabs
invoice_tabs(const struct invoice_counts_row *counts, const char *current)
{
    struct invoice_tabs tabs = {
        6,
        {
            { "all", "All", counts->all_count, false },
            { "draft", "Drafts", counts->draft_count, false },
            { "sent", "Sent", counts->sent_count, false },
            { "overdue", "Overdue", counts->overdue_count, false },
            { "paid", "Paid", counts->paid_count, false },
            { "void", "Void", counts->void_count, false },
        },
    };

    for (size_t i = 0; i < tabs.count; i++)
        tabs.rows[i].is_current = strcmp(tabs.rows[i].name, current) == 0;

    return tabs;
}

struct customer_choices
customers_to_choose(
    struct tn_request *request, struct customers_by_name_rows customers, struct tn_opt_uuid chosen)
{
    struct tn_uuid id;
    bool has_chosen = tn_opt_uuid_get(chosen, &id);
    struct customer_choices choices = {
        .count = customers.count,
        .rows = tn_request_alloc(request, (customers.count + 1) * sizeof(struct customer_choice)),
    };

    for (size_t i = 0; i < customers.count; i++) {
        choices.rows[i] = (struct customer_choice){
            .id = customers.rows[i].id,
            .name = customers.rows[i].name,
            .is_chosen = has_chosen && memcmp(&customers.rows[i].id, &id, sizeof(id)) == 0,
        };
    }

    return choices;
}
