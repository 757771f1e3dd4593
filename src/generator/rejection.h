/* Why a query was refused: the reason is a word that tests and people can rely on, the message says
 * it to its author. The first rejection wins. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

struct rejection {
    const char *reason; /* NULL: nothing was refused */
    const char *message;
    int position; /* byte in the text that was looked at, -1 if nowhere in particular */
};

/* Fill `rejection` unless it is filled, and answer false. */
bool reject(struct rejection *rejection, struct arena *arena, const char *reason, int position,
    const char *format, ...) PRINTF_LIKE(5, 6);
/* What its author can do, a sentence; definitions/rejections.def has it. */
const char *rejection_mend(const char *reason);
