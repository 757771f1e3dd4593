#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "catalogue/policy.h"

/* As pg_get_expr writes them. */
static const char *const held[] = {
    "(organization_id = ( SELECT tenantry.organization() AS organization))",
    "(organization_id = tenantry.organization())",
    "(( SELECT tenantry.organization() AS organization) = organization_id)",
    "(organization_id = ( SELECT (tenantry.organization())::uuid AS organization))",
    "(organization_id = (tenantry.organization())::uuid)",
    "((organization_id)::text = ( SELECT tenantry.organization() AS organization))",
    "((organization_id = tenantry.organization()) AND (deleted_at IS NULL))",
    "((note <> ') OR ('::text) AND (organization_id = tenantry.organization()))",
    "(((a > 1) OR (b > 1)) AND (organization_id = tenantry.organization()))",
};

static const char *const not_held[] = {
    "true",
    "",
    "(organization_id = organization_id)",
    "(organization_id = organization())",
    "(organization_id = other.organization())",
    "(parent_organization_id = tenantry.organization())",
    "(organization_id <> tenantry.organization())",
    "(organization_id >= tenantry.organization())",
    "((organization_id = tenantry.organization()) OR (tenantry.organization() IS NULL))",
    "((organization_id = tenantry.organization()) OR true)",
    "(NOT (organization_id = tenantry.organization()))",
    "((organization_id = tenantry.organization()) IS NOT TRUE)",
    "((organization_id = tenantry.organization()) = shared)",
    "(organization_id = COALESCE(tenantry.organization(), organization_id))",
    "(organization_id = tenantry.organization(organization_id))",
    "((organization_id)::\"char\" = (tenantry.organization())::\"char\")",
    "((organization_id)::character varying(2) = tenantry.organization())",
    "CASE WHEN (organization_id = tenantry.organization()) THEN true ELSE true END",
    "(EXISTS ( SELECT 1 FROM member m WHERE (m.organization_id = tenantry.organization())))",
    "(m.organization_id = tenantry.organization())",
    "('organization_id = tenantry.organization()'::text = name)",
    "(organization_id = tenantry.organization()",
};

static void
a_policy_that_compares_the_organization_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(held); i++)
        if (!policy_is_tenant(held[i], "organization_id"))
            fail_msg("%s", held[i]);
}

static void
anything_else_does_not_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(not_held); i++)
        if (policy_is_tenant(not_held[i], "organization_id"))
            fail_msg("%s", not_held[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_that_compares_the_organization_holds),
        cmocka_unit_test(anything_else_does_not_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
