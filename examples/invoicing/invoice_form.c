#include "invoice_form.h"

#include <string.h>
#include <time.h>

#define FIRST_LINES 4
#define MORE_LINES 4
#define NOTE_BYTES_MAX 2000
#define DESCRIPTION_BYTES_MAX 800

/* So that a product of the two in hundredths stays far from what int64 holds. */
#define QUANTITY_MAX 10000000     /* 100,000.00 */
#define UNIT_PRICE_MAX 1000000000 /* 10,000,000.00 */
#define TOTAL_MAX 99999999999999  /* what numeric(14, 2) holds, in hundredths */

/* As a date field of HTML wants it. */
static const char *
day_text(struct tn_request *request, struct tn_date day)
{
    time_t seconds = (time_t)day.days * 86400;
    struct tm utc;

    gmtime_r(&seconds, &utc);
    return tn_request_printf(
        request, "%04d-%02d-%02d", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

struct invoice_form
invoice_form_empty(struct tn_request *request, int32_t payment_days)
{
    struct tn_date due_on = { .days = tn_date_today().days + payment_days };
    struct invoice_form form = {
        .revision = "",
        .new_id = tn_uuid_text(request, tn_uuid_random()),
        .customer_id = "",
        .due_on = day_text(request, due_on),
        .note = "",
    };

    invoice_form_add_lines(request, &form);
    return form;
}

struct invoice_form
invoice_form_of(struct tn_request *request, const struct invoice_get_row *draft,
    struct invoice_lines_rows lines)
{
    struct invoice_form form = {
        .revision = tn_request_printf(request, "%d", draft->revision),
        .new_id = "",
        .customer_id = tn_uuid_text(request, draft->customer_id),
        .due_on = day_text(request, draft->due_on),
        .note = draft->note.p,
    };

    form.lines.rows =
        tn_request_alloc(request, INVOICE_LINES_MAX * sizeof(struct invoice_form_line));
    for (size_t i = 0; i < lines.count && i < INVOICE_LINES_MAX; i++) {
        form.lines.rows[form.lines.count++] = (struct invoice_form_line){
            .description = lines.rows[i].description.p,
            .quantity = lines.rows[i].quantity.p,
            .unit_price = lines.rows[i].unit_price.p,
        };
    }

    return form;
}

static const char *
field(struct tn_request *request, const char *name, size_t index)
{
    const char *value = tn_request_field_at(request, name, index);
    return value ? value : "";
}

struct invoice_form
invoice_form_posted(struct tn_request *request)
{
    struct invoice_form form = {
        .revision = field(request, "revision", 0),
        .new_id = field(request, "new_id", 0),
        .customer_id = field(request, "customer_id", 0),
        .due_on = field(request, "due_on", 0),
        .note = field(request, "note", 0),
        .lines.count = tn_request_field_count(request, "description"),
    };

    if (form.lines.count > INVOICE_LINES_MAX)
        form.lines.count = INVOICE_LINES_MAX;

    form.lines.rows =
        tn_request_alloc(request, INVOICE_LINES_MAX * sizeof(struct invoice_form_line));
    for (size_t i = 0; i < form.lines.count; i++) {
        form.lines.rows[i] = (struct invoice_form_line){
            .description = field(request, "description", i),
            .quantity = field(request, "quantity", i),
            .unit_price = field(request, "unit_price", i),
        };
    }

    return form;
}

void
invoice_form_add_lines(struct tn_request *request, struct invoice_form *form)
{
    size_t wanted = form->lines.count > 0 ? form->lines.count + MORE_LINES : FIRST_LINES;

    if (!form->lines.rows)
        form->lines.rows =
            tn_request_alloc(request, INVOICE_LINES_MAX * sizeof(struct invoice_form_line));

    while (form->lines.count < wanted && form->lines.count < INVOICE_LINES_MAX)
        form->lines.rows[form->lines.count++] = (struct invoice_form_line){ "", "", "", NULL };
}

bool
invoice_form_refuse(struct invoice_form *form, const char *place, const char *message)
{
    form->place = place;
    form->message = message;
    return false;
}

static struct tn_numeric
numeric_of(const char *text)
{
    return (struct tn_numeric){ text, strlen(text) };
}

static bool
refuse_line(struct invoice_form *form, struct invoice_form_line *line, const char *place,
    const char *message)
{
    line->place = place;
    return invoice_form_refuse(form, "lines", message);
}

/* Add a line that is not empty to `draft`, and its amount to `total`. */
static bool
check_line(struct invoice_form *form, struct invoice_form_line *line, struct invoice_draft *draft,
    int64_t *total)
{
    struct tn_decimal quantity;
    struct tn_decimal unit_price;

    if (!line->description[0])
        return refuse_line(
            form, line, "description", "A line with a quantity or a price needs a description.");

    if (strlen(line->description) > DESCRIPTION_BYTES_MAX)
        return refuse_line(
            form, line, "description", "A description is longer than an invoice has room for.");

    if (!tn_decimal_parse(line->quantity, 2, &quantity) || quantity.coef <= 0 ||
        quantity.coef > QUANTITY_MAX)
        return refuse_line(
            form, line, "quantity", "A quantity is a number like 3 or 1.50, up to 100000.");

    if (!tn_decimal_parse(line->unit_price, 2, &unit_price) || unit_price.coef < 0 ||
        unit_price.coef > UNIT_PRICE_MAX)
        return refuse_line(
            form, line, "unit_price", "A price is an amount like 120 or 99.95, up to 10000000.");

    *total += (quantity.coef * unit_price.coef + 50) / 100;

    draft->description[draft->line_count] = tn_text_of(line->description);
    draft->quantity[draft->line_count] = numeric_of(line->quantity);
    draft->unit_price[draft->line_count] = numeric_of(line->unit_price);
    draft->line_count++;
    return true;
}

static bool
check_lines(struct invoice_form *form, struct invoice_draft *draft)
{
    int64_t total = 0;

    for (size_t i = 0; i < form->lines.count; i++) {
        struct invoice_form_line *line = &form->lines.rows[i];

        if (!line->description[0] && !line->quantity[0] && !line->unit_price[0])
            continue;

        if (!check_line(form, line, draft, &total))
            return false;
    }

    if (draft->line_count == 0)
        return invoice_form_refuse(form, "lines", "An invoice needs at least one line.");

    if (total > TOTAL_MAX)
        return invoice_form_refuse(form, "lines", "The total is larger than an invoice can be.");

    return true;
}

bool
invoice_form_check(struct invoice_form *form, struct invoice_draft *ret_draft)
{
    if (!tn_uuid_parse(form->customer_id, &ret_draft->customer_id))
        return invoice_form_refuse(
            form, "customer_id", "Choose the customer whom the invoice is for.");

    if (!tn_date_parse(form->due_on, &ret_draft->due_on) ||
        ret_draft->due_on.days < tn_date_today().days)
        return invoice_form_refuse(form, "due_on", "The day on which it is due is today or later.");

    if (strlen(form->note) > NOTE_BYTES_MAX)
        return invoice_form_refuse(
            form, "note", "The note is longer than an invoice has room for.");

    ret_draft->note = tn_text_of(form->note);
    ret_draft->line_count = 0;
    return check_lines(form, ret_draft);
}
