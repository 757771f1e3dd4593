#include "server/site_account.h"

#include <string.h>

#include "account/device.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"
#include "server/user_agent.h"

static const struct tn_site_place *
places_of(const struct device *device, struct arena *arena)
{
    struct tn_site_place *places = ARENA_ARRAY(arena, device->place_count, struct tn_site_place);
    for (size_t i = 0; i < device->place_count; i++) {
        const struct device_place *place = &device->places[i];
        places[i] = (struct tn_site_place){
            .organization_id = request_text(place->organization_id),
            .name = request_text(place->name),
            .slug = request_text(place->slug),
            .last_seen_at = { place->last_seen_at_us },
            .is_signed_out = place->is_revoked,
        };
    }
    return places;
}

static const struct tn_site_device *
devices_of(struct tn_request *request, const struct device_list *list)
{
    struct arena *arena = request->http->arena;
    struct tn_site_device *devices = ARENA_ARRAY(arena, list->count, struct tn_site_device);
    for (size_t i = 0; i < list->count; i++) {
        const struct device *device = &list->items[i];
        devices[i] = (struct tn_site_device){
            .id = request_text(device->session_id),
            .title = user_agent_title(device->user_agent, arena),
            .ip_address = request_text(device->ip_address),
            .since = { device->created_at_us },
            .is_current = strcmp(device->session_id, request->context.visitor->session_id) == 0,
            .places = places_of(device, arena),
            .place_count = device->place_count,
        };
    }
    return devices;
}

/* Somebody is signed in; or they were sent to do so, and `ret_user_id` is NULL. */
static bool
begin(struct tn_request *request, const char **ret_user_id, struct tn_error *error)
{
    enum context_answer answer;
    *ret_user_id = NULL;
    if (!site_resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    if (answer == CONTEXT_SIGNED_OUT)
        site_redirect_to_sign_in(request);
    else
        *ret_user_id = request->context.visitor->user_id;
    return true;
}

bool
site_account_page(struct tn_request *request, struct tn_error *error)
{
    const char *user_id;
    struct device_list list;
    if (!begin(request, &user_id, error))
        return false;

    if (!user_id)
        return true;

    if (!device_list(request->identity, user_id, request->http->arena, &list, error))
        return false;

    site_pages(request)->account(
        tn_page(request, 200), &(struct tn_site_account){
                                   .name = request_text(request->context.visitor->user_name),
                                   .email = request_text(request->context.visitor->user_email),
                                   .devices = devices_of(request, &list),
                                   .device_count = list.count,
                               });
    return true;
}

bool
site_account_end_post(struct tn_request *request, struct tn_error *error)
{
    const char *user_id;
    if (!begin(request, &user_id, error))
        return false;

    if (!user_id)
        return true;

    const char *session_id = tn_request_segment(request, "id");
    if (!device_sign_out(request->identity, user_id, session_id, error))
        return false;

    if (strcmp(session_id, request->context.visitor->session_id) == 0)
        site_cookies_end(request);
    site_redirect(request, "/account");
    return true;
}

bool
site_account_leave_post(struct tn_request *request, struct tn_error *error)
{
    const char *user_id;
    if (!begin(request, &user_id, error))
        return false;

    if (!user_id)
        return true;

    if (!device_leave(request->identity, user_id, tn_request_segment(request, "id"),
            tn_request_segment(request, "organization"), error))
        return false;

    site_redirect(request, "/account");
    return true;
}

bool
site_account_others_post(struct tn_request *request, struct tn_error *error)
{
    const char *user_id;
    if (!begin(request, &user_id, error))
        return false;

    if (!user_id)
        return true;

    if (!device_sign_out_others(
            request->identity, user_id, request->context.visitor->session_id, error))
        return false;

    site_redirect(request, "/account");
    return true;
}
