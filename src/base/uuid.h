/* A uuid as text. */
#pragma once

#include <stdint.h>

#include "base/buffer.h"

#define UUID_BYTES 16

/* "d8e2c3c5-0000-4000-8000-00000000000f" */
void uuid_append(struct buffer *out, const uint8_t uuid[static UUID_BYTES]);
