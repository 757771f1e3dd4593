#include "catalogue/rules.h"

#include <stddef.h>
#include <string.h>

#include "catalogue/exemption.h"
#include "catalogue/manifest.h"
#include "catalogue/policy.h"
#include "catalogue/read.h"

/* Of the table whose rows are the organizations, where it lies among the tenant tables. */
#define ROOT_COLUMN "id"

struct check {
    struct catalogue catalogue;
    const struct tn_manifest *manifest;
    struct finding_list findings;
};

static const char *const identity_relations[] = { "public.user", "public.session", "public.account",
    "public.verification", "public.organization", "public.organizationRole", "public.team",
    "public.teamMember", "public.member", "public.invitation", "public.rateLimit",
    "public.session_context" };

static void
report(struct check *check, enum finding_kind kind, const char *object, const char *other,
    const char *more)
{
    finding_add(&check->findings, kind, object, check->catalogue.role, other, more);
}

/* --- which relation is what ---------------------------------------------------------------------
 */

static const char *
manifest_class(const struct check *check, const struct catalogue_relation *relation)
{
    const struct tn_manifest *manifest = check->manifest;
    for (size_t i = 0; manifest && i < manifest->relation_count; i++)
        if (strcmp(manifest->relations[i].name, relation->plain_name) == 0)
            return manifest->relations[i].class;
    return "";
}

static bool
is_table(const struct catalogue_relation *relation)
{
    return relation->kind == 'r' || relation->kind == 'p';
}

static bool
is_reachable(const struct check *check, const struct catalogue_relation *relation)
{
    bool is_reached = relation->owner_is_reachable || check->catalogue.roles[0].is_superuser;
    for (size_t i = 0; i < check->catalogue.role_count; i++)
        is_reached |= check->catalogue.roles[i].reaches_all;
    for (size_t i = 0; i < relation->grant_count; i++)
        is_reached |= relation->grants[i].is_data;
    return is_reached;
}

static bool
is_root(const struct check *check, const struct catalogue_relation *relation)
{
    return strcmp(manifest_class(check, relation), "root") == 0;
}

/* Holds organizations' data: by its column if the role can come to it, else by the manifest. */
static bool
is_tenant(const struct check *check, const struct catalogue_relation *relation)
{
    if (is_root(check, relation))
        return true;
    if (exemption_has(relation->comment, "global") || exemption_has(relation->comment, "cross_org"))
        return false;

    return relation->has_tenant_column && (strcmp(manifest_class(check, relation), "tenant") == 0 ||
                                              is_reachable(check, relation));
}

static bool
is_identity(const struct check *check, const struct catalogue_relation *relation)
{
    if (*manifest_class(check, relation))
        return strcmp(manifest_class(check, relation), "identity") == 0;

    for (size_t i = 0; i < COUNT_OF(identity_relations); i++)
        if (strcmp(identity_relations[i], relation->plain_name) == 0)
            return !relation->has_tenant_column;
    return false;
}

/* --- the role ------------------------------------------------------------------------------------
 */

static void
check_role(struct check *check)
{
    const struct catalogue_role *self = &check->catalogue.roles[0];
    if (self->is_superuser || self->bypasses_rls)
        report(check, FINDING_ROLE_BYPASS, NULL, NULL, NULL);
    if (self->replicates)
        report(check, FINDING_ROLE_REPLICATION, NULL, NULL, NULL);
    if (self->creates_roles)
        report(check, FINDING_ROLE_CREATES_ROLES, NULL, NULL, NULL);

    for (size_t i = 1; i < check->catalogue.role_count; i++) {
        const struct catalogue_role *role = &check->catalogue.roles[i];
        const bool is_above = role->is_superuser || role->bypasses_rls || role->replicates ||
                              role->creates_roles || role->reaches_all;
        if (is_above && role->through)
            report(check, FINDING_ROLE_ESCALATION, NULL, role->name, role->through);
    }
}

