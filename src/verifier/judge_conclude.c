#include "verifier/judge.h"

#include <string.h>

#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

struct conclusion {
    struct judge *judge;
    struct subject *subject;
};

static bool
policy_is_for(const struct policy *policy, char command)
{
    return policy->command == '*' || policy->command == command;
}

/* Does every restrictive policy for the command let the row pass? */
static bool
floor_admits(
    const struct subject *subject, enum judge_state state, size_t row, char command, bool is_check)
{
    for (size_t p = 0; p < subject->policy_count; p++)
        if (!subject->policies[p]->is_permissive && policy_is_for(subject->policies[p], command) &&
            !subject_admits(subject, state, row, p, is_check))
            return false;
    return true;
}

/* A row of `kind` that the policy, with the restrictive ones, admits. */
static bool
admits_kind(const struct subject *subject, enum judge_state state, size_t policy, char command,
    bool is_check, enum row_kind kind)
{
    for (size_t row = 0; row < subject->row_count; row++)
        if (subject->kinds[row] == kind && subject_admits(subject, state, row, policy, is_check) &&
            floor_admits(subject, state, row, command, is_check))
            return true;
    return false;
}

/* A row of a tenant whom nobody set, and whom A does not see either: what is named in the policy
 * stands in for the tenant that is missing. Seen by A as well, it is shared on purpose. */
static bool
admits_stand_in(const struct subject *subject, enum judge_state state, size_t policy, char command,
    bool is_check)
{
    for (size_t row = 0; row < subject->row_count; row++)
        if (subject->kinds[row] == ROW_NAMED &&
            subject_admits(subject, state, row, policy, is_check) &&
            floor_admits(subject, state, row, command, is_check) &&
            !subject_admits(subject, STATE_OWN, row, policy, is_check))
            return true;
    return false;
}

/* Without a tenant, of anybody. */
static bool
fails_open(const struct subject *subject, enum judge_state state, size_t policy, char command,
    bool is_check)
{
    return admits_kind(subject, state, policy, command, is_check, ROW_OTHER) ||
           admits_kind(subject, state, policy, command, is_check, ROW_OWN) ||
           admits_stand_in(subject, state, policy, command, is_check);
}

/* Without a tenant, of rows that A does not get either. */
static bool
opens_further(const struct subject *subject, enum judge_state state, size_t policy, char command)
{
    for (size_t row = 0; row < subject->row_count; row++)
        if ((subject->kinds[row] == ROW_OWN || subject->kinds[row] == ROW_OTHER) &&
            subject_admits(subject, state, row, policy, false) &&
            !subject_admits(subject, STATE_OWN, row, policy, false) &&
            floor_admits(subject, state, row, command, false))
            return true;
    return false;
}

/* True of every row, whoever works. */
static bool
is_always_true(const struct subject *subject, size_t policy, bool is_check)
{
    for (int state = STATE_UNSET; state <= STATE_EMPTY; state++) {
        if (!subject->truth[state])
            continue;
        for (size_t row = 0; row < subject->row_count; row++)
            if (subject->kinds[row] != ROW_NULL &&
                !subject_admits(subject, (enum judge_state)state, row, policy, is_check))
                return false;
    }
    return true;
}

/* Another permissive policy for the command that tells own rows from others'. */
static bool
another_closes(const struct subject *subject, size_t policy, char command, bool is_check)
{
    for (size_t p = 0; p < subject->policy_count; p++)
        if (p != policy && subject->policies[p]->is_permissive &&
            policy_is_for(subject->policies[p], command) &&
            admits_kind(subject, STATE_OWN, p, command, is_check, ROW_OWN) &&
            !admits_kind(subject, STATE_OWN, p, command, is_check, ROW_OTHER))
            return true;
    return false;
}

/* --- words ----------------------------------------------------------------------------------- */

