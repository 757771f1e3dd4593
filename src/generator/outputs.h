/* The files of a run: written only where they change, so that nothing is built anew for nothing. */
#pragma once

#include "generator/project.h"

/* queries.h and queries.c, manifest.h, report.jsonl; raw.h and raw.c where there are queries for
 * them. Makes the folder. */
MUST_USE bool outputs_write(
    const struct project *project, const char *folder, struct arena *arena, struct tn_error *error);
/* For make and ninja: what `folder`/queries.h depends on. */
MUST_USE bool outputs_write_depfile(const struct project *project, const char *folder,
    const char *path, struct arena *arena, struct tn_error *error);
/* Replace the file at once, unless it has this content already. */
MUST_USE bool file_write(
    const char *path, const struct buffer *content, struct arena *arena, struct tn_error *error);
