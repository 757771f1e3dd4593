/* The framing gate: what libmicrohttpd lets through and we must not.
 *
 * A request whose end two readers could see at two places is how one client's bytes become another
 * client's request. Here such requests are refused, not repaired; nothing is read that way twice.
 */
#pragma once

#include "http/request.h"

/* Of a Content-Length: as many fit into 64 bits. */
#define LENGTH_DIGITS_MAX 18

/* Is this one request, and the same one for everybody who reads it? `version` is the protocol's,
 * "HTTP/1.1". Else TN_BAD_REQUEST; the detail says what was wrong. */
MUST_USE bool
gate_pass(const struct http_request *request, const char *version, struct tn_error *error);

/* May these bytes stand before a first line? libmicrohttpd skips any line there that is empty or
 * begins with NUL, and has made NUL of each end of line; what remains of one empty line passes, and
 * nothing else. Else as gate_pass. */
MUST_USE bool gate_pass_lead(const char *bytes, size_t count, struct tn_error *error);

/* Must nothing be read behind this one? libmicrohttpd takes a bare LF for the end of a chunk's line
 * and says nothing of it, so another reader may see the end of a body in chunks elsewhere. */
bool gate_is_last(const struct http_request *request);
