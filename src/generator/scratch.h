/* The scratch database: made for one run, filled with the schema, dropped at the end. */
#pragma once

#include "generator/configuration.h"
#include "postgres/direct.h"

struct scratch;

/* Make one: on the server that the libpq variables name, else on a private one; load the schema.
 * `ret_scratch` is set also on failure; give it to scratch_done in any case. */
MUST_USE bool scratch_make(const struct configuration *configuration, struct arena *arena,
    struct scratch **ret_scratch, struct tn_error *error);
/* The schema's files, in the order in which they are loaded, and the folders they were found in. */
MUST_USE bool scratch_schema_files(const struct configuration *configuration, struct arena *arena,
    struct name_list *files, struct name_list *folders, struct tn_error *error);
struct direct *scratch_direct(struct scratch *scratch);
/* Drop it. Accepts NULL. */
void scratch_done(struct scratch *scratch);
