#include "migration/own.h"

#include "own_identity_migrations.h"
#include "own_tenant_migrations.h"

struct migration_set
migration_own_identity(void)
{
    return (struct migration_set){ "identity", own_identity_migrations,
        COUNT_OF(own_identity_migrations) };
}

struct migration_set
migration_own_tenant(void)
{
    return (
        struct migration_set){ "tenant", own_tenant_migrations, COUNT_OF(own_tenant_migrations) };
}
