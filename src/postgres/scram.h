/* What PostgreSQL keeps of the password of a role of the private server (RFC 5802, 7677). */
#pragma once

#include "base/buffer.h"

/* Append it. Rounds make the guessing of a password that a person chose expensive, and each
 * connection too: several milliseconds of every start. For passwords of 128 random bits, which
 * nobody guesses in one round either; never for others. */
void scram_append_of_random(struct buffer *out, const char *random_password);
