#include "verifier/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { CANDIDATES_MAX = 12 };

/* --- asking ---------------------------------------------------------------------------------- */

static char *
truth_at(
    const struct subject *subject, enum judge_state state, size_t row, size_t policy, bool is_check)
{
    return &subject->truth[state][(row * subject->policy_count + policy) * 2 + is_check];
}

bool
subject_admits(
    const struct subject *subject, enum judge_state state, size_t row, size_t policy, bool is_check)
{
    return subject->truth[state] && *truth_at(subject, state, row, policy, is_check) == 't';
}

static const char *
expression(const struct policy *policy, bool is_check)
{
    const char *own = is_check ? policy->check_expression : policy->using_expression;
    /* Without WITH CHECK, new rows are held to USING. */
    return own ? own : is_check ? policy->using_expression : NULL;
}

/* All policies in one statement; if one fails, each by itself, so that it is known which. */
static bool
ask(struct judge *judge, struct subject *subject, enum judge_state state, size_t first,
    size_t count, struct outcome *outcome, struct tn_error *error)
{
    struct buffer sql;
    struct arena *scratch = arena_new(1 << 15);
    buffer_init(&sql, scratch, 8192);
    buffer_text(&sql, "select \"tenantry row\"");
    for (size_t p = first; p < first + count; p++) {
        for (int is_check = 0; is_check < 2; is_check++) {
            const char *text = expression(subject->policies[p], is_check);
            if (text)
                buffer_printf(&sql, ", (%s)", text);
            else
                buffer_text(&sql, ", null");
        }
    }
    buffer_printf(&sql, " from %s", subject->from);
    const bool asked = session_try(judge->session, sql.data, outcome, error);
    arena_free(scratch);
    if (!asked)
        return false;

    for (outcome->rows.row = 0; outcome->succeeded && outcome->rows.row < outcome->rows.count;
         outcome->rows.row++) {
        const size_t row = (size_t)rows_integer(&outcome->rows, 0);
        for (size_t p = 0; p < count; p++) {
            for (int is_check = 0; is_check < 2; is_check++) {
                const char value =
                    rows_character(&outcome->rows, (int)(1 + 2 * p + (size_t)is_check));
                *truth_at(subject, state, row, first + p, is_check) = value ? value : 'n';
            }
        }
    }
    return true;
}

static bool
subject_ask(
    struct judge *judge, struct subject *subject, enum judge_state state, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = judge->audit->arena;
    subject->truth[state] = arena_alloc(arena, subject->row_count * subject->policy_count * 2);
    subject->sqlstates[state] = ARENA_ARRAY(arena, subject->policy_count, const char *);
    memset(subject->truth[state], 'e', subject->row_count * subject->policy_count * 2);
    if (!ask(judge, subject, state, 0, subject->policy_count, &outcome, error))
        return false;
    if (outcome.succeeded)
        return true;

    for (size_t p = 0; p < subject->policy_count; p++) {
        if (!ask(judge, subject, state, p, 1, &outcome, error))
            return false;
        if (!outcome.succeeded)
            subject->sqlstates[state][p] = arena_strdup(arena, outcome.sqlstate);
    }
    return true;
}

/* --- subjects -------------------------------------------------------------------------------- */

struct subjects {
    struct subject *items;
    size_t count;
};

static const char *
policies_text(const struct audit *audit, const struct subject *subject)
{
    struct buffer out;
    buffer_init(&out, audit->arena, 512);
    for (size_t p = 0; p < subject->policy_count; p++)
        for (int is_check = 0; is_check < 2; is_check++)
            buffer_printf(&out, "%s\n",
                expression(subject->policies[p], is_check)
                    ? expression(subject->policies[p], is_check)
                    : "");
    return out.data;
}

