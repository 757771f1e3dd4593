#include "verifier/run.h"

#include <string.h>

#include "verifier/alike.h"
#include "verifier/clone.h"
#include "verifier/exempt.h"
#include "verifier/judge.h"
#include "verifier/prove.h"
#include "verifier/rules.h"
#include "verifier/scope.h"
#include "verifier/session.h"
#include "verifier/values.h"

/* Everything in one snapshot, with every name written out. */
static bool
read_catalogue(struct audit *audit, struct session *session, struct tn_error *error)
{
    return session_run(session,
               "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
               "SET LOCAL search_path = ''; SET LOCAL statement_timeout = '120s'",
               error) &&
           inventory_read(session->direct, audit->arena, &audit->inventory, error) &&
           session_run(session, "ROLLBACK", error);
}

static void
progress(const struct audit *audit, const char *sentence)
{
    if (audit->request->progress)
        audit->request->progress(sentence, 0, 0);
}

/* As a superuser each statement for itself; as anybody else in a transaction, in which roles may be
 * lent, and which is never committed. */
static bool
judge_statically(struct audit *audit, struct values *values, struct tn_error *error)
{
    bool any;
    AUTO_SESSION session = { 0 };
    if (!session_open(audit, audit->request->url, false, &session, error))
        return false;
    session.in_transaction = !session.is_superuser;
    if (!session_run(&session,
            session.is_superuser ? "SET default_transaction_read_only = on" : "BEGIN", error) ||
        !session_join_roles(&session, &any, error) ||
        (session.in_transaction && !session_run(&session, "SET TRANSACTION READ ONLY", error)))
        return false;

    struct judge judge = {
        .audit = audit, .session = &session, .values = values, .setting_is_fresh = true
    };
    return judge_run(&judge, error);
}

/* What follows where the connection may not work as some of the roles. */
static bool
is_within_reach(struct audit *audit)
{
    bool any = false;
    for (size_t r = 0; r < audit->scope.role_count; r++) {
        const struct role *role = audit->scope.roles[r];
        any |= !role->is_out_of_reach;
        if (role->is_out_of_reach)
            audit_add_unproven(&audit->findings, role->quoted, role->quoted,
                arena_printf(audit->arena,
                    "the connecting user may not work as it, so its policies were not judged and "
                    "nothing was attacked: GRANT %s TO the user of the URL, or connect as a "
                    "superuser",
                    role->quoted));
    }
    return any;
}

/* Where the attack may take place, and what stays unproven where it may not. */
static bool
prove(struct audit *audit, struct values *values, struct tn_error *error)
{
    const char *filled = NULL;
    const enum audit_where where = audit->request->where;
    if (!is_within_reach(audit))
        return true;
    if (where == WHERE_STATIC) {
        audit_note(&audit->notes, audit->arena, "nothing was attacked, as --static says");
        return true;
    }
    if (where == WHERE_DEFAULT || where == WHERE_IN_PLACE) {
        if (!prove_is_empty(audit, audit->request->url, &filled, error))
            return false;
        if (filled && where == WHERE_DEFAULT) {
            audit_add_unproven(&audit->findings, filled, NULL,
                "it holds rows, so nothing was attacked: --clone attacks a copy of the schema, "
                "--in-place this "
                "database, in a transaction that is rolled back");
            return true;
        }
    }
    if (where != WHERE_CLONE)
        return prove_run(audit, values, audit->request->url, !filled, false, error);

    struct clone *clone = NULL;
    progress(audit, "copying the schema");
    const bool proven = clone_make(audit, &clone, error) &&
                        prove_run(audit, values, clone_url(clone), true, true, error);
    clone_drop(clone);
    return proven;
}

bool
audit_run(const struct audit_request *request, struct arena *arena, struct audit **ret_audit,
    struct tn_error *error)
{
    struct audit *audit = ARENA_NEW(arena, struct audit);
    struct values values;
    audit->request = request;
    audit->arena = arena;
    audit->findings.arena = arena;
    progress(audit, "reading the catalogue");
    AUTO_SESSION session = { 0 };
    if (!values_init(&values, arena, error) ||
        !session_open(audit, request->url, true, &session, error) ||
        !read_catalogue(audit, &session, error))
        return false;

    scope_read_sources(audit);
    if (!scope_find(audit, error))
        return false;

    audit->alike = alike_find(audit);
    progress(audit, "judging policies");
    if (!judge_statically(audit, &values, error))
        return false;

    rules_roles(audit);
    rules_relations(audit);
    rules_routines(audit);
    if (!prove(audit, &values, error))
        return false;
    exempt_apply(audit);
    audit_sort(&audit->findings);
    *ret_audit = audit;
    return true;
}