static const char *
mend(const struct conclusion *at, const struct policy *policy, bool keeps_old)
{
    const struct relation *relation = at->subject->relation;
    struct arena *arena = at->judge->audit->arena;
    if (!at->subject->tenant)
        return arena_printf(arena, "DROP POLICY %s ON %s", policy->quoted, relation->quoted);

    const char *predicate = scope_predicate(at->judge->audit, at->subject->tenant);
    const char *using =
        keeps_old && policy->using_expression
            ? arena_printf(arena, "(%s) AND (%s)", predicate, policy->using_expression)
            : predicate;
    const char *check =
        keeps_old && policy->check_expression
            ? arena_printf(arena, "(%s) AND (%s)", predicate, policy->check_expression)
            : predicate;
    if (policy->command == 'r' || policy->command == 'd')
        return arena_printf(
            arena, "ALTER POLICY %s ON %s USING (%s)", policy->quoted, relation->quoted, using);
    if (policy->command == 'a')
        return arena_printf(arena, "ALTER POLICY %s ON %s WITH CHECK (%s)", policy->quoted,
            relation->quoted, check);
    return arena_printf(arena, "ALTER POLICY %s ON %s USING (%s) WITH CHECK (%s)", policy->quoted,
        relation->quoted, using, policy->check_expression ? check : using);
}

static const char *
statement(const struct conclusion *at, enum judge_state state, char command)
{
    const struct subject *subject = at->subject;
    struct audit *audit = at->judge->audit;
    const struct relation *relation = subject->relation;
    const char *set = state == STATE_OWN     ? values_set(at->judge->values, audit, TENANT_A, false)
                      : state == STATE_EMPTY ? values_set_empty(audit, false)
                                             : NULL;
    const char *begin = arena_printf(
        audit->arena, "set role %s; %s%s", subject->role->quoted, set ? set : "", set ? "; " : "");
    if (command == 'd')
        return arena_printf(audit->arena, "%sdelete from %s", begin, relation->quoted);
    if (command == 'w' || command == 'a') {
        const char *other =
            at->subject->tenant
                ? text_literal(
                      values_tenant(at->judge->values, TENANT_B, at->subject->tenant), audit->arena)
                : "...";
        const char *name = at->subject->tenant ? at->subject->tenant->quoted : "...";
        return command == 'w'
                   ? arena_printf(audit->arena, "%supdate %s set %s = %s", begin, relation->quoted,
                         name, other)
                   : arena_printf(audit->arena, "%sinsert into %s (%s, ...) values (%s, ...)",
                         begin, relation->quoted, name, other);
    }
    return arena_printf(audit->arena, "%sselect * from %s", begin, relation->quoted);
}

static void
report(const struct conclusion *at, enum audit_kind kind, const struct policy *policy,
    const char *other, const char *more, const char *shown)
{
    audit_add(&at->judge->audit->findings, &(struct audit_report){ .kind = kind,
                                               .object = at->subject->relation->quoted,
                                               .role = at->subject->role->quoted,
                                               .other = other ? other : policy->quoted,
                                               .more = more,
                                               .statement = shown,
                                               .proof = PROOF_POLICY });
}

/* --- reading, updating, deleting ------------------------------------------------------------- */

static void
conclude_child(const struct conclusion *at, char command)
{
    const struct relation *relation = at->subject->relation;
    const struct relation *top = scope_top(&at->judge->audit->inventory, relation);
    if (top != relation && top->rls_is_enabled)
        report(at, AUDIT_CHILD_EXPOSED, NULL, top->quoted,
            arena_printf(at->judge->audit->arena, "REVOKE ALL ON %s FROM %s", relation->quoted,
                at->subject->role->quoted),
            statement(at, STATE_OWN, command));
}

static void
conclude_open(const struct conclusion *at, size_t p, char command, bool further_only)
{
    const struct subject *subject = at->subject;
    for (int state = STATE_UNSET; state <= STATE_EMPTY; state += STATE_EMPTY) {
        const enum judge_state without = (enum judge_state)state;
        if (further_only ? !opens_further(subject, without, p, command)
                         : !fails_open(subject, without, p, command, false))
            continue;
        report(at, AUDIT_POLICY_FAIL_OPEN, subject->policies[p], NULL,
            mend(at, subject->policies[p], true), statement(at, without, command));
        return;
    }
}

