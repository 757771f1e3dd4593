/* What the endpoints of organizations answer with: keys and their order as on better-auth's wire.
 */
#pragma once

#include "organization/invitation.h"
#include "organization/made_role.h"
#include "organization/team.h"
#include "server/auth_exchange.h"

/* Each an object; `_fields` are the members of one that the caller begins and ends. */
void
auth_put_organization_fields(struct json_writer *json, const struct organization *organization);
void auth_put_organization(struct json_writer *json, const struct organization *organization);
/* As it was just written: metadata as the object itself; without one the key is absent. */
void auth_put_organization_written(struct json_writer *json,
    const struct organization *organization, const struct json_value *metadata);
/* The metadata of `text`; undefined for NULL or what is no JSON. */
const struct json_value *auth_metadata_of(const char *text, struct arena *arena);

void auth_put_member(struct json_writer *json, const struct member *member);
void auth_put_member_with_user(struct json_writer *json, const struct member *member);
void auth_put_invitation_fields(struct json_writer *json, const struct invitation *invitation);
void auth_put_invitation(struct json_writer *json, const struct invitation *invitation);
void auth_put_team(struct json_writer *json, const struct team *team);
void auth_put_team_seat(struct json_writer *json, const struct team_seat *seat);
/* `permission` as an object, from the stored text. */
void auth_put_made_role(struct json_writer *json, const struct made_role_row *role,
    const char *organization_id, struct arena *arena);
