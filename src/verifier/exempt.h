/* Tenant tables without row-level security: the reason that the schema gives, and which of the
 * three triggers they meet.
 *
 * A table earns row-level security when it is reached by raw SQL or by writers other than the
 * application, when another role than the application's reads it, or when one leak of it could not
 * be undone. The schema says so in a line of the table's comment: "tenantry: no row-level security:
 * REASON" and "tenantry: unrecoverable: REASON". */
#pragma once

#include "verifier/audit.h"

/* Say for each which it meets; waive its leaks where a reason is written. After all findings are
 * there. */
void exempt_apply(struct audit *audit);
/* The reason that a comment gives for `what`, in `arena`; NULL: none. */
const char *exempt_reason(const char *comment, const char *what, struct arena *arena);
