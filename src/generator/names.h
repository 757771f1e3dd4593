/* Names of queries, parameters and enums that C cannot take, or not beside one another. */
#pragma once

#include "generator/project.h"

/* Of a whole project, when each query is compiled. */
bool names_check(const struct project *project, const struct compiled *compiled,
    struct arena *arena, struct rejection *rejection);
/* Of a function that asks several queries. */
bool names_together_check(
    const struct project *project, struct compiled_together *compiled, struct arena *arena);
/* Refuse each query that would declare a name which another query or an enum declares, and
 * each together likewise. */
void names_emitted_check(struct project *project, struct arena *arena);
