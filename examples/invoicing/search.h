/* What somebody typed to look for, as SQL's LIKE takes it. */
#pragma once

#include <tenantry/tenantry.h>

/* A pattern that finds `words` anywhere, whatever characters are in it; NULL where nothing was
 * typed. */
struct tn_opt_text search_pattern(struct tn_request *request, const char *words);
