/* Invoices: the list, one of them, a new one, and marking one as paid. */
#pragma once

#include <tenantry/tenantry.h>

bool invoices_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_create(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_pay(struct tn_request *request, struct tn_db db, struct tn_error *error);
