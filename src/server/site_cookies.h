/* Cookies as HTML pages set them: the same as the wire's, whose clients may share the browser. */
#pragma once

#include "server/request.h"

/* Signed in: the session's cookie. What is left of another session goes. */
void site_cookies_begin(struct tn_request *request, const struct session *session);
/* Signed out. */
void site_cookies_end(struct tn_request *request);
/* The session changed; what the cookie cache says of it is over. */
void site_cookies_changed(struct tn_request *request);
