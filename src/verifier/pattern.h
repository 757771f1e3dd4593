/* A text that a regular expression takes, for the checks of columns. Literals, classes, groups,
 * alternatives (the first), repetitions, anchors; what is beyond that gives NULL. */
#pragma once

#include "base/arena.h"

/* `number` makes another text where the expression leaves room. In `arena`. */
const char *pattern_sample(const char *expression, unsigned number, struct arena *arena);
