/* What is known already: a baseline, so that only what is new fails; and waivers, which have a
 * reason and may end. */
#pragma once

#include "verifier/audit.h"

/* `path`: a report in --format json; its findings are marked. TN_CONFIGURATION names the file. */
MUST_USE bool known_baseline(struct audit *audit, const char *path, struct tn_error *error);
/* `path`: lines "code | object | until YYYY-MM-DD, or nothing | reason"; # begins a comment. What
 * has ended or fits nothing is said in a note. */
MUST_USE bool known_waivers(struct audit *audit, const char *path, struct tn_error *error);
