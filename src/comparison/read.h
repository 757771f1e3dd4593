/* Reads a database's catalogue into objects. It writes nothing; any role that may connect can ask.
 */
#pragma once

#include "base/compiler.h"
#include "base/error.h"
#include "comparison/object.h"
#include "postgres/direct.h"

/* Afterwards the connection's search_path is as it was. */
MUST_USE bool snapshot_read(struct direct *direct, struct arena *arena,
    struct snapshot *ret_snapshot, struct tn_error *error);
