/* Policies judged by the server: each predicate is evaluated on rows that are made up, as the
 * application's role, with a tenant set, none set, and the setting empty. No policy's text is
 * understood here, and no row is written. */
#pragma once

#include "verifier/session.h"
#include "verifier/values.h"

/* What was really planted in a table: values by column, in the order of relation->columns. */
struct planted_rows {
    const char **rows[TENANT_COUNT]; /* NULL: none for that tenant */
};

struct judge {
    struct audit *audit;
    struct session *session;
    struct values *values;
    const struct planted_rows
        *planted;          /* in the order of the inventory's relations; NULL: made up */
    bool setting_is_fresh; /* the session has never set the tenant */
};

/* Judge every policy of every tenant table for each role that it holds. */
MUST_USE bool judge_run(struct judge *judge, struct tn_error *error);

/* --- between judge.c, judge_rows.c and judge_conclude.c -------------------------------------- */

enum judge_state {
    STATE_UNSET,
    STATE_OWN, /* tenant A is set */
    STATE_EMPTY,
    STATE_SWITCHED, /* tenant A is set, and another setting that policies read */
    STATE_COUNT,
};

enum row_kind {
    ROW_OWN,
    ROW_OTHER,
    ROW_NULL,  /* no tenant */
    ROW_NAMED, /* of a tenant that the policies or what they call name: coalesce(…, '1') */
};

struct subject {
    const struct relation *relation;
    const struct column *tenant; /* of the list of tenants, its key; NULL: indirect */
    const struct role *role;
    unsigned may;
    const struct policy **policies; /* that apply to the role */
    size_t policy_count;
    const char *from; /* "(values …) as …" */
    enum row_kind *kinds;
    size_t row_count;
    bool is_planted;
    const char *deep; /* text of the policies and of what they call */
    /* 't', 'f', 'n', 'e' for [state][row][policy][0 using, 1 check] */
    char *truth[STATE_COUNT];
    const char **sqlstates[STATE_COUNT]; /* of each policy, NULL: no failure */
    const char *switch_setting;
    const char *switch_value;
    const char *plan; /* of reading it, NULL: not asked */
};

/* The rows that its policies are asked about. */
void subject_make_rows(struct judge *judge, struct subject *subject);
/* Is the row admitted by that policy's expression, in that state? */
bool subject_admits(const struct subject *subject, enum judge_state state, size_t row,
    size_t policy, bool is_check);
/* Take a policy that holds as the model for those that --fix has to write. */
void subject_learn(struct judge *judge, struct subject *subject);
/* What is open here, to another role, is no model. */
void subject_unlearn(struct judge *judge, struct subject *subject);
void subject_conclude(struct judge *judge, struct subject *subject);
