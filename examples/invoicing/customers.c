#include "customers.h"

#include <string.h>

#include "change.h"
#include "frame.h"
#include "invoice_filter.h"
#include "pages.h"
#include "queries.h"
#include "search.h"

#define PAGE_ROWS 50
#define INVOICE_ROWS 20
#define NAME_BYTES_MAX 200
#define FIELD_BYTES_MAX 500

static const char *
asked(struct tn_request *request, const char *name)
{
    const char *value = tn_request_query(request, name);
    return value ? value : "";
}

/* GET /o/<slug>/customers?q=…&after=… */
bool
customers_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct customers_list_rows customers;
    const char *words = asked(request, "q");
    const char *after = asked(request, "after");

    if (!frame_open(request, "Customers", "customers", &frame, error))
        return false;

    /* One row more than is shown tells whether there is a next page. */
    if (!customers_list(db, arg_today(tn_date_today()), arg_after_name(tn_text_of(after)),
            arg_opt_pattern(search_pattern(request, words)), arg_row_limit(PAGE_ROWS + 1),
            &customers, error))
        return false;

    const char *next = "";

    if (customers.count > PAGE_ROWS) {
        customers.count = PAGE_ROWS;
        next = customers.rows[PAGE_ROWS - 1].name.p;
    }

    page_customers(tn_page(request, 200), &(struct page_customers){
                                              .frame = frame,
                                              .words = words,
                                              .customers = customers,
                                              .is_continued = after[0] != '\0',
                                              .next_after = next,
                                          });
    return true;
}

static bool
path_customer_id(struct tn_request *request, struct tn_uuid *ret_id, struct tn_error *error)
{
    if (!tn_uuid_parse(tn_request_segment(request, "id"), ret_id))
        return tn_error_set(error, TN_NOT_FOUND, "the customer's id is no uuid");

    return true;
}

/* The newest invoices of one customer. */
static bool
invoices_of(struct tn_request *request, struct tn_db db, struct tn_uuid customer,
    struct invoices_list_rows *ret_rows, struct tn_error *error)
{
    struct invoice_filter filter = invoice_filter_none(request);

    filter.customer_id = tn_opt_uuid_of(customer);
    return invoices_found(
        db, &filter, (struct invoice_place){ .is_first = true }, INVOICE_ROWS, ret_rows, error);
}

static bool
show_customer(struct tn_request *request, struct tn_db db, int status, struct tn_uuid id,
    struct customer_form form, struct tn_error *error)
{
    struct frame frame;
    struct invoices_list_rows invoices;

    if (!frame_open(request, form.name, "customers", &frame, error) ||
        !invoices_of(request, db, id, &invoices, error))
        return false;

    page_customer(tn_page(request, status), &(struct page_customer){
                                                .frame = frame,
                                                .id = id,
                                                .form = form,
                                                .invoices = invoices,
                                            });
    return true;
}

static bool
show_new(struct tn_request *request, int status, struct customer_form form, struct tn_error *error)
{
    struct frame frame;

    if (!frame_open(request, "New customer", "customers", &frame, error))
        return false;

    page_customer_new(
        tn_page(request, status), &(struct page_customer_new){ .frame = frame, .form = form });
    return true;
}

/* GET /o/<slug>/customers/<id> */
bool
customer_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid id;
    struct customer_find_row customer;
    bool is_found;

    if (!path_customer_id(request, &id, error) ||
        !customer_find(db, arg_id(id), &customer, &is_found, error))
        return false;

    if (!is_found)
        return tn_error_set(error, TN_NOT_FOUND, "no such customer");

    struct customer_form form = { NULL, customer.name.p, customer.contact.p, customer.email.p,
        customer.address.p };

    return show_customer(request, db, 200, id, form, error);
}

/* GET /o/<slug>/customers/new */
bool
customer_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db;
    return show_new(request, 200, (struct customer_form){ NULL, "", "", "", "" }, error);
}

static const char *
field(struct tn_request *request, const char *name)
{
    const char *value = tn_request_field(request, name);
    return value ? value : "";
}

static struct customer_form
form_posted(struct tn_request *request)
{
    struct customer_form form = {
        .name = field(request, "name"),
        .contact = field(request, "contact"),
        .email = field(request, "email"),
        .address = field(request, "address"),
    };

    if (!form.name[strspn(form.name, " ")])
        form.message = "A customer needs a name.";
    else if (strlen(form.name) > NAME_BYTES_MAX)
        form.message = "The name is longer than an invoice has room for.";
    else if (!strchr(form.email, '@'))
        form.message = "An address for mail looks like name@example.com.";
    else if (strlen(form.contact) > FIELD_BYTES_MAX || strlen(form.email) > FIELD_BYTES_MAX ||
             strlen(form.address) > FIELD_BYTES_MAX)
        form.message = "One of the fields is longer than an invoice has room for.";

    return form;
}

/* Two customers of one name would be one on every list. */
static bool
is_name_taken(struct customer_form *form, struct tn_error *error)
{
    if (strcmp(error->sqlstate, "23505") != 0)
        return false;

    *error = (struct tn_error){ 0 };
    form->message = "There is a customer of this name already.";
    return true;
}

/* POST /o/<slug>/customers */
bool
customer_create(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct customer_form form = form_posted(request);
    struct tn_uuid id = tn_uuid_random();

    if (form.message)
        return show_new(request, 422, form, error);

    if (!customer_insert(db, arg_id(id), arg_name(tn_text_of(form.name)),
            arg_contact(tn_text_of(form.contact)), arg_email(tn_text_of(form.email)),
            arg_address(tn_text_of(form.address)), error))
        return is_name_taken(&form, error) && show_new(request, 409, form, error);

    change_tell(request, NULL, "The customer is saved.");
    tn_redirect(request, tn_request_printf(request, "/customers/%s", tn_uuid_text(request, id)));
    return true;
}

/* POST /o/<slug>/customers/<id> */
bool
customer_save(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct customer_form form = form_posted(request);
    struct tn_uuid id;
    int64_t saved_count;

    if (!path_customer_id(request, &id, error))
        return false;

    if (form.message)
        return show_customer(request, db, 422, id, form, error);

    if (!customer_update(db, arg_name(tn_text_of(form.name)), arg_contact(tn_text_of(form.contact)),
            arg_email(tn_text_of(form.email)), arg_address(tn_text_of(form.address)), arg_id(id),
            &saved_count, error))
        return is_name_taken(&form, error) && show_customer(request, db, 409, id, form, error);

    if (saved_count == 0)
        return tn_error_set(error, TN_NOT_FOUND, "no such customer");

    change_tell(request, NULL, "The customer is saved.");
    tn_redirect(request, tn_request_printf(request, "/customers/%s", tn_uuid_text(request, id)));
    return true;
}
