/* The organization of a page's request, for what pages show and change of it. */
#pragma once

#include "organization/change.h"
#include "server/request.h"

/* The page shows what it is not kept with, so it is not kept; and the roles that count here. */
MUST_USE bool
place_read(struct tn_request *request, struct role_book *ret_book, struct tn_error *error);
/* A change by who asks, noted as theirs. */
MUST_USE bool
place_change(struct tn_request *request, struct change_request *ret_change, struct tn_error *error);
/* The sentence of definitions/changes.def; NULL when it was done. */
const char *place_refusal(enum change_answer answer);
/* May who has `role` see who else is there? By the setting `roster`. */
bool place_sees_roster(const struct server *server, const char *role, const struct role_book *book);
