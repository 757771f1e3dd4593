/* What one page gives to the next (tn_flash): a cookie, signed for the session and organization, of
 * that organization's addresses only. */
#pragma once

#include "server/request.h"

/* Does the request bring one, good or not? */
bool flash_is_there(struct tn_request *request);
/* Write what the handler gave. */
void flash_write(struct tn_request *request);
