#include "invoice_filter.h"

#include <string.h>

#include "search.h"

#define WORDS_BYTES_MAX 200

/* What numeric(14, 2) holds, in hundredths. */
#define LEAST_TOTAL 0
#define MOST_TOTAL 99999999999999

/* The statuses that stand under each tab. Overdue ones are sent, too: the day makes the difference.
 */
static const struct tab {
    const char *name;
    const char *statuses[4];
} tabs[] = {
    { "all", { "draft", "sent", "paid", "void" } },
    { "draft", { "draft" } },
    { "sent", { "sent" } },
    { "overdue", { "sent" } },
    { "paid", { "paid" } },
    { "void", { "void" } },
};

static const char *
asked(struct tn_request *request, const char *name)
{
    const char *value = tn_request_query(request, name);
    return value ? value : "";
}

static void
set_tab(struct tn_request *request, struct invoice_filter *filter, const struct tab *tab)
{
    struct tn_text *statuses = tn_request_alloc(request, sizeof(*statuses) * 4);
    size_t count = 0;

    while (count < 4 && tab->statuses[count]) {
        statuses[count] = tn_text_of(tab->statuses[count]);
        count++;
    }

    bool is_overdue = strcmp(tab->name, "overdue") == 0;

    filter->status = tab->name;
    filter->statuses = (struct tn_text_array){ count, statuses };
    filter->due_before.days = is_overdue ? tn_date_today().days : TN_DATE_INFINITY;
}

static void
read_status(struct tn_request *request, struct invoice_filter *filter)
{
    const char *status = asked(request, "status");

    for (size_t i = 0; i < TN_COUNT(tabs); i++) {
        if (strcmp(tabs[i].name, status) == 0)
            set_tab(request, filter, &tabs[i]);
    }

    if (status[0] && strcmp(filter->status, status) != 0)
        filter->message = "There is no such status; these are all invoices.";
}

static struct tn_date
read_day(struct invoice_filter *filter, const char *text, int32_t otherwise)
{
    struct tn_date day = { .days = otherwise };

    if (text[0] && !tn_date_parse(text, &day))
        filter->message = "A day is written like 2026-11-30; that one was left out.";

    return day;
}

static void
read_days(struct invoice_filter *filter)
{
    struct tn_date from = read_day(filter, filter->from, TN_DATE_MINUS_INFINITY);

    filter->issued_to = read_day(filter, filter->to, TN_DATE_INFINITY);
    if (from.days != TN_DATE_MINUS_INFINITY || filter->issued_to.days != TN_DATE_INFINITY)
        filter->issued_from = tn_opt_date_of(from);
}

static void
read_order(struct invoice_filter *filter, const char *text)
{
    for (size_t i = 0; i < TN_COUNT(invoices_list_sort_labels); i++) {
        if (strcmp(invoices_list_sort_labels[i], text) == 0)
            filter->order = (enum invoices_list_sort)i;
    }

    filter->sort = invoices_list_sort_labels[filter->order];
    if (text[0] && strcmp(filter->sort, text) != 0)
        filter->message = "There is no such order; these are the newest first.";
}

static struct tn_decimal
read_amount(struct invoice_filter *filter, const char *text, int64_t otherwise)
{
    struct tn_decimal amount;

    if (text[0] && tn_decimal_parse(text, ARG_TOTAL_TO_SCALE, &amount))
        return amount;

    if (text[0])
        filter->message = "An amount is written like 1250 or 99.95; that one was left out.";

    return (struct tn_decimal){ otherwise };
}

struct invoice_filter
invoice_filter_none(struct tn_request *request)
{
    struct invoice_filter filter = {
        .words = "",
        .customer = "",
        .from = "",
        .to = "",
        .least = "",
        .most = "",
        .sort = "newest",
        .customer_id = { .is_null = true },
        .pattern = { .is_null = true },
        .issued_from = { .is_null = true },
        .issued_to = { .days = TN_DATE_INFINITY },
        .total_from = { .is_null = true },
        .total_to = { MOST_TOTAL },
    };

    set_tab(request, &filter, &tabs[0]);
    return filter;
}

struct invoice_filter
invoice_filter_asked(struct tn_request *request)
{
    struct invoice_filter filter = invoice_filter_none(request);
    struct tn_uuid customer;

    filter.words = asked(request, "q");
    filter.customer = asked(request, "customer");
    filter.from = asked(request, "from");
    filter.to = asked(request, "to");
    filter.least = asked(request, "least");
    filter.most = asked(request, "most");
    read_status(request, &filter);

    if (strlen(filter.words) > WORDS_BYTES_MAX)
        filter.message = "That is too long to look for.";
    else
        filter.pattern = search_pattern(request, filter.words);

    if (tn_uuid_parse(filter.customer, &customer))
        filter.customer_id = tn_opt_uuid_of(customer);
    else if (filter.customer[0])
        filter.message = "There is no such customer; these are those of all.";

    read_days(&filter);
    read_order(&filter, asked(request, "sort"));

    struct tn_decimal total_from = read_amount(&filter, filter.least, LEAST_TOTAL);

    filter.total_to = read_amount(&filter, filter.most, MOST_TOTAL);
    if (total_from.coef != LEAST_TOTAL || filter.total_to.coef != MOST_TOTAL)
        filter.total_from = tn_opt_decimal_of(total_from);
    filter.has_range = filter.from[0] || filter.to[0] || filter.least[0] || filter.most[0];
    filter.is_narrowed = filter.words[0] || filter.customer[0] || filter.has_range;
    return filter;
}

