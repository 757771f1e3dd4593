#include "rename.h"

#include "queries.h"

bool
customer_rename(struct tn_db db, struct tn_uuid customer, const char *name, struct tn_error *error)
{
    struct customer_find_row row;
    bool found;
    int64_t count;
    if (!customer_find(db, arg_id(customer), &row, &found, error))
        return false;
    if (!found)
        return tn_error_set(error, TN_NOT_FOUND, "no such customer");

    return customer_update(db, arg_name(tn_text_of(name)), arg_contact(row.contact),
        arg_email(row.email), arg_address(row.address), arg_id(customer), &count, error);
}
