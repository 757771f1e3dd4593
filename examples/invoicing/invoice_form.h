/* The form that makes and changes drafts: what was typed, and what it means. */
#pragma once

#include <tenantry/tenantry.h>

#include "queries.h"

#define INVOICE_LINES_MAX 50

struct invoice_form_line {
    const char *description;
    const char *quantity;
    const char *unit_price;
    const char *place; /* of these three, what was not taken; NULL: none */
};

struct invoice_form_lines {
    size_t count;
    struct invoice_form_line *rows;
};

/* As typed; never NULL but `message`, which says why it was not taken, and `place`, the field that
 * it speaks of. */
struct invoice_form {
    const char *message;
    const char *place;
    const char *revision; /* of the draft when the form was opened; "" for a new one */
    const char *new_id;   /* of the draft that it makes: the same form, sent twice, makes one */
    const char *customer_id;
    const char *due_on;
    const char *note;
    struct invoice_form_lines lines;
};

/* The same, checked. Empty lines are left out. */
struct invoice_draft {
    struct tn_uuid customer_id;
    struct tn_date due_on;
    struct tn_text note;
    size_t line_count;
    struct tn_text description[INVOICE_LINES_MAX];
    struct tn_numeric quantity[INVOICE_LINES_MAX];
    struct tn_numeric unit_price[INVOICE_LINES_MAX];
};

/* An empty form with its first lines; one with what a draft holds; what the request posted. */
struct invoice_form invoice_form_empty(struct tn_request *request, int32_t payment_days);
struct invoice_form invoice_form_of(struct tn_request *request, const struct invoice_get_row *draft,
    struct invoice_lines_rows lines);
struct invoice_form invoice_form_posted(struct tn_request *request);
void invoice_form_add_lines(struct tn_request *request, struct invoice_form *form);

/* Say why it is not taken; answers false. */
bool invoice_form_refuse(struct invoice_form *form, const char *place, const char *message);
/* false: `form->message` says what is wrong with it. */
bool invoice_form_check(struct invoice_form *form, struct invoice_draft *ret_draft);
