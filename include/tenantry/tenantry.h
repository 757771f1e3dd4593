/* tenantry: organizations as the tenancy model of an application on PostgreSQL.
 * Everything that a program serving tenants includes. */
#pragma once

#include "tenantry/application.h"
#include "tenantry/cache.h"
#include "tenantry/db.h"
#include "tenantry/error.h"
#include "tenantry/links.h"
#include "tenantry/page.h"
#include "tenantry/people.h"
#include "tenantry/request.h"
#include "tenantry/roles.h"
#include "tenantry/table.h"
#include "tenantry/types.h"
#include "tenantry/visibility.h"
