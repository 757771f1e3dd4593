/* expect: incompatible type */
/* Zero, which converts to every pointer. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool
page(struct tn_db db, struct tn_request *request, struct tn_error *error);

bool
page(struct tn_db db, struct tn_request *request, struct tn_error *error)
{
    struct tn_text text = tn_text_of(tn_request_query(request, "text"));
    struct invoices_by_status_rows rows;

    (void)db;
#ifdef MISTAKE
    return invoices_by_status(0, arg_status(text), arg_note(text), &rows, error);
#else
    return invoices_by_status(db, arg_status(text), arg_note(text), &rows, error);
#endif
}
