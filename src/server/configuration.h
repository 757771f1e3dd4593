/* Settings that could be read and would do nothing, or harm: told at start, before anything is
 * opened. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/settings.h"

/* TN_CONFIGURATION names the flag and what to write instead. */
MUST_USE bool
configuration_check(const struct settings *settings, struct arena *arena, struct tn_error *error);
