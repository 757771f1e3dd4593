/* The secret that signs cookies and forms. */
#pragma once

#include "base/arena.h"
#include "base/settings.h"

#define SECRET_BYTES_MIN 32

/* Before anything is started: is there one secret, or an embedded default that makes one? */
MUST_USE bool secret_check(const struct settings *settings, struct tn_error *error);

/* From --secret or --secret-file (not both); with the embedded default made once and kept in
 * `folder` (NULL: no such default), mode 0600. TN_CONFIGURATION says what is missing. In `arena`.
 */
MUST_USE bool secret_read(const struct settings *settings, const char *folder, struct arena *arena,
    const char **ret_secret, struct tn_error *error);
