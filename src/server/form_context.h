/* `_ctx`, the hidden field that binds a form to the session and organization it was opened in. */
#pragma once

#include "base/arena.h"

/* What a form is posted to, as both the page's file ("/invoices/{{ invoice.id }}/paid") and the
 * route
 * ("/invoices/:id/paid") name it: "/invoices/_/paid". In `arena`. */
const char *form_name_of_action(const char *action, struct arena *arena);
const char *form_name_of_route(const char *path, struct arena *arena);

/* "<organization id>.<signature over session, organization and form>". In `arena`. */
char *form_context_make(const char *secret, const char *session_id, const char *organization_id,
    const char *form, struct arena *arena);

/* The organization in which this session opened this form; NULL when the field is none of ours, or
 * of another session or form. In `arena`. */
char *form_context_read(const char *secret, const char *field, const char *session_id,
    const char *form, struct arena *arena);
