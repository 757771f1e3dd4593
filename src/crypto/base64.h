/* Base64: written in the standard alphabet with padding, or in the one for URLs without; read in
 * the latter. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

void base64_append(struct buffer *out, const void *data, size_t bytes);
void base64url_append(struct buffer *out, const void *data, size_t bytes);
/* Append what `length` characters of the URL alphabet stand for. False when there is any other
 * character, also padding, or bits are left over: one text for one meaning. */
bool base64url_read(struct buffer *out, const char *text, size_t length);
