/* What an organization says of itself on its invoices. */
#pragma once

#include <tenantry/tenantry.h>

bool settings_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool settings_save(struct tn_request *request, struct tn_db db, struct tn_error *error);

/* As typed; never NULL but `message`. */
struct letterhead_form {
    const char *message;
    const char *legal_name;
    const char *address;
    const char *tax_number;
    const char *bank_account;
    const char *payment_days;
};
