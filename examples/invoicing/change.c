#include "change.h"

#include "queries.h"

#define UNDO_US (60 * 60 * (int64_t)1000000)

void
change_tell(struct tn_request *request, const struct tn_uuid *change, const char *sentence)
{
    tn_flash(request, change ? tn_uuid_text(request, *change) : "", sentence);
}

bool
change_take_back(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_uuid change;
    struct tn_time since = { .us = tn_time_now().us - UNDO_US };
    int64_t undone_count;

    if (!tn_uuid_parse(tn_request_segment(request, "id"), &change))
        return tn_error_set(error, TN_NOT_FOUND, "the change's id is no uuid");

    if (!change_undo(db, arg_change_id(change), arg_actor_id(tn_request_user_id(request)),
            arg_since(since), arg_actor_name(tn_request_user_name(request)), &undone_count, error))
        return false;

    change_tell(request, NULL,
        undone_count == 1 ? "Taken back: the invoice waits to be paid again."
        : undone_count > 1
            ? tn_request_printf(request, "Taken back: %lld invoices wait to be paid again.",
                  (long long)undone_count)
            : "There is nothing to take back: only what you did yourself in the last "
              "hour, and only once.");
    tn_redirect(request, "/invoices");
    return true;
}
