#include "frame.h"

#define HUE_COUNT 8

bool
frame_open(struct tn_request *request, const char *title, const char *section,
    struct frame *ret_frame, struct tn_error *error)
{
    struct frame frame = { .title = title, .section = section };

    if (!tn_request_organizations(request, &frame.organizations, &frame.organization_count, error))
        return false;

    frame.has_flash = tn_request_flash(request, &frame.flash);
    *ret_frame = frame;
    return true;
}

int32_t
organization_hue(struct tn_text slug)
{
    uint32_t hash = 2166136261;

    for (size_t i = 0; i < slug.n; i++)
        hash = (hash ^ (uint8_t)slug.p[i]) * 16777619;

    return (int32_t)((hash >> 8) % HUE_COUNT);
}

const char *
organization_initial(struct tn_request *request, struct tn_text name)
{
    size_t bytes = 1;

    /* The bytes of a character after its first begin with the bits 10. */
    while (bytes < name.n && ((uint8_t)name.p[bytes] & 0xc0) == 0x80)
        bytes++;

    return tn_request_printf(request, "%.*s", (int)bytes, name.p);
}
