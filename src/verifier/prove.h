/* Plant, judge on what was planted, attack, roll back. */
#pragma once

#include "verifier/values.h"

/* `url`: the database itself or its clone. TN_INTERNAL: the control was not caught, so that nothing
 * counts. */
MUST_USE bool prove_run(struct audit *audit, struct values *values, const char *url,
    bool is_private, bool is_clone, struct tn_error *error);
/* Does any table that holds tenants' rows hold one? `ret_name`: the first that does, NULL: none. */
MUST_USE bool
prove_is_empty(struct audit *audit, const char *url, const char **ret_name, struct tn_error *error);
