/* What a browser calls itself, as a person would. */
#pragma once

#include "base/arena.h"

/* "Firefox on Linux"; for what is not known, what it says of itself, or "An unknown device". */
const char *user_agent_title(const char *user_agent, struct arena *arena);
