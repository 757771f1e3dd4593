/* One invoice: looking at it, and what becomes of it after it was written. */
#pragma once

#include <tenantry/tenantry.h>

bool invoice_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_send(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_discard(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_pay(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_make_void(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_duplicate(struct tn_request *request, struct tn_db db, struct tn_error *error);

/* The invoice that the path names; one that cannot exist is not found. */
bool path_invoice_id(struct tn_request *request, struct tn_uuid *ret_id, struct tn_error *error);
/* Leads to its page. */
void invoice_show(struct tn_request *request, struct tn_uuid id);
/* The draft becomes an invoice with the next number of the year; in the caller's transaction.
 * TN_CONFLICT: it is no draft any more. */
bool draft_number_and_send(
    struct tn_request *request, struct tn_db db, struct tn_uuid id, struct tn_error *error);
