/* How organizations are kept apart: both layers, and the last `tenantry verify`. For
 * administrators. */
#pragma once

#include <tenantry/isolation.h>
#include <tenantry/tenantry.h>

struct shown_query {
    const char *name;
    const char *text; /* as it is sent: $1 is the organization */
};

/* What a try of the database came to, in a word or a few. */
const char *probe_word(enum tn_probe probe);

bool isolation_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