static bool
conclude_using(const struct conclusion *at, size_t p, char command)
{
    const struct subject *subject = at->subject;
    const struct policy *policy = subject->policies[p];
    const char *shown = statement(at, STATE_OWN, command);
    if (admits_kind(subject, STATE_OWN, p, command, false, ROW_OTHER)) {
        const bool always = is_always_true(subject, p, false);
        const bool closes = another_closes(subject, p, command, false);
        if (always)
            report(at, AUDIT_POLICY_ALWAYS_TRUE, policy, NULL, mend(at, policy, false), shown);
        if (closes)
            report(at, AUDIT_PERMISSIVE_OR, policy, NULL, mend(at, policy, !always), shown);
        /* A condition that keeps a tenant from its own rows narrows nothing: it is the mistake. */
        if (!always && !closes)
            report(at, AUDIT_POLICY_NOT_TENANT, policy, NULL,
                mend(at, policy, admits_kind(subject, STATE_OWN, p, command, false, ROW_OWN)),
                shown);
        conclude_child(at, command);
        conclude_open(at, p, command, true);
        return true;
    }
    if (admits_kind(subject, STATE_OWN, p, command, false, ROW_NULL) ||
        admits_kind(subject, STATE_UNSET, p, command, false, ROW_NULL) ||
        admits_kind(subject, STATE_EMPTY, p, command, false, ROW_NULL))
        report(at, AUDIT_NULLABLE_TENANT, policy, policy->quoted,
            arena_printf(at->judge->audit->arena, "%s; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                mend(at, policy, true), subject->relation->quoted, subject->tenant->quoted),
            shown);
    conclude_open(at, p, command, false);
    return false;
}

/* --- inserting, moving ----------------------------------------------------------------------- */

static bool
column_may_move(const struct conclusion *at)
{
    const struct subject *subject = at->subject;
    const struct column *tenant = subject->tenant;
    return tenant &&
           (access_column(&at->judge->audit->inventory, subject->role, subject->relation, tenant) &
               MAY_UPDATE);
}

/* Some policy lets an own row be updated at all. */
static bool
may_update_own(const struct subject *subject)
{
    for (size_t p = 0; p < subject->policy_count; p++)
        if (subject->policies[p]->is_permissive && policy_is_for(subject->policies[p], 'w') &&
            admits_kind(subject, STATE_OWN, p, 'w', false, ROW_OWN))
            return true;
    return false;
}

static void
conclude_check(const struct conclusion *at, size_t p, char command)
{
    const struct subject *subject = at->subject;
    const struct policy *policy = subject->policies[p];
    const bool is_move = command == 'w';
    if (is_move && (!column_may_move(at) || !may_update_own(subject)))
        return;

    if (admits_kind(subject, STATE_OWN, p, command, true, ROW_OTHER)) {
        report(at, is_move ? AUDIT_TENANT_COLUMN_MUTABLE : AUDIT_WRITE_CHECK_OPEN, policy,
            arena_printf(at->judge->audit->arena, "the policy %s", policy->quoted),
            mend(at, policy, !is_always_true(subject, p, true)), statement(at, STATE_OWN, command));
        return;
    }
    if (admits_kind(subject, STATE_OWN, p, command, true, ROW_NULL))
        report(at, AUDIT_NULLABLE_TENANT, policy, policy->quoted,
            arena_printf(at->judge->audit->arena, "%s; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                mend(at, policy, true), subject->relation->quoted, subject->tenant->quoted),
            statement(at, STATE_OWN, command));
    if (!is_move && (fails_open(subject, STATE_UNSET, p, command, true) ||
                        fails_open(subject, STATE_EMPTY, p, command, true)))
        report(at, AUDIT_POLICY_FAIL_OPEN, policy, NULL, mend(at, policy, true),
            statement(at, STATE_UNSET, command));
}

/* --- failures, switches, cost ---------------------------------------------------------------- */

static void
conclude_failures(const struct conclusion *at, size_t p)
{
    const struct subject *subject = at->subject;
    const struct policy *policy = subject->policies[p];
    const char *unset = subject->truth[STATE_UNSET] ? subject->sqlstates[STATE_UNSET][p] : NULL;
    const char *empty = subject->sqlstates[STATE_EMPTY][p];
    const char *own = subject->sqlstates[STATE_OWN][p];
    if (unset && strcmp(unset, "42704") == 0)
        report(at, AUDIT_SETTING_NO_MISSING_OK, policy, NULL, mend(at, policy, false),
            statement(at, STATE_UNSET, 'r'));
    if (empty && !own && strncmp(empty, "22", 2) == 0)
        report(at, AUDIT_SETTING_EMPTY, policy, NULL, mend(at, policy, false),
            statement(at, STATE_EMPTY, 'r'));
    if (own)
        audit_add_unproven(&at->judge->audit->findings, subject->relation->quoted,
            subject->role->quoted,
            arena_printf(at->judge->audit->arena,
                "the policy %s fails with %s on rows that were made up: what it admits is not "
                "known",
                policy->quoted, own));
}

static void
conclude_switch(const struct conclusion *at)
{
    const struct subject *subject = at->subject;
    struct arena *arena = at->judge->audit->arena;
    for (size_t p = 0; subject->switch_setting && p < subject->policy_count; p++) {
        for (size_t row = 0; row < subject->row_count; row++) {
            if (subject->kinds[row] != ROW_OTHER || !subject->policies[p]->is_permissive ||
                !subject_admits(subject, STATE_SWITCHED, row, p, false) ||
                subject_admits(subject, STATE_OWN, row, p, false))
                continue;
            report(at, AUDIT_BYPASS_SWITCH, subject->policies[p],
                arena_printf(arena, "%s lets everything through where %s is %s",
                    subject->policies[p]->quoted, subject->switch_setting,
                    text_literal(subject->switch_value, arena)),
                mend(at, subject->policies[p], false),
                arena_printf(arena, "set role %s; set %s = %s; select * from %s",
                    subject->role->quoted, subject->switch_setting,
                    text_literal(subject->switch_value, arena), subject->relation->quoted));
            break;
        }
    }
}

static bool
calls_volatile(const struct audit *audit, const char *text)
{
    for (size_t i = 0; i < audit->inventory.function_count; i++)
        if (audit->inventory.functions[i].volatility == 'v' &&
            text_has_word(text, audit->inventory.functions[i].name))
            return true;
    return false;
}

static bool
has_tenant_index(const struct subject *subject)
{
    const struct relation *relation = subject->relation;
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->index_count && subject->tenant && relation->indexes[i].key_count &&
            relation->indexes[i].keys[0] == subject->tenant->number)
            return true;
    return false;
}

/* Does the scan of the table itself, all of it, ask a subquery for each row? */
static bool
asks_for_each_row(const char *plan)
{
    const char *filter = strstr(plan, "Filter:");
    const char *asked = filter ? strstr(filter, "SubPlan") : NULL;
    if (!asked || asked > filter + strcspn(filter, "\n"))
        return false;

    const size_t above = (size_t)(filter - plan);
    return !memmem(plan, above, "->", 2) && !memmem(plan, above, " Cond:", 6);
}

static void
conclude_cost(const struct conclusion *at)
{
    const struct subject *subject = at->subject;
    bool is_slow = subject->plan && has_tenant_index(subject) &&
                   (asks_for_each_row(subject->plan) ||
                       (strstr(subject->plan, "Filter:") && !strstr(subject->plan, "Index Cond:") &&
                           !strstr(subject->plan, "Recheck Cond:") &&
                           !strstr(subject->plan, "One-Time Filter:")));
    const struct policy *slow = NULL;
    for (size_t p = 0; p < subject->policy_count; p++) {
        const char *text = subject->policies[p]->using_expression;
        if (!text || !policy_is_for(subject->policies[p], 'r'))
            continue;
        for (int state = STATE_UNSET; state <= STATE_EMPTY; state++)
            if (admits_kind(subject, (enum judge_state)state, p, 'r', false, ROW_OTHER))
                return; /* it leaks: that comes first */
        if (is_slow && !slow)
            slow = subject->policies[p];
        if (calls_volatile(at->judge->audit, text) && !strcasestr(text, "select"))
            slow = subject->policies[p];
    }
    if (!slow)
        return;

    const char *fix = is_slow && asks_for_each_row(subject->plan)
                          ? arena_printf(at->judge->audit->arena,
                                "-- let policy %s gather the tenants once: USING (%s = ANY "
                                "(ARRAY(SELECT ...)))",
                                slow->quoted, subject->tenant->quoted)
                          : mend(at, slow, false);
    report(at, AUDIT_POLICY_SLOW, slow, NULL, fix,
        arena_printf(at->judge->audit->arena, "set role %s; explain select * from %s",
            subject->role->quoted, subject->relation->quoted));
}

/* Whatever is set, does it show rows that are not the caller's? */
static bool
lets_through(const struct subject *subject, size_t p)
{
    for (int state = STATE_UNSET; state <= STATE_EMPTY; state++)
        if (admits_kind(subject, (enum judge_state)state, p, 'r', false, ROW_OTHER) ||
            admits_kind(subject, (enum judge_state)state, p, 'r', false, ROW_NULL) ||
            admits_stand_in(subject, (enum judge_state)state, p, 'r', false))
            return true;
    return false;
}

/* A policy that holds becomes the model for those that have to be written. */
static void
learn(const struct conclusion *at, size_t p)
{
    const struct subject *subject = at->subject;
    const struct policy *policy = subject->policies[p];
    struct scope *scope = &at->judge->audit->scope;
    const struct relation *relation = subject->relation;
    const char *text = policy->using_expression;
    if (!text || !relation->tenant || !policy->is_permissive || policy->command != '*' ||
        !text_has_word(text, relation->tenant->name) || calls_volatile(at->judge->audit, text) ||
        subject->sqlstates[STATE_EMPTY][p] ||
        (subject->truth[STATE_UNSET] && subject->sqlstates[STATE_UNSET][p]) ||
        (scope->model && (strlen(scope->model) <= strlen(text) || !subject->truth[STATE_UNSET])))
        return;
    for (size_t c = 0; c < relation->column_count; c++)
        if (&relation->columns[c] != relation->tenant &&
            text_has_word(text, relation->columns[c].name))
            return;
    if (text_has_word(text, relation->name) ||
        !admits_kind(subject, STATE_OWN, p, 'r', false, ROW_OWN))
        return;
    if (lets_through(subject, p))
        return;
    scope->model = text;
    scope->model_column = relation->tenant;
}

void
subject_learn(struct judge *judge, struct subject *subject)
{
    for (size_t p = 0; p < subject->policy_count; p++)
        learn(&(struct conclusion){ judge, subject }, p);
}

void
subject_unlearn(struct judge *judge, struct subject *subject)
{
    struct scope *scope = &judge->audit->scope;
    for (size_t p = 0; p < subject->policy_count; p++) {
        const char *text = subject->policies[p]->using_expression;
        if (scope->model && text && strcmp(text, scope->model) == 0 && lets_through(subject, p))
            scope->model = NULL;
    }
}

void
subject_conclude(struct judge *judge, struct subject *subject)
{
    static const struct {
        char command;
        unsigned privilege;
    } commands[] = { { 'r', MAY_SELECT }, { 'w', MAY_UPDATE }, { 'd', MAY_DELETE } };
    const struct conclusion at = { judge, subject };
    for (size_t p = 0; p < subject->policy_count; p++) {
        const struct policy *policy = subject->policies[p];
        conclude_failures(&at, p);
        if (!policy->is_permissive)
            continue;
        bool is_open = false;
        for (size_t c = 0; c < COUNT_OF(commands); c++)
            if ((subject->may & commands[c].privilege) &&
                policy_is_for(policy, commands[c].command))
                is_open |= conclude_using(&at, p, commands[c].command);
        /* Where new rows are held to the same open USING, that has been said; and a new tenant is
         * nobody else's. */
        if ((is_open && !policy->check_expression) || !scope_is_tenant(subject->relation))
            continue;
        if ((subject->may & MAY_INSERT) && policy_is_for(policy, 'a'))
            conclude_check(&at, p, 'a');
        if ((subject->may & MAY_UPDATE) && policy_is_for(policy, 'w'))
            conclude_check(&at, p, 'w');
    }
    conclude_switch(&at);
    conclude_cost(&at);
}
