#include "server/session_json.h"

#include <string.h>

#include "base/time.h"

void
session_json_put(
    struct json_writer *json, const struct session *session, const char *organization_id)
{
    const char *own = session->active_organization_id;
    const bool is_own = own && organization_id && strcmp(own, organization_id) == 0;

    json_object_begin(json);
    json_key(json, "expiresAt");
    json_put_time(json, session->expires_at_us);
    json_key(json, "token");
    json_put_text(json, session->token);
    json_key(json, "createdAt");
    json_put_time(json, session->created_at_us);
    json_key(json, "updatedAt");
    json_put_time(json, session->updated_at_us);
    json_key(json, "ipAddress");
    json_put_text(json, session->ip_address);
    json_key(json, "userAgent");
    json_put_text(json, session->user_agent);
    json_key(json, "userId");
    json_put_text(json, session->user_id);
    json_key(json, "activeOrganizationId");
    json_put_text(json, organization_id);
    json_key(json, "activeTeamId");
    json_put_text(json, is_own ? session->active_team_id : NULL);
    json_key(json, "id");
    json_put_text(json, session->id);
    json_object_end(json);
}

void
session_json_put_user(struct json_writer *json, const struct user *user)
{
    json_object_begin(json);
    json_key(json, "name");
    json_put_text(json, user->name);
    json_key(json, "email");
    json_put_text(json, user->email);
    json_key(json, "emailVerified");
    json_put_boolean(json, user->email_verified);
    json_key(json, "image");
    json_put_text(json, user->image);
    json_key(json, "createdAt");
    json_put_time(json, user->created_at_us);
    json_key(json, "updatedAt");
    json_put_time(json, user->updated_at_us);
    json_key(json, "id");
    json_put_text(json, user->id);
    json_object_end(json);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool
read_text(const struct json_value *object, const char *name, const char **ret_text)
{
    const struct json_value *member = json_member(object, name);
    *ret_text = member->text;
    return json_is_plain_text(member);
}

/* Absent and null are NULL. */
static bool
read_optional_text(const struct json_value *object, const char *name, const char **ret_text)
{
    const struct json_value *member = json_member(object, name);
    *ret_text = member->text;
    return member->kind == JSON_KIND_NULL || member->kind == JSON_KIND_UNDEFINED ||
           json_is_plain_text(member);
}

static bool
read_time(const struct json_value *object, const char *name, int64_t *ret_us)
{
    const struct json_value *member = json_member(object, name);
    return json_is_plain_text(member) && time_read_iso(member->text, ret_us);
}

bool
session_json_read(const struct json_value *value, struct session *ret_session)
{
    *ret_session = (struct session){ 0 };
    return read_text(value, "id", &ret_session->id) &&
           read_text(value, "token", &ret_session->token) &&
           read_text(value, "userId", &ret_session->user_id) &&
           read_time(value, "expiresAt", &ret_session->expires_at_us) &&
           read_time(value, "createdAt", &ret_session->created_at_us) &&
           read_time(value, "updatedAt", &ret_session->updated_at_us) &&
           read_optional_text(value, "ipAddress", &ret_session->ip_address) &&
           read_optional_text(value, "userAgent", &ret_session->user_agent) &&
           read_optional_text(
               value, "activeOrganizationId", &ret_session->active_organization_id) &&
           read_optional_text(value, "activeTeamId", &ret_session->active_team_id);
}

bool
session_json_read_user(const struct json_value *value, struct user *ret_user)
{
    const struct json_value *verified = json_member(value, "emailVerified");
    *ret_user = (struct user){ .email_verified = verified->boolean };
    return verified->kind == JSON_KIND_BOOLEAN && read_text(value, "id", &ret_user->id) &&
           read_text(value, "name", &ret_user->name) &&
           read_text(value, "email", &ret_user->email) &&
           read_optional_text(value, "image", &ret_user->image) &&
           read_time(value, "createdAt", &ret_user->created_at_us) &&
           read_time(value, "updatedAt", &ret_user->updated_at_us);
}
