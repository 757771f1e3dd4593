#include "server/organization_rules.h"

#include <string.h>

struct organization_rules
organization_rules_of(const struct server *server)
{
    const struct settings *settings = server->settings;
    return (struct organization_rules){
        .organizations_per_user = settings->organizations_per_user,
        .members_per_organization = settings->members_per_organization,
        .invitations_per_organization = settings->invitations_per_organization,
        .teams_per_organization = settings->teams_per_organization,
        .members_per_team = settings->members_per_team,
        .roles_per_organization = settings->roles_per_organization,
        .invitation_lifetime_s = settings->invitation_lifetime,
        .application_roles = server->roles.roles,
        .application_role_count = server->roles.count,
        .has_teams = settings->teams,
        .has_dynamic_roles = settings->dynamic_roles,
        .is_strict = strcmp(settings->compatibility, "strict") == 0,
    };
}
