#include "verifier/attack_function.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/rules.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { CALLS_MAX = 40, VARIANTS = 4 };

static const enum audit_kind function_kinds[] = { AUDIT_SECDEF_BYPASS, AUDIT_KIND_COUNT };

/* --- calling --------------------------------------------------------------------------------- */

static const char *
call_sql(const struct call *call, const char *arguments)
{
    struct arena *arena = call->attack->audit->arena;
    if (call->function->kind == 'p')
        return arena_printf(arena, "call %s(%s)", call->function->quoted, arguments);
    return arena_printf(
        arena, "select answer::text from %s(%s) answer", call->function->quoted, arguments);
}

static bool
was_refused(const struct outcome *outcome)
{
    return strcmp(outcome->sqlstate, "42501") == 0 || strcmp(outcome->sqlstate, "P0001") == 0 ||
           strcmp(outcome->sqlstate, "P0002") == 0 || strcmp(outcome->sqlstate, "28000") == 0;
}

/* What its author would see at the first call: a name that means two things or none, types that do
 * not fit. Whether a table or function is found may hang on the caller's search path. */
static bool
is_broken(const struct outcome *outcome)
{
    static const char *const states[] = { "42601", "42702", "42703", "42725", "42804" };
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (strcmp(outcome->sqlstate, states[i]) == 0)
            return true;
    return false;
}

/* Where the answer is a cursor's name, what the cursor holds is the answer. */
static bool
read_cursor(struct call *call, struct buffer *answer, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = call->attack->audit->arena;
    if (strcmp(call->function->return_type, "refcursor") != 0)
        return true;

    const char *name = arena_memdup(arena, answer->data, strcspn(answer->data, "\n"));
    if (!session_try(call->attack->session,
            arena_printf(arena, "fetch 100 from %s", text_identifier(name, arena)), &outcome,
            error))
        return false;
    for (outcome.rows.row = 0; outcome.succeeded && outcome.rows.row < outcome.rows.count;
         outcome.rows.row++)
        for (int column = 0; column < result_column_count(outcome.rows.result); column++)
            buffer_printf(answer, "%s\n",
                rows_text(&outcome.rows, column) ? rows_text(&outcome.rows, column) : "");
    return true;
}

/* One call, and what it answered (an error is an answer too); whether B's rows are what they were.
 */
static bool
run(struct call *call, const char *sql, struct buffer *answer, bool *ret_changed,
    struct tn_error *error)
{
    const char *before;
    const char *after;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = call->attack;
    *ret_changed = false;
    buffer_init(answer, attack->audit->arena, 256);
    if (!attack_fingerprint(attack, call->tables, call->table_count, &before, error) ||
        !attack_begin(attack, call->role, call->caller, error) ||
        !session_try(attack->session, sql, &outcome, error))
        return false;
    call->answered |= outcome.succeeded || was_refused(&outcome);
    call->ran_otherwise |= !is_broken(&outcome);
    if (outcome.succeeded) {
        for (outcome.rows.row = 0; outcome.rows.row < outcome.rows.count; outcome.rows.row++)
            for (int column = 0; column < result_column_count(outcome.rows.result); column++)
                buffer_printf(answer, "%s\n",
                    rows_text(&outcome.rows, column) ? rows_text(&outcome.rows, column) : "");
        if (!read_cursor(call, answer, error) || !attack_look(attack, error) ||
            !attack_fingerprint(attack, call->tables, call->table_count, &after, error))
            return false;
        *ret_changed = strcmp(before, after) != 0;
        call->said |=
            strcmp(call->function->return_type, "void") == 0 || call->function->kind == 'p' ||
            (answer->data[strspn(answer->data, "\n")] != '\0' && strcmp(answer->data, "f\n") != 0 &&
                strcmp(answer->data, "0\n") != 0 && strcmp(answer->data, "false\n") != 0);
    } else {
        call->said |= was_refused(&outcome);
        if (is_broken(&outcome))
            call->broken = arena_strdup(attack->audit->findings.arena, outcome.message);
        buffer_text(answer, outcome.sqlstate);
    }
    return attack_end(attack, error);
}

