/* One function of the schema's, called by one role: what it is called with is guessed here from the
 * tables that its source names. Between attack_arguments.c, which guesses, and attack_function.c,
 * which calls and looks at what came of it. */
#pragma once

#include "verifier/attack.h"

enum { ARGUMENTS_MAX = 12, ARGUMENT_CANDIDATES_MAX = 12, CALL_TABLES_MAX = 12 };

struct call {
    struct attack *attack;
    const struct role *role;
    const struct function *function;
    const struct relation *tables[CALL_TABLES_MAX]; /* that its source names, or could */
    size_t table_count;
    const char *candidates[ARGUMENTS_MAX][ARGUMENT_CANDIDATES_MAX];
    size_t candidate_count[ARGUMENTS_MAX];
    size_t argument_count;
    int tenant;         /* whose values the arguments are */
    int caller;         /* as whom it is called */
    bool answered;      /* some call ran to its end, or was refused on purpose */
    const char *broken; /* how each call failed so far, of a kind that no arguments mend */
    bool ran_otherwise; /* some call failed in another way, or not at all */
    bool said;          /* some call said more than nothing or no */
    bool caught;
};

/* The tenants' tables that `deep`, its source and what that calls, reaches by name. */
void call_find_tables(struct call *call, const char *deep);
/* Fill in the candidates for each argument, from the rows of `call->tenant`. */
void call_guess(struct call *call);
/* The arguments as SQL, by the number of the candidate of each; what they say, for telling an echo
 * from an answer. */
const char *call_arguments(const struct call *call, const size_t *chosen, const char **ret_said);
