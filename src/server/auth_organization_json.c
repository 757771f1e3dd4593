#include "server/auth_organization_json.h"

#include <string.h>

static void
put_text(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void
put_time(struct json_writer *json, const char *key, int64_t us)
{
    json_key(json, key);
    json_put_time(json, us);
}

/* --- organizations ---------------------------------------------------------------------------- */

static void
put_named(struct json_writer *json, const struct organization *organization)
{
    put_text(json, "name", organization->name);
    put_text(json, "slug", organization->slug);
    put_text(json, "logo", organization->logo);
    put_time(json, "createdAt", organization->created_at_us);
}

void
auth_put_organization_fields(struct json_writer *json, const struct organization *organization)
{
    put_named(json, organization);
    put_text(json, "metadata", organization->metadata);
    put_text(json, "id", organization->id);
}

void
auth_put_organization(struct json_writer *json, const struct organization *organization)
{
    json_object_begin(json);
    auth_put_organization_fields(json, organization);
    json_object_end(json);
}

void
auth_put_organization_written(struct json_writer *json, const struct organization *organization,
    const struct json_value *metadata)
{
    put_named(json, organization);
    if (metadata->kind != JSON_KIND_UNDEFINED) {
        json_key(json, "metadata");
        json_put_value(json, metadata);
    }
    put_text(json, "id", organization->id);
}

const struct json_value *
auth_metadata_of(const char *text, struct arena *arena)
{
    const struct json_value *value;
    struct tn_error ignored = { 0 };
    if (!text || !json_read(text, strlen(text), arena, &value, &ignored))
        return json_undefined();
    return value;
}

/* --- members ---------------------------------------------------------------------------------- */

static void
put_member_fields(struct json_writer *json, const struct member *member)
{
    put_text(json, "organizationId", member->organization_id);
    put_text(json, "userId", member->user_id);
    put_text(json, "role", member->role);
    put_time(json, "createdAt", member->created_at_us);
    put_text(json, "id", member->id);
}

void
auth_put_member(struct json_writer *json, const struct member *member)
{
    json_object_begin(json);
    put_member_fields(json, member);
    json_object_end(json);
}

void
auth_put_member_with_user(struct json_writer *json, const struct member *member)
{
    json_object_begin(json);
    put_member_fields(json, member);
    json_key(json, "user");
    json_object_begin(json);
    put_text(json, "id", member->user_id);
    put_text(json, "name", member->user_name);
    put_text(json, "email", member->user_email);
    put_text(json, "image", member->user_image);
    json_object_end(json);
    json_object_end(json);
}

/* --- invitations ------------------------------------------------------------------------------ */

void
auth_put_invitation_fields(struct json_writer *json, const struct invitation *invitation)
{
    put_text(json, "organizationId", invitation->organization_id);
    put_text(json, "email", invitation->email);
    put_text(json, "role", invitation->role);
    put_text(json, "teamId", invitation->team_ids);
    put_text(json, "status", invitation->status);
    put_time(json, "expiresAt", invitation->expires_at_us);
    put_time(json, "createdAt", invitation->created_at_us);
    put_text(json, "inviterId", invitation->inviter_id);
    put_text(json, "id", invitation->id);
}

void
auth_put_invitation(struct json_writer *json, const struct invitation *invitation)
{
    json_object_begin(json);
    auth_put_invitation_fields(json, invitation);
    json_object_end(json);
}

/* --- teams ------------------------------------------------------------------------------------ */

static void
put_time_or_null(struct json_writer *json, const char *key, int64_t us)
{
    json_key(json, key);
    if (us == 0)
        json_put_null(json);
    else
        json_put_time(json, us);
}

void
auth_put_team(struct json_writer *json, const struct team *team)
{
    json_object_begin(json);
    put_text(json, "name", team->name);
    put_text(json, "organizationId", team->organization_id);
    put_time(json, "createdAt", team->created_at_us);
    put_time_or_null(json, "updatedAt", team->updated_at_us);
    put_text(json, "id", team->id);
    json_object_end(json);
}

void
auth_put_team_seat(struct json_writer *json, const struct team_seat *seat)
{
    json_object_begin(json);
    put_text(json, "teamId", seat->team_id);
    put_text(json, "userId", seat->user_id);
    put_time_or_null(json, "createdAt", seat->created_at_us);
    put_text(json, "id", seat->id);
    json_object_end(json);
}

/* --- roles ------------------------------------------------------------------------------------ */

void
auth_put_made_role(struct json_writer *json, const struct made_role_row *role,
    const char *organization_id, struct arena *arena)
{
    json_object_begin(json);
    put_text(json, "organizationId", organization_id);
    put_text(json, "role", role->name);
    json_key(json, "permission");
    json_put_value(json, auth_metadata_of(role->permission, arena));
    put_time(json, "createdAt", role->created_at_us);
    put_time_or_null(json, "updatedAt", role->updated_at_us);
    put_text(json, "id", role->id);
    json_object_end(json);
}