static bool
without_others(struct call *call, const char *sql, struct buffer *answer, struct tn_error *error)
{
    bool changed;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = call->attack;
    if (!session_run(
            attack->session, "SAVEPOINT gone; SET LOCAL session_replication_role = replica", error))
        return false;
    for (size_t t = 0; t < call->table_count; t++) {
        const struct plant_table *table =
            &attack->plant->tables[call->tables[t] - attack->audit->inventory.relations];
        const struct plant_row *rows[] = { &table->first[TENANT_B], &table->spare[TENANT_B],
            &table->first[TENANT_C], &table->spare[TENANT_C] };
        for (size_t r = 0; r < COUNT_OF(rows); r++)
            if (rows[r]->values && !session_try(attack->session,
                                       arena_printf(attack->audit->arena, "delete from %s where %s",
                                           call->tables[t]->quoted,
                                           plant_where(attack->plant, call->tables[t], rows[r])),
                                       &outcome, error))
                return false;
    }
    return session_run(attack->session, "SET LOCAL session_replication_role = origin", error) &&
           run(call, sql, answer, &changed, error) &&
           session_run(attack->session, "ROLLBACK TO gone; RELEASE gone", error);
}

static void
caught(struct call *call, const char *sql)
{
    struct attack *attack = call->attack;
    const struct function *function = call->function;
    const char *statement = attack_statement(attack, call->role, call->caller, sql);
    call->caught = true;
    if (attack_confirm(attack, function->signature, function_kinds, statement))
        return;
    audit_add(&attack->audit->findings,
        &(struct audit_report){ .kind = AUDIT_SECDEF_BYPASS,
            .object = function->signature,
            .role = call->role->quoted,
            .other = function->owner_name,
            .more = arena_printf(attack->audit->arena, "ALTER %s %s SECURITY INVOKER",
                function->kind == 'p' ? "PROCEDURE" : "FUNCTION", function->signature),
            .statement = statement,
            .proof = PROOF_ATTACK });
}

static bool
try_arguments(struct call *call, const size_t *chosen, struct tn_error *error)
{
    struct buffer answer;
    struct buffer again;
    struct buffer without;
    bool changed = false;
    const char *said;
    const char *sql = call_sql(call, call_arguments(call, chosen, &said));
    if (!run(call, sql, &answer, &changed, error))
        return false;
    if (changed || attack_is_marked(call->attack, answer.data, said)) {
        caught(call, sql);
        return true;
    }
    if (!call->attack->session->is_superuser || !call->table_count || !answer.length)
        return true;

    /* Its answer, a count or a yes, has to be the same where B was never there. */
    if (!run(call, sql, &again, &changed, error))
        return false;
    if (strcmp(again.data, answer.data) != 0)
        return true;
    if (!without_others(call, sql, &without, error))
        return false;
    if (strcmp(without.data, answer.data) != 0)
        caught(call, sql);
    return true;
}

/* All firsts, then one argument after another varied. */
static bool
try_all(struct call *call, struct tn_error *error)
{
    size_t chosen[ARGUMENTS_MAX] = { 0 };
    size_t calls = 1;
    if (!try_arguments(call, chosen, error))
        return false;
    for (size_t a = 0; a < call->argument_count && !call->caught; a++) {
        for (size_t i = 1; i < call->candidate_count[a] && !call->caught; i++) {
            chosen[a] = i;
            if (calls++ == CALLS_MAX)
                return true;
            if (!try_arguments(call, chosen, error))
                return false;
        }
        chosen[a] = 0;
    }
    return true;
}

/* What other calls of the same function came to. */
static void
take_over(struct call *call, const struct call *other)
{
    call->caught |= other->caught;
    call->ran_otherwise |= other->ran_otherwise;
    call->broken = call->broken ? call->broken : other->broken;
}

/* With A's own arguments it has to say something, or that it said nothing of B says nothing. */
static bool
try_own(struct call *call, struct tn_error *error)
{
    struct call own = *call;
    memset(own.candidate_count, 0, sizeof own.candidate_count);
    own.tenant = TENANT_A;
    call_guess(&own);
    if (!call->said && !try_all(&own, error))
        return false;
    call->said |= own.said;
    call->answered |= own.answered;
    take_over(call, &own);
    return true;
}

/* A's row for B: the tenant alone is the other one's. */
static bool
try_mixed(struct call *call, struct tn_error *error)
{
    const struct values *values = call->attack->values;
    const struct tenant *other = &values->tenants[TENANT_B];
    for (size_t a = 0; a < call->argument_count && a < ARGUMENTS_MAX && !call->caught; a++) {
        const char *theirs = NULL;
        struct call mixed = *call;
        for (size_t i = 0; i < call->candidate_count[a]; i++)
            if (strcmp(call->candidates[a][i], other->uuid) == 0 ||
                strcmp(call->candidates[a][i], other->integer) == 0 ||
                strcmp(call->candidates[a][i], other->text) == 0)
                theirs = call->candidates[a][i];
        if (!theirs || call->argument_count < 2)
            continue;
        memset(mixed.candidate_count, 0, sizeof mixed.candidate_count);
        mixed.tenant = TENANT_A;
        call_guess(&mixed);
        mixed.candidates[a][0] = theirs;
        mixed.candidate_count[a] = 1;
        if (!try_all(&mixed, error))
            return false;
        call->said |= mixed.said;
        call->answered |= mixed.answered;
        take_over(call, &mixed);
    }
    return true;
}

