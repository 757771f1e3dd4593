/* tenantry's own migrations, from sql/migrations, as the program carries them. */
#pragma once

#include "migration/apply.h"

struct migration_set migration_own_identity(void);
struct migration_set migration_own_tenant(void);
