/* The form that makes an invoice: what was typed, and what it means. */
#pragma once

#include <tenantry/tenantry.h>

#define INVOICE_LINES_MAX 50

struct invoice_form_line {
    const char *description;
    const char *quantity;
    const char *unit_price;
};

struct invoice_form_lines {
    size_t count;
    struct invoice_form_line *rows;
};

/* As typed; never NULL but `message`, which says why it was not taken. */
struct invoice_form {
    const char *message;
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

struct customer_choice {
    struct tn_uuid id;
    struct tn_text name;
    bool is_chosen;
};

struct customer_choices {
    size_t count;
    struct customer_choice *rows;
};

/* What the request posted; for a GET request an empty form with its first lines. */
struct invoice_form invoice_form_empty(struct tn_request *request);
struct invoice_form invoice_form_posted(struct tn_request *request);
void invoice_form_add_lines(struct tn_request *request, struct invoice_form *form);

/* false: `form->message` says what is wrong with it. */
bool invoice_form_check(struct invoice_form *form, struct invoice_draft *ret_draft);
