#include "audit.h"

#include <string.h>

#include <tenantry/tenantry.h>

#include "frame.h"
#include "pages.h"
#include "queries.h"

#define PAGE_ROWS 50

/* GET /o/<slug>/audit?before=…&id=… */
bool
audit_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct audit_list_rows entries;
    struct tn_time before = { .us = TN_TIME_INFINITY };
    struct tn_uuid id;
    const char *id_text = tn_request_query(request, "id");

    memset(&id, 0xff, sizeof(id));

    if (!tn_request_query_int64(request, "before", &before.us, error))
        return false;

    if (id_text && !tn_uuid_parse(id_text, &id))
        return tn_error_set(error, TN_BAD_FIELD, "id is no uuid");

    if (!frame_open(request, "Audit log", "audit", &frame, error))
        return false;

    /* One row more than is shown tells whether there is a next page. */
    if (!audit_list(db, arg_before_time(before), arg_before_id(id), arg_row_limit(PAGE_ROWS + 1),
            &entries, error))
        return false;

    struct audit_list_row *next = NULL;

    if (entries.count > PAGE_ROWS) {
        entries.count = PAGE_ROWS;
        next = &entries.rows[PAGE_ROWS - 1];
    }

    page_audit(tn_page(request, 200), &(struct page_audit){
                                          .frame = frame,
                                          .entries = entries,
                                          .has_next = next != NULL,
                                          .next_before = next ? next->happened_at.us : 0,
                                          .next_id = next ? next->id : (struct tn_uuid){ { 0 } },
                                      });
    return true;
}
