/* The last report of `tenantry verify`, from the file that the setting verify_report names. */
#pragma once

#include "tenantry/isolation.h"

#include "base/arena.h"

/* No file, or one that is no such report: `is_there` is false. In `arena`. */
void verify_report_read(const char *path, struct arena *arena, struct tn_verify_report *ret_report);
