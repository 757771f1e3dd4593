/* Settings: what flags and environment say, checked, with definitions/settings.def as the one list.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#define SETTING_TYPE_TEXT const char *
#define SETTING_TYPE_LIST const char * /* comma separated, "" when empty */
#define SETTING_TYPE_COUNT int64_t
#define SETTING_TYPE_SECONDS int64_t
#define SETTING_TYPE_MS int64_t
#define SETTING_TYPE_BYTES int64_t
#define SETTING_TYPE_SWITCH bool

struct settings {
#define SETTING(name, kind, fallback, argument, help) SETTING_TYPE_##kind name;
#include "settings.def"
#undef SETTING
};

/* From the environment, then from `arguments` (flags only: `--name value`, `--name=value`). Text is
 * in `arena`. TN_CONFIGURATION names the flag or variable and the mend. `ret_help` is true when
 * --help was asked for. */
MUST_USE bool settings_read(int argument_count, char **arguments, struct arena *arena,
    struct settings *ret_settings, bool *ret_help, struct tn_error *error);

/* The next entry of a LIST, in `arena`, moving `*list` behind it; NULL at its end. */
const char *settings_list_next(const char **list, struct arena *arena);

/* The flags with their defaults and what they do, for --help. */
void settings_help(struct buffer *out);
