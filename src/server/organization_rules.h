/* What settings and application say that organizations are allowed to be. */
#pragma once

#include "organization/change.h"
#include "server/server.h"

struct organization_rules organization_rules_of(const struct server *server);