/* An owner can switch protection off, forced or not. */
static void
check_owner(struct check *check, const char *object, const char *owner, const char *through)
{
    if (through)
        report(check, FINDING_ROLE_BECOMES_OWNER, object, owner, through);
    else
        report(check, FINDING_ROLE_OWNS, object, NULL, NULL);
}

static void
check_relation_owner(struct check *check, const struct catalogue_relation *relation)
{
    if (relation->owner_is_reachable)
        check_owner(check,
            arena_printf(check->findings.arena, "%s %s", relation->kind_words, relation->name),
            relation->owner, relation->owner_through);
}

static void
check_owned(struct check *check)
{
    for (size_t i = 0; i < check->catalogue.owned_count; i++) {
        const struct catalogue_owned *owned = &check->catalogue.owned[i];
        check_owner(check, owned->object, owned->owner, owned->owner_through);
    }
}

/* --- a table with organizations' data
 * ------------------------------------------------------------- */

/* What a policy of this table has to say. */
static const char *
predicate(const struct check *check, const struct catalogue_relation *relation, const char *column)
{
    const char *type = relation->tenant_column_type;
    const bool is_text = is_root(check, relation) || !type || strcmp(type, "text") == 0;
    return arena_printf(check->findings.arena, "%s = (select tenantry.organization()%s%s)", column,
        is_text ? "" : "::", is_text ? "" : type);
}

/* The one that the others are measured by: the first that holds, else the first. */
static const struct catalogue_policy *
policy_choose(const struct catalogue_relation *relation, const char *column)
{
    const struct catalogue_policy *chosen = NULL;
    for (size_t i = 0; i < relation->policy_count; i++) {
        const struct catalogue_policy *policy = &relation->policies[i];
        if (!policy->is_permissive || !policy->is_for_all || !policy->applies)
            continue;
        if (policy->using_expression && policy_is_tenant(policy->using_expression, column))
            return policy;
        if (!chosen)
            chosen = policy;
    }
    return chosen;
}

static void
check_policy(struct check *check, const struct catalogue_relation *relation,
    const struct catalogue_policy *policy, const char *column)
{
    const char *wanted = predicate(check, relation, column);
    const char *using = policy->using_expression;
    const char *with_check = policy->check_expression;
    if (using && strcmp(using, "true") == 0)
        report(check, FINDING_POLICY_ALWAYS_TRUE, relation->name, policy->name, wanted);
    else if (!using || !policy_is_tenant(using, column))
        report(check, FINDING_POLICY_NOT_TENANT, relation->name, policy->name, wanted);

    if (!with_check)
        report(check, FINDING_POLICY_WITHOUT_CHECK, relation->name, policy->name, wanted);
    else if (!policy_is_tenant(with_check, column))
        report(check, FINDING_WRITE_CHECK_OPEN, relation->name, policy->name, wanted);
}

static void
check_policies(struct check *check, const struct catalogue_relation *relation, const char *column)
{
    const struct catalogue_policy *chosen = policy_choose(relation, column);
    if (chosen)
        check_policy(check, relation, chosen, column);
    else
        report(check, FINDING_NO_POLICY, relation->name, predicate(check, relation, column), NULL);

    for (size_t i = 0; i < relation->policy_count; i++) {
        const struct catalogue_policy *policy = &relation->policies[i];
        if (policy != chosen && policy->is_permissive && policy->applies)
            report(check, FINDING_PERMISSIVE_OR, relation->name, policy->name, NULL);
    }
}

static void
check_tenant_table(struct check *check, const struct catalogue_relation *relation)
{
    const char *column = is_root(check, relation) ? ROOT_COLUMN : check->catalogue.tenant_column;
    if (!exemption_has(relation->comment, "no row-level security")) {
        if (!relation->rls_is_enabled)
            report(check, FINDING_RLS_DISABLED, relation->name, NULL, NULL);
        if (!relation->rls_is_forced)
            report(check, FINDING_RLS_NOT_FORCED, relation->name, NULL, NULL);
        check_policies(check, relation, column);
    }

    if (relation->tenant_column_is_nullable)
        report(check, FINDING_NULLABLE_TENANT, relation->name, column, NULL);
    if (relation->has_tenant_column && !relation->has_tenant_index &&
        !exemption_has(relation->comment, "no leading index"))
        report(check, FINDING_MISSING_TENANT_INDEX, relation->name, column, NULL);
    for (size_t i = 0; i < relation->grant_count; i++) {
        const struct catalogue_grant *grant = &relation->grants[i];
        if (grant->is_truncate)
            report(check, FINDING_TRUNCATE_GRANTED, relation->name, grant->grantee, NULL);
        if (grant->is_trigger)
            report(check, FINDING_TRIGGER_GRANTED, relation->name, grant->grantee, NULL);
    }
}

