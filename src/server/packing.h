/* Answers sent compressed, to clients that take it.
 *
 * How small a page becomes tells what it holds: who can make a person's browser ask for it with a
 * guess in the address, and sees how long the encrypted answer is, finds out the rest of it bit by
 * bit (BREACH). So over https only what the site itself or the person asked for is compressed:
 * browsers say in Sec-Fetch-Site who caused a request, and no page can make them say otherwise. */
#pragma once

#include "server/request.h"

/* Less than that is not worth the work. */
#define PACKING_FROM_BYTES 1024
#define PACKING_VARY "Accept-Encoding, Cookie, Sec-Fetch-Site"

/* Does the client take gzip, and may it have this answer so? */
bool packing_is_wanted(const struct tn_request *request);
/* Compress the answer's text, unless it is already, or too short. */
void packing_apply(struct tn_request *request);
