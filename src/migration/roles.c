#include "migration/roles.h"

#include <string.h>

#include "base/buffer.h"
#include "postgres/credentials.h"

struct role_plan {
    const char *name;
    const char *options;
    const char *url; /* whose user works as this role */
};

/* What is missing, as the statements that mend it: run here if we may, else told. */
struct mend {
    struct direct *direct;
    struct arena *arena;
    struct buffer sql;  /* with secrets */
    struct buffer told; /* without */
};

static void
mend_add(struct mend *mend, const char *sql)
{
    buffer_printf(&mend->sql, "%s; ", sql);
    buffer_printf(&mend->told, "%s; ", sql);
}

/* One boolean. */
static bool
ask(struct mend *mend, const char *question, int count, const char *const *values, bool *ret_answer,
    struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(mend->direct, question, count, values, &result, error))
        return false;

    size_t bytes = 0;
    const char *value = result_row_count(result) ? result_value(result, 0, 0, &bytes) : NULL;
    *ret_answer = value && *value == 't';
    result_free(result);
    return true;
}

static bool
role_exists(struct mend *mend, const char *name, bool *ret_exists, struct tn_error *error)
{
    return ask(mend, "select exists (select from pg_catalog.pg_roles where rolname = $1)", 1, &name,
        ret_exists, error);
}

/* `verb` "CREATE" or "ALTER" a role that signs in. */
static bool
login_add(struct mend *mend, const char *verb, const char *options,
    const struct credentials *credentials, struct tn_error *error)
{
    const char *name = direct_identifier(mend->direct, credentials->user, mend->arena);
    buffer_printf(&mend->sql, "%s ROLE %s LOGIN%s", verb, name, options);
    buffer_printf(&mend->told, "%s ROLE %s LOGIN%s", verb, name, options);
    if (credentials->password) {
        const char *secret = NULL;
        if (!credentials_secret(mend->direct, credentials, mend->arena, &secret, error))
            return false;
        buffer_printf(
            &mend->sql, " PASSWORD %s", direct_literal(mend->direct, secret, mend->arena));
        buffer_text(&mend->told, " PASSWORD '…'");
    }
    BUFFER_LITERAL(&mend->sql, "; ");
    BUFFER_LITERAL(&mend->told, "; ");
    return true;
}

/* The URL's user: the role itself, or somebody of another name who then belongs to it. */
static bool
user_plan(struct mend *mend, const struct role_plan *role, const struct credentials *user,
    struct tn_error *error)
{
    bool exists = false;
    bool is_ready = false;
    if (!role_exists(mend, user->user, &exists, error))
        return false;

    if (!exists) {
        if (!login_add(mend, "CREATE", role->options, user, error))
            return false;
    } else {
        if (!ask(mend, "select rolcanlogin from pg_catalog.pg_roles where rolname = $1", 1,
                &user->user, &is_ready, error))
            return false;
        if (!is_ready && !login_add(mend, "ALTER", "", user, error))
            return false;
    }
    if (strcmp(user->user, role->name) == 0)
        return true;

    bool has_group = false;
    if (!role_exists(mend, role->name, &has_group, error))
        return false;
    if (!has_group)
        mend_add(mend, arena_printf(mend->arena, "CREATE ROLE %s", role->name));
    is_ready = false;
    const char *const pair[] = { user->user, role->name };
    if (exists && has_group &&
        !ask(mend, "select pg_catalog.pg_has_role($1, $2, 'usage')", 2, pair, &is_ready, error))
        return false;
    if (!is_ready)
        mend_add(mend, arena_printf(mend->arena, "GRANT %s TO %s", role->name,
                           direct_identifier(mend->direct, user->user, mend->arena)));
    return true;
}

static bool
role_plan(struct mend *mend, const struct role_plan *role, struct tn_error *error)
{
    if (role->url) {
        struct credentials user;
        return credentials_of_url(role->url, mend->arena, &user, error) &&
               user_plan(mend, role, &user, error);
    }

    bool exists = false;
    if (!role_exists(mend, role->name, &exists, error))
        return false;
    if (!exists)
        mend_add(mend, arena_printf(mend->arena, "CREATE ROLE %s%s", role->name, role->options));
    return true;
}

/* Where not everybody may use the schema public, the role is let in by name. One that is not there
 * yet has no right. */