/* The same policies judged as another role come out alike, unless they ask who works. */
static bool
is_told_already(const struct subjects *subjects, const struct subject *subject)
{
    for (size_t i = subjects->count; i-- > 0;) {
        const struct subject *other = &subjects->items[i];
        if (other->relation != subject->relation)
            return false;
        if (other->policy_count == subject->policy_count &&
            (other->may & MAY_DATA) == (subject->may & MAY_DATA) &&
            memcmp(other->policies, subject->policies,
                subject->policy_count * sizeof *subject->policies) == 0 &&
            !text_matches(
                other->deep, "current_user|session_user|current_role|pg_has_role|[^_]user"))
            return true;
    }
    return false;
}

static void
subject_add(struct judge *judge, struct subjects *subjects, const struct relation *relation,
    const struct role *role)
{
    struct audit *audit = judge->audit;
    struct subject subject = { .relation = relation,
        .tenant = relation->tenant ? relation->tenant : relation->root_key,
        .role = role,
        .may = access_relation(&audit->inventory, role, relation) };
    if (!(scope_is_tenant(relation) || relation->root_key) || !relation->rls_is_enabled ||
        !relation->policy_count || !(subject.may & MAY_DATA) || access_bypasses(role, relation) ||
        role->is_out_of_reach)
        return;

    subject.policies = ARENA_ARRAY(audit->arena, relation->policy_count, const struct policy *);
    for (size_t p = 0; p < relation->policy_count; p++)
        if (policy_applies(&relation->policies[p], role))
            subject.policies[subject.policy_count++] = &relation->policies[p];
    if (!subject.policy_count)
        return;

    if (is_told_already(subjects, &subject))
        return;
    subject.deep = scope_deep_source(audit, policies_text(audit, &subject));

    subject_make_rows(judge, &subject);
    subjects->items[subjects->count++] = subject;
}

static void
subjects_make(struct judge *judge, struct subjects *subjects)
{
    struct audit *audit = judge->audit;
    size_t capacity = 0;
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        capacity += audit->inventory.relations[i].policy_count ? audit->scope.role_count : 0;
    subjects->items = ARENA_ARRAY(audit->arena, capacity + 1, struct subject);
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        for (size_t r = 0; r < audit->scope.role_count; r++)
            subject_add(judge, subjects, &audit->inventory.relations[i], audit->scope.roles[r]);
}

/* --- states ---------------------------------------------------------------------------------- */

static bool
become(struct judge *judge, const struct role *role, struct tn_error *error)
{
    return session_run(judge->session,
        session_become(judge->session, role, judge->session->in_transaction), error);
}

static bool
explain(struct judge *judge, struct subject *subject, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct buffer plan;
    if (!(subject->may & MAY_SELECT) || subject->plan)
        return true;
    if (!session_try(judge->session,
            arena_printf(judge->audit->arena, "explain (costs off) select 1 from %s",
                subject->relation->quoted),
            &outcome, error))
        return false;

    buffer_init(&plan, judge->audit->arena, 512);
    for (outcome.rows.row = 0; outcome.succeeded && outcome.rows.row < outcome.rows.count;
         outcome.rows.row++)
        buffer_printf(&plan, "%s\n", rows_text(&outcome.rows, 0));
    subject->plan = outcome.succeeded ? plan.data : NULL;
    return true;
}

static bool
ask_all(
    struct judge *judge, struct subjects *subjects, enum judge_state state, struct tn_error *error)
{
    const struct role *role = NULL;
    for (size_t i = 0; i < subjects->count; i++) {
        struct subject *subject = &subjects->items[i];
        if (subject->role != role && !become(judge, subject->role, error))
            return false;
        role = subject->role;
        if (!subject_ask(judge, subject, state, error) ||
            (state == STATE_OWN && !explain(judge, subject, error)))
            return false;
        if (judge->audit->request->progress && i % 50 == 49)
            judge->audit->request->progress("judging policies", i + 1, subjects->count);
    }
    return become(judge, NULL, error);
}

static bool
set(struct judge *judge, const char *sql, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    return session_try(judge->session, sql, &outcome, error);
}

