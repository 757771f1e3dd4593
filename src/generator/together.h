/* Queries that are asked in one flight: what each is must fit beside the others. */
#pragma once

#include "generator/project.h"

/* Fill `project->togethers`, once each query is compiled. One of a refused query is left out: the
 * query's own message is the one to read. */
void togethers_compile(struct project *project, bool is_whole, struct arena *arena);