#define MAY_USE_PUBLIC(role)                                                                     \
    "select pg_catalog.has_schema_privilege('public', 'public', 'usage') or exists (select from" \
    " pg_catalog.pg_roles where rolname = '" role "' and pg_catalog.has_schema_privilege(oid,"   \
    " 'public', 'usage'))"

/* The owner must be one that we can become and that can create here; the others may look. */
static bool
rights_plan(struct mend *mend, struct tn_error *error)
{
    static const struct {
        bool needs_owner; /* to be asked */
        const char *question;
        const char *mend;
    } needs[] = {
        { true, "select pg_catalog.pg_has_role(current_user, '" ROLE_OWNER "', 'member')",
            "GRANT " ROLE_OWNER " TO %s" },
        { true,
            "select pg_catalog.has_database_privilege('" ROLE_OWNER
            "', pg_catalog.current_database(), 'create')",
            "GRANT CREATE ON DATABASE %s TO " ROLE_OWNER },
        { true, "select pg_catalog.has_schema_privilege('" ROLE_OWNER "', 'public', 'create')",
            "GRANT USAGE, CREATE ON SCHEMA public TO " ROLE_OWNER },
        { false, MAY_USE_PUBLIC(ROLE_IDENTITY), "GRANT USAGE ON SCHEMA public TO " ROLE_IDENTITY },
        { false, MAY_USE_PUBLIC(ROLE_APPLICATION),
            "GRANT USAGE ON SCHEMA public TO " ROLE_APPLICATION },
        { false, MAY_USE_PUBLIC(ROLE_RAW), "GRANT USAGE ON SCHEMA public TO " ROLE_RAW },
    };
    struct pg_result *names = NULL;
    if (!direct_query(mend->direct,
            "select pg_catalog.quote_ident(current_user),"
            " pg_catalog.quote_ident(pg_catalog.current_database())",
            0, NULL, &names, error))
        return false;
    const char *const subjects[] = { result_text(names, 0, 0, mend->arena),
        result_text(names, 0, 1, mend->arena), "" };
    result_free(names);

    bool is_there = false;
    if (!role_exists(mend, ROLE_OWNER, &is_there, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(needs); i++) {
        bool is_met = false;
        if ((is_there || !needs[i].needs_owner) &&
            !ask(mend, needs[i].question, 0, NULL, &is_met, error))
            return false;
        if (is_met)
            continue;

        const char *hole = strstr(needs[i].mend, "%s");
        mend_add(mend, hole ? arena_printf(mend->arena, "%.*s%s%s", (int)(hole - needs[i].mend),
                                  needs[i].mend, subjects[i], hole + 2)
                            : needs[i].mend);
    }
    return true;
}

static bool
mend_plan(struct mend *mend, const struct migration_target *target, struct tn_error *error)
{
    const struct role_plan roles[] = {
        { ROLE_OWNER, "", NULL },
        { ROLE_IDENTITY, "", target->identity_url },
        { ROLE_APPLICATION, "", target->application_url },
        { ROLE_RAW, " BYPASSRLS", target->raw_url },
    };
    buffer_init(&mend->sql, mend->arena, 512);
    buffer_init(&mend->told, mend->arena, 512);
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (!role_plan(mend, &roles[i], error))
            return false;
    return rights_plan(mend, error);
}

/* A GRANT by somebody who may not grant is only a warning to PostgreSQL, so the plan is made again
 * to see what is still missing; and roles belong to all databases of a server, so a runner on
 * another of them may make one between our look and our statement. */
bool
roles_prepare(struct direct *direct, const struct migration_target *target, struct arena *arena,
    struct tn_error *error)
{
    enum { ATTEMPTS = 3 };
    struct mend mend = { .direct = direct, .arena = arena };
    struct tn_error refusal = { 0 };
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (!mend_plan(&mend, target, error))
            return false;
        if (!mend.sql.length)
            return true;

        refusal = (struct tn_error){ 0 };
        if (!direct_run(direct, mend.sql.data, &refusal) && strcmp(refusal.sqlstate, "42501") == 0)
            break;
    }
    return error_set(error, TN_MIGRATION,
        "roles or rights are missing that this connection may not make%s%s; as a superuser run: %s",
        refusal.code ? ": " : "", refusal.code ? refusal.detail : "", mend.told.data);
}
