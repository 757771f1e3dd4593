/* What is asked for, or given: {resource: [action]}. */
#pragma once

#include "base/arena.h"
#include "json/reader.h"

/* Is it {string: [string]}? */
bool permission_is_well_formed(const struct json_value *permission);
/* The permission that words as "member:create" ask for, grouped by resource. In `arena`. */
const struct json_value *permission_of_words(const char *words, struct arena *arena);