/* A filter of its own may open where no tenant is set. */
static bool
try_as_nobody(struct call *call, struct tn_error *error)
{
    struct call nobody = *call;
    if (!rules_mind_tenant(call->attack->audit, call->function->source))
        return true;
    nobody.caller = TENANT_EMPTY;
    if (!try_all(&nobody, error))
        return false;
    take_over(call, &nobody);
    return true;
}

/* What it asks of a row may be more than the planted ones have. */
static bool
try_varied(struct call *call, const char *deep, struct tn_error *error)
{
    struct attack *attack = call->attack;
    for (size_t variant = 0; variant < VARIANTS && !call->caught && attack->session->is_superuser;
         variant++) {
        if (!session_run(attack->session,
                "SAVEPOINT varied; SET LOCAL session_replication_role = replica", error) ||
            !attack_vary(attack, call->tables, call->table_count, deep, variant, error) ||
            !session_run(attack->session, "SET LOCAL session_replication_role = origin", error) ||
            !try_all(call, error) || (!call->caught && !try_own(call, error)) ||
            !session_run(attack->session, "ROLLBACK TO varied; RELEASE varied", error))
            return false;
    }
    return true;
}

/* Most functions are VOLATILE because nobody said otherwise. What calls only functions of the
 * schema and says none of these words changes nothing. */
static bool
may_write(const struct function *function, const char *deep)
{
    const bool is_read =
        strcmp(function->language, "sql") == 0 || strcmp(function->language, "plpgsql") == 0;
    return function->volatility == 'v' &&
           (!is_read ||
               text_matches(deep, "\\<(insert|update|delete|merge|truncate|execute|call|copy|"
                                  "nextval|setval|notify|listen|create|alter|drop|grant|"
                                  "revoke|comment|refresh|lock|lo_[a-z]+)\\>"));
}

bool
attack_function(struct attack *attack, const struct role *role, const struct function *function,
    struct tn_error *error)
{
    struct audit *audit = attack->audit;
    struct call call = { .attack = attack, .role = role, .function = function, .tenant = TENANT_B };
    const bool is_callable = strcmp(function->return_type, "trigger") != 0 &&
                             strcmp(function->return_type, "event_trigger") != 0;
    if (!function->is_definer || function->is_extension || !is_callable ||
        !access_function(&audit->inventory, role, function))
        return true;

    const char *deep =
        scope_deep_source(audit, text_without_comments(function->source, audit->arena));
    call_find_tables(&call, deep);
    struct suspicion *suspicion =
        attack_suspicion(attack, AUDIT_SECDEF_BYPASS, function->signature, NULL);
    const bool writes = may_write(function, deep);
    const char *uses = attack_reaches_out(audit, function);
    const char *word = uses ? arena_printf(audit->arena, "it uses %s", uses) : NULL;
    for (size_t t = 0; t < call.table_count && !word && writes; t++)
        word = attack->plant->tables[call.tables[t] - audit->inventory.relations].muted;
    const bool is_heavy = !attack->is_private && writes;
    if (word || is_heavy || function->argument_count > ARGUMENTS_MAX) {
        suspicion->unknown++;
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            word ? arena_printf(audit->arena, "not called: %s", word)
            : is_heavy
                ? "not called: it may write, and rows are there that others work with (try --clone)"
                : "not called: it has too many arguments");
        return true;
    }
    call_guess(&call);
    if (!try_all(&call, error) || (!call.caught && !try_own(&call, error)) ||
        (!call.caught && !try_mixed(&call, error)) ||
        (!call.caught && !try_as_nobody(&call, error)) ||
        (!call.caught && !call.said && call.table_count && !try_varied(&call, deep, error)))
        return false;

    suspicion = attack_suspicion(attack, AUDIT_SECDEF_BYPASS, function->signature, NULL);
    const bool is_useless = call.broken && !call.ran_otherwise;
    if (call.caught)
        suspicion->shown++;
    else if (call.answered || is_useless)
        suspicion->refused++;
    else
        suspicion->unknown++;
    audit_remove_unproven(&audit->findings, function->signature);
    if (call.answered && !call.caught && !call.said && call.table_count)
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            "it said nothing, not even of the caller's own rows: its arguments could not be "
            "guessed");
    if (!call.answered && !call.caught)
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            is_useless
                ? arena_printf(audit->arena, "it fails whenever it is called: %s", call.broken)
                : "no call of it ran to its end: its arguments could not be guessed");
    return true;
}