/* Is it true of a row of another tenant now, which it was not before? */
static bool
opens(const struct subject *subject)
{
    for (size_t row = 0; row < subject->row_count; row++)
        for (size_t p = 0; p < subject->policy_count; p++)
            if (subject->kinds[row] == ROW_OTHER && subject->policies[p]->is_permissive &&
                subject_admits(subject, STATE_SWITCHED, row, p, false) &&
                !subject_admits(subject, STATE_OWN, row, p, false) &&
                !subject_admits(subject, STATE_UNSET, row, p, false))
                return true;
    return false;
}

/* A second setting that policies read, tried with what it is compared with and with the usual
 * words. */
static bool
ask_switch(
    struct judge *judge, struct subject *subject, const char *setting, struct tn_error *error)
{
    static const char *const usual[] = { "on", "true", "1", "yes", "admin", "all" };
    const char *tried[CANDIDATES_MAX + COUNT_OF(usual)];
    size_t count = 0;
    const char *at = subject->deep;
    const char *literal;
    memcpy(tried, usual, sizeof usual);
    count = COUNT_OF(usual);
    while (count < COUNT_OF(tried) && (literal = text_next_quoted(&at, judge->audit->arena)))
        if (*literal && strlen(literal) <= 40 && !strchr(literal, '.'))
            tried[count++] = literal;
    for (size_t i = 0; i < count; i++) {
        const bool is_local = judge->session->in_transaction;
        const char *sql = arena_printf(judge->audit->arena, "select set_config(%s, %s, %s)",
            text_literal(setting, judge->audit->arena), text_literal(tried[i], judge->audit->arena),
            is_local ? "true" : "false");
        if (!set(judge, sql, error) || !subject_ask(judge, subject, STATE_SWITCHED, error))
            return false;
        if (opens(subject)) {
            subject->switch_setting = setting;
            subject->switch_value = tried[i];
            break;
        }
    }
    return set(judge,
        arena_printf(judge->audit->arena, "select set_config(%s, '', %s)",
            text_literal(setting, judge->audit->arena),
            judge->session->in_transaction ? "true" : "false"),
        error);
}

static bool
ask_switches(struct judge *judge, struct subjects *subjects, struct tn_error *error)
{
    const struct scope *scope = &judge->audit->scope;
    for (size_t s = scope->tenant_setting_count; s < scope->settings.count; s++) {
        /* What PostgREST says of the token is no switch of the schema's own. */
        if (strncmp(scope->settings.items[s], "request.", 8) == 0)
            continue;
        for (size_t i = 0; i < subjects->count; i++) {
            struct subject *subject = &subjects->items[i];
            if (subject->switch_setting || !strstr(subject->deep, scope->settings.items[s]))
                continue;
            if (!become(judge, subject->role, error) ||
                !ask_switch(judge, subject, scope->settings.items[s], error))
                return false;
        }
    }
    return become(judge, NULL, error);
}

bool
judge_run(struct judge *judge, struct tn_error *error)
{
    struct subjects subjects = { 0 };
    const bool is_local = judge->session->in_transaction;
    struct audit *audit = judge->audit;
    subjects_make(judge, &subjects);
    if (!subjects.count)
        return true;

    if ((judge->setting_is_fresh && !ask_all(judge, &subjects, STATE_UNSET, error)) ||
        !session_run(judge->session, "SET enable_seqscan = off", error) ||
        !set(judge, values_set(judge->values, audit, TENANT_A, is_local), error) ||
        !ask_all(judge, &subjects, STATE_OWN, error) || !ask_switches(judge, &subjects, error) ||
        !set(judge, values_set_empty(audit, is_local), error) ||
        !ask_all(judge, &subjects, STATE_EMPTY, error) ||
        !session_run(judge->session, "RESET enable_seqscan", error))
        return false;

    for (size_t i = 0; i < subjects.count; i++)
        subject_learn(judge, &subjects.items[i]);
    for (size_t i = 0; i < subjects.count; i++)
        subject_conclude(judge, &subjects.items[i]);
    return true;
}
