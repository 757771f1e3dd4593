/* What the setting `compatibility` asks of the database. */
#pragma once

#include "base/settings.h"
#include "postgres/direct.h"

/* TN_CONFIGURATION unless it is "strict" or "reference". */
MUST_USE bool compatibility_check(const struct settings *settings, struct tn_error *error);
/* With `admin_url`, which may become the owner: let the database hold sessions to memberships, or
 * not any more. */
MUST_USE bool
compatibility_apply(const struct settings *settings, const char *admin_url, struct tn_error *error);
/* Does the identity plane do as the setting says? An earlier start may have left it otherwise. */
MUST_USE bool compatibility_look(const struct settings *settings, struct direct *identity,
    bool *ret_as_set, struct tn_error *error);
