#include "account/device.h"

#include <string.h>

#include "account/row.h"
#include "queries.h"

static struct device
device_of_row(const struct devices_of_user_row *row)
{
    return (struct device){
        .session_id = row->session_id.p,
        .created_at_us = row->created_at.us,
        .updated_at_us = row->updated_at.us,
        .ip_address = text_or_null(row->ip_address),
        .user_agent = text_or_null(row->user_agent),
    };
}

static void
add_place(struct device *device, const struct devices_of_user_row *row, struct device_place *room)
{
    const char *organization_id = text_or_null(row->organization_id);
    if (!organization_id)
        return;

    if (device->place_count == 0)
        device->places = room;
    device->places[device->place_count++] = (struct device_place){
        .organization_id = organization_id,
        .name = text_or_null(row->organization_name),
        .slug = text_or_null(row->organization_slug),
        .last_seen_at_us = row->last_seen_at.is_null ? 0 : row->last_seen_at.value_if_any.us,
        .is_revoked = !row->revoked_at.is_null,
    };
}

bool
device_list(struct tn_identity identity, const char *user_id, struct arena *arena,
    struct device_list *ret_list, struct tn_error *error)
{
    struct devices_of_user_rows rows;
    if (!devices_of_user(identity, arg_user_id(tn_text_of(user_id)), &rows, error))
        return false;

    /* The rows of one session stand together. */
    struct device *devices = ARENA_ARRAY(arena, rows.count, struct device);
    struct device_place *places = ARENA_ARRAY(arena, rows.count, struct device_place);
    size_t count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        const struct devices_of_user_row *row = &rows.rows[i];
        if (count == 0 || strcmp(devices[count - 1].session_id, row->session_id.p) != 0)
            devices[count++] = device_of_row(row);
        add_place(&devices[count - 1], row, &places[i]);
    }
    *ret_list = (struct device_list){ count, devices };
    return true;
}

bool
device_sign_out(struct tn_identity identity, const char *user_id, const char *session_id,
    struct tn_error *error)
{
    return device_end(
        identity, arg_session_id(tn_text_of(session_id)), arg_user_id(tn_text_of(user_id)), error);
}

bool
device_sign_out_others(struct tn_identity identity, const char *user_id,
    const char *kept_session_id, struct tn_error *error)
{
    return devices_end_others(identity, arg_user_id(tn_text_of(user_id)),
        arg_session_id(tn_text_of(kept_session_id)), error);
}

bool
device_leave(struct tn_identity identity, const char *user_id, const char *session_id,
    const char *organization_id, struct tn_error *error)
{
    return device_context_end(identity, arg_session_id(tn_text_of(session_id)),
        arg_user_id(tn_text_of(user_id)), arg_organization_id(tn_text_of(organization_id)), error);
}
