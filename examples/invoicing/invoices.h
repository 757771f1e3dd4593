/* The list of invoices: looking at it, saving it as a file, marking several as paid. */
#pragma once

#include <tenantry/tenantry.h>

bool invoices_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoices_csv(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoices_mark_paid(struct tn_request *request, struct tn_db db, struct tn_error *error);
