/* Customers: the list, one of them with its invoices, and the form that makes and changes them. */
#pragma once

#include <tenantry/tenantry.h>

/* As typed; never NULL but `message`. */
struct customer_form {
    const char *message;
    const char *name;
    const char *contact;
    const char *email;
    const char *address;
};

bool customers_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool customer_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool customer_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool customer_create(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool customer_save(struct tn_request *request, struct tn_db db, struct tn_error *error);
