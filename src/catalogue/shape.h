/* The shape of relations, as text: what queries were generated from, and what a database has. The
 * generator writes it into the manifest, start-up compares it. It does not depend on search_path.
 */
#pragma once

#include <stddef.h>

#include "tenantry/application.h"

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

struct relation_shape {
    const char *name;    /* "public.invoice": schema and name, not quoted */
    const char *columns; /* "id uuid not null, status public.status(draft,open) not null, …" */
    bool is_readable;    /* a column at least, by the connection's role */
};

/* Of all relations outside PostgreSQL's own schemas that `manifest` names, or of all (NULL), by
 * name, in `arena`. */
MUST_USE bool
shape_read(struct direct *direct, const struct tn_manifest *manifest, struct arena *arena,
    const struct relation_shape **ret_shapes, size_t *ret_count, struct tn_error *error);
/* NULL if there is none of that name. */
const struct relation_shape *
shape_find(const struct relation_shape *shapes, size_t count, const char *name);

enum { SHAPE_HASH_BYTES = 17 };

/* What stands in a manifest as its hash, hexadecimal. */
void shape_hash(
    const struct tn_manifest_relation *relations, size_t count, char ret_hash[SHAPE_HASH_BYTES]);
