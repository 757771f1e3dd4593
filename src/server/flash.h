/* Flash messages: a sentence that the next page of the same session and organization shows once
 * ("Invoice 2026-0142 is paid."). Kept in a signed cookie, so that any server can show it. */
#pragma once

#include <stdbool.h>

struct tn_request;

/* Does this request bring one? Such a page is nobody else's, and not to be kept. */
bool flash_is_brought(struct tn_request *request);
