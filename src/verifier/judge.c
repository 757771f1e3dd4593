#include "verifier/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/alike.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { CANDIDATES_MAX = 12, BATCH_MAX = 48 };

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

/* Some of its policies, of every row, in one statement. */
static const char *
question(const struct subject *subject, size_t first, size_t count, struct arena *arena)
{
    struct buffer sql;
    buffer_init(&sql, arena, 8192);
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
    return sql.data;
}

static void
answer_take(struct subject *subject, enum judge_state state, size_t first, size_t count,
    struct outcome *outcome)
{
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
}

static void
answer_begin(struct judge *judge, struct subject *subject, enum judge_state state)
{
    struct arena *arena = judge->audit->arena;
    subject->truth[state] = arena_alloc(arena, subject->row_count * subject->policy_count * 2);
    subject->sqlstates[state] = ARENA_ARRAY(arena, subject->policy_count, const char *);
    memset(subject->truth[state], 'e', subject->row_count * subject->policy_count * 2);
}

/* The answer to all; if one of the policies failed, each is asked by itself, so that it is known
 * which. */
static bool
answer_end(struct judge *judge, struct subject *subject, enum judge_state state,
    struct outcome *outcome, struct tn_error *error)
{
    answer_take(subject, state, 0, subject->policy_count, outcome);
    for (size_t p = 0; p < subject->policy_count && !outcome->succeeded; p++) {
        AUTO_OUTCOME alone = { 0 };
        struct arena *scratch = arena_new(1 << 13);
        const bool asked =
            session_try(judge->session, question(subject, p, 1, scratch), &alone, error);
        arena_free(scratch);
        if (!asked)
            return false;
        answer_take(subject, state, p, 1, &alone);
        if (!alone.succeeded)
            subject->sqlstates[state][p] = arena_strdup(judge->audit->arena, alone.sqlstate);
    }
    return true;
}

static bool
subject_ask(
    struct judge *judge, struct subject *subject, enum judge_state state, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *scratch = arena_new(1 << 15);
    answer_begin(judge, subject, state);
    const bool asked = session_try(
        judge->session, question(subject, 0, subject->policy_count, scratch), &outcome, error);
    arena_free(scratch);
    return asked && answer_end(judge, subject, state, &outcome, error);
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

static void
subject_add(struct judge *judge, struct subjects *subjects, const struct relation *relation,
    size_t role_number)
{
    struct audit *audit = judge->audit;
    const struct role *role = audit->scope.roles[role_number];
    struct subject subject = { .relation = relation,
        .tenant = relation->tenant ? relation->tenant : relation->root_key,
        .role = role,
        .may = access_relation(&audit->inventory, role, relation) };
    if (!(scope_is_tenant(relation) || relation->root_key) || !relation->rls_is_enabled ||
        !relation->policy_count || !(subject.may & MAY_DATA) || access_bypasses(role, relation) ||
        role->is_out_of_reach || alike_is_done(audit->alike, role_number, relation))
        return;

    subject.policies = ARENA_ARRAY(audit->arena, relation->policy_count, const struct policy *);
    for (size_t p = 0; p < relation->policy_count; p++)
        if (policy_applies(&relation->policies[p], role))
            subject.policies[subject.policy_count++] = &relation->policies[p];
    if (!subject.policy_count)
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
            subject_add(judge, subjects, &audit->inventory.relations[i], r);
}

/* --- states ---------------------------------------------------------------------------------- */

static bool
become(struct judge *judge, const struct role *role, struct tn_error *error)
{
    return session_run(judge->session,
        session_become(judge->session, role, judge->session->in_transaction), error);
}

static void
plan_take(struct judge *judge, struct subject *subject, struct outcome *outcome)
{
    struct buffer plan;
    if (!outcome->succeeded)
        return;
    buffer_init(&plan, judge->audit->arena, 512);
    for (outcome->rows.row = 0; outcome->rows.row < outcome->rows.count; outcome->rows.row++)
        buffer_printf(&plan, "%s\n", rows_text(&outcome->rows, 0));
    subject->plan = plan.data;
}

/* Questions that go together. */
struct batch {
    const char *sqls[BATCH_MAX];
    struct outcome outcomes[BATCH_MAX];
    struct subject *subjects[BATCH_MAX];
    bool is_plan[BATCH_MAX];
    size_t count;
    struct arena *arena;
};

static void
batch_add(struct batch *batch, struct subject *subject, enum judge_state state)
{
    batch->subjects[batch->count] = subject;
    batch->sqls[batch->count++] = question(subject, 0, subject->policy_count, batch->arena);
    if (state != STATE_OWN || !(subject->may & MAY_SELECT) || subject->plan)
        return;
    batch->subjects[batch->count] = subject;
    batch->is_plan[batch->count] = true;
    batch->sqls[batch->count++] = arena_printf(
        batch->arena, "explain (costs off) select 1 from %s", subject->relation->quoted);
}

/* As the role that all its subjects are of. */
static bool
batch_ask(struct judge *judge, struct batch *batch, enum judge_state state, struct tn_error *error)
{
    if (!session_try_all(judge->session, batch->sqls, batch->outcomes, batch->count, error))
        return false;
    bool works = true;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->is_plan[i])
            plan_take(judge, batch->subjects[i], &batch->outcomes[i]);
        else if (works)
            answer_begin(judge, batch->subjects[i], state);
        if (works && !batch->is_plan[i])
            works = answer_end(judge, batch->subjects[i], state, &batch->outcomes[i], error);
        outcome_done(&batch->outcomes[i]);
    }
    struct arena *arena = batch->arena;
    arena_reset(arena);
    *batch = (struct batch){ .arena = arena };
    return works;
}

static bool
ask_role(struct judge *judge, struct subjects *subjects, const struct role *role,
    enum judge_state state, struct batch *batch, size_t *done, struct tn_error *error)
{
    bool is_role = false;
    for (size_t i = 0; i < subjects->count; i++) {
        struct subject *subject = &subjects->items[i];
        if (subject->role != role)
            continue;
        if (!is_role && !become(judge, role, error))
            return false;
        is_role = true;
        batch_add(batch, subject, state);
        if (batch->count + 2 > BATCH_MAX && !batch_ask(judge, batch, state, error))
            return false;
        if (judge->audit->request->progress && ++*done % 50 == 0)
            judge->audit->request->progress("judging policies", *done, subjects->count);
    }
    return !batch->count || batch_ask(judge, batch, state, error);
}

static bool
ask_all(
    struct judge *judge, struct subjects *subjects, enum judge_state state, struct tn_error *error)
{
    size_t done = 0;
    bool works = true;
    const struct scope *scope = &judge->audit->scope;
    struct batch batch = { .arena = arena_new(1 << 16) };
    for (size_t r = 0; r < scope->role_count && works; r++)
        works = ask_role(judge, subjects, scope->roles[r], state, &batch, &done, error);
    arena_free(batch.arena);
    return works && become(judge, NULL, error);
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
        subject_unlearn(judge, &subjects.items[i]);
    for (size_t i = 0; i < subjects.count; i++)
        subject_conclude(judge, &subjects.items[i]);
    return true;
}
