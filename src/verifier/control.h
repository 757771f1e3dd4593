/* The negative control: a table of verify's own with a hole in its policy, and one without, in the
 * same transaction and under the same attack. The first has to be caught, the second not; else the
 * run is void. */
#pragma once

#include "verifier/attack.h"

/* Each of the application's roles that policies hold. TN_INTERNAL: the run is void. */
MUST_USE bool control_run(struct attack *attack, struct tn_error *error);
