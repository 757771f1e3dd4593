/* Base64, written: the standard alphabet with padding, or the one for URLs without. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"

void base64_append(struct buffer *out, const void *data, size_t bytes);
void base64url_append(struct buffer *out, const void *data, size_t bytes);