bool
invoice_place_asked(
    struct tn_request *request, struct invoice_place *ret_place, struct tn_error *error)
{
    const char *id = tn_request_query(request, "after_id");
    struct invoice_place place = { .is_first = !id };

    if (!tn_request_query_int64(request, "after", &place.after, error))
        return false;

    if (id && !tn_uuid_parse(id, &place.id))
        return tn_error_set(error, TN_BAD_FIELD, "after_id is no uuid");

    *ret_place = place;
    return true;
}

struct invoice_place
invoice_place_behind(const struct invoice_filter *filter, const struct invoices_list_row *row)
{
    struct invoice_place place = { .id = row->id };

    switch (filter->order) {
    case INVOICES_LIST_SORT_NEWEST:
        place.after = row->created_at.us;
        break;
    case INVOICES_LIST_SORT_DUE:
        place.after = row->due_on.days;
        break;
    case INVOICES_LIST_SORT_LARGEST:
        place.after = row->total.coef;
        break;
    }

    return place;
}

/* Of the page above: in the order of the filter the one that counts, in the others one that lets
 * everything through. */
struct ends {
    struct arg_after_created created;
    struct arg_after_created_id created_id;
    struct arg_after_due due;
    struct arg_after_due_id due_id;
    struct arg_after_total total;
    struct arg_after_total_id total_id;
};

static struct ends
ends_of(const struct invoice_filter *filter, struct invoice_place place)
{
    struct tn_uuid last_id;

    memset(&last_id, 0xff, sizeof(last_id));

    struct ends ends = {
        .created = arg_after_created((struct tn_time){ .us = TN_TIME_INFINITY }),
        .created_id = arg_after_created_id(last_id),
        .due = arg_after_due((struct tn_date){ .days = TN_DATE_MINUS_INFINITY }),
        .due_id = arg_after_due_id((struct tn_uuid){ { 0 } }),
        .total = arg_after_total((struct tn_decimal){ MOST_TOTAL }),
        .total_id = arg_after_total_id(last_id),
    };

    if (!place.is_first && filter->order == INVOICES_LIST_SORT_NEWEST) {
        ends.created = arg_after_created((struct tn_time){ .us = place.after });
        ends.created_id = arg_after_created_id(place.id);
    } else if (!place.is_first && filter->order == INVOICES_LIST_SORT_DUE) {
        ends.due = arg_after_due((struct tn_date){ .days = (int32_t)place.after });
        ends.due_id = arg_after_due_id(place.id);
    } else if (!place.is_first) {
        ends.total = arg_after_total((struct tn_decimal){ place.after });
        ends.total_id = arg_after_total_id(place.id);
    }

    return ends;
}

bool
invoices_found(struct tn_db db, const struct invoice_filter *filter, struct invoice_place place,
    int64_t row_limit, struct invoices_list_rows *ret_rows, struct tn_error *error)
{
    struct ends ends = ends_of(filter, place);

    return invoices_list(db, arg_today(tn_date_today()), arg_statuses(filter->statuses),
        arg_due_before(filter->due_before), arg_opt_total_from(filter->total_from),
        arg_total_to(filter->total_to), arg_opt_customer_id(filter->customer_id),
        arg_opt_pattern(filter->pattern), arg_opt_issued_from(filter->issued_from),
        arg_issued_to(filter->issued_to), ends.created, ends.created_id, ends.due, ends.due_id,
        ends.total, ends.total_id, arg_row_limit(row_limit), filter->order, ret_rows, error);
}

bool
invoices_page_found(struct tn_db db, const struct invoice_filter *filter,
    struct invoice_place place, int64_t row_limit, struct invoices_read_rows *ret_rows,
    struct tn_error *error)
{
    struct ends ends = ends_of(filter, place);

    return invoices_read(db, arg_today(tn_date_today()), arg_statuses(filter->statuses),
        arg_due_before(filter->due_before), arg_opt_total_from(filter->total_from),
        arg_total_to(filter->total_to), arg_opt_customer_id(filter->customer_id),
        arg_opt_pattern(filter->pattern), arg_opt_issued_from(filter->issued_from),
        arg_issued_to(filter->issued_to), ends.created, ends.created_id, ends.due, ends.due_id,
        ends.total, ends.total_id, arg_row_limit(row_limit), filter->order, ret_rows, error);
}
