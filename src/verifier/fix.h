/* What mends the findings, as one script. It is printed, never run. */
#pragma once

#include "base/buffer.h"
#include "verifier/audit.h"

void fix_write(struct buffer *out, const struct audit *audit);
