/* A whole run: read, judge, attack. Whatever it writes is rolled back or thrown away. */
#pragma once

#include "verifier/audit.h"

/* `ret_audit` lives in `arena`. A control that was not caught is TN_INTERNAL: then nothing that was
 * found counts. */
MUST_USE bool audit_run(const struct audit_request *request, struct arena *arena,
    struct audit **ret_audit, struct tn_error *error);
