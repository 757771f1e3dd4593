/* `-- together: NAME = QUERY, QUERY, …` in a query file, a list of names that a comma at the end of
 * a line continues on the next one, and its `-- doc:` lines. */
#pragma once

#include "generator/source.h"

bool begins_together(const char *line);
/* One that begins at `at`, up to the next query or together; answers where that is. */
const char *
together_read(const char *at, int *line, struct together *together, struct arena *arena);
