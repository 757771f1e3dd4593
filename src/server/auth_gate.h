/* What a request must come from before its body is looked at: better-auth's rules against requests
 * that another site makes a browser send. */
#pragma once

#include "server/auth_exchange.h"

/* Origin of requests with cookies, and the addresses to go to afterwards. False: it is refused, and
 * answered. */
bool auth_gate(struct auth_exchange *exchange);
/* The query's `callbackURL`, where a link is opened. False: it is refused, and answered. */
bool auth_gate_callback(struct auth_exchange *exchange);
/* For sign-in and sign-up, which matter without cookies too. After the schema. */
bool auth_gate_sign_in(struct auth_exchange *exchange);
