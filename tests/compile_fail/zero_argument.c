/* expect: incompatible type */
/* Zero in place of a filter. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_request *request, struct tn_error *error);

bool
page(struct tn_db db, struct tn_request *request, struct tn_error *error)
{
    struct tn_text text = tn_text_of(tn_request_query(request, "text"));

    (void)db;
#ifdef MISTAKE
    return demo_letterhead(
        db, 0, arg_address(text), arg_tax_number(text), arg_bank_account(text), error);
#else
    return demo_letterhead(db, arg_legal_name(text), arg_address(text), arg_tax_number(text),
        arg_bank_account(text), error);
#endif
}