/* --- what stands beside the tables
 * ------------------------------------------------------------------ */

static void
check_grants(struct check *check, const struct catalogue_relation *relation, enum finding_kind kind)
{
    for (size_t i = 0; i < relation->grant_count; i++)
        if (relation->grants[i].is_data)
            report(check, kind, relation->name, relation->grants[i].grantee, NULL);
}

static void
check_view(struct check *check, const struct catalogue_relation *relation)
{
    if (relation->kind == 'v' && relation->owner_bypasses_rls && !relation->is_invoker_view)
        report(check, FINDING_VIEW_BYPASS, relation->name, NULL, NULL);
    if (relation->kind == 'm')
        check_grants(check, relation, FINDING_MATVIEW_EXPOSED);
}

/* --- the schema that the queries were generated from
 * ------------------------------------------------- */

static bool
check_schema(struct check *check, struct direct *direct, struct tn_error *error)
{
    const struct manifest_difference *differences = NULL;
    size_t count = 0;
    if (!manifest_compare(
            direct, check->manifest, check->findings.arena, &differences, &count, error))
        return false;

    for (size_t i = 0; i < count; i++)
        report(check, FINDING_SCHEMA_DIFFERS, differences[i].relation, differences[i].words, NULL);
    return true;
}

/* --- the planes
 * -------------------------------------------------------------------------------------- */

static bool
check_begin(struct check *check, struct direct *direct, const char *role,
    const struct tn_manifest *manifest, struct arena *arena, struct tn_error *error)
{
    *check = (struct check){ .manifest = manifest, .findings = { .arena = arena } };
    if (!catalogue_read(direct, role, TENANT_COLUMN, arena, &check->catalogue, error))
        return false;

    check_role(check);
    check_owned(check);
    return check_schema(check, direct, error);
}

bool
catalogue_check_tenant(struct direct *direct, const char *application_role,
    const struct tn_manifest *manifest, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count, struct tn_error *error)
{
    struct check check;
    if (!check_begin(&check, direct, application_role, manifest, arena, error))
        return false;

    for (size_t i = 0; i < check.catalogue.relation_count; i++) {
        const struct catalogue_relation *relation = &check.catalogue.relations[i];
        if (is_identity(&check, relation)) {
            check_grants(&check, relation, FINDING_IDENTITY_READABLE);
            check_relation_owner(&check, relation);
        } else if (is_tenant(&check, relation)) {
            check_relation_owner(&check, relation);
            if (is_table(relation))
                check_tenant_table(&check, relation);
            else
                check_view(&check, relation);
        }
    }
    *ret_findings = check.findings.items;
    *ret_count = check.findings.count;
    return true;
}

bool
catalogue_check_identity(struct direct *direct, const char *identity_role,
    const struct tn_manifest *manifest, struct arena *arena, struct finding **ret_findings,
    size_t *ret_count, struct tn_error *error)
{
    struct check check;
    if (!check_begin(&check, direct, identity_role, manifest, arena, error))
        return false;

    for (size_t i = 0; i < check.catalogue.relation_count; i++) {
        const struct catalogue_relation *relation = &check.catalogue.relations[i];
        if (is_identity(&check, relation))
            check_relation_owner(&check, relation);
        else if (relation->has_tenant_column) {
            check_grants(&check, relation, FINDING_TENANT_DATA_GRANTED);
            check_relation_owner(&check, relation);
        }
    }
    *ret_findings = check.findings.items;
    *ret_count = check.findings.count;
    return true;
}
