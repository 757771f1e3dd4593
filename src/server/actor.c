#include "server/actor.h"

#include "server/client_address.h"
#include "json/writer.h"

bool
actor_note(const struct server *server, const struct http_request *http,
    struct tn_identity identity, const char *user_id, struct tn_error *error)
{
    if (http->method == HTTP_GET)
        return true;

    const char *user_agent = http_header(http, "User-Agent");
    struct buffer actor;
    struct json_writer json;
    buffer_init(&actor, http->arena, 160);
    json_writer_init(&json, &actor);
    json_object_begin(&json);
    json_key(&json, "id");
    json_put_text(&json, user_id);
    json_key(&json, "ipAddress");
    json_put_text(&json, client_address(server, http));
    json_key(&json, "userAgent");
    json_put_text(&json, user_agent ? user_agent : "");
    json_object_end(&json);
    return identity_act_as(identity, actor.data, error);
}
