/* Writing drafts. */
#pragma once

#include <tenantry/tenantry.h>

bool invoice_new_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_create(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_edit_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool invoice_save(struct tn_request *request, struct tn_db db, struct tn_error *error);
