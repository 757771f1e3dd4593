/* What has to change so that one database becomes like another: each object's change, in place. */
#pragma once

#include "comparison/object.h"

/* Fill in `other` and `change` of all objects on both sides. */
void difference_find(struct snapshot *have, struct snapshot *want);
/* Does anything differ? */
bool difference_is_empty(const struct snapshot *have, const struct snapshot *want);
/* Was it made in this very change, or its table? Then nobody waits for it and it holds no rows. */
bool object_is_new(const struct object *object);
/* The table of a column, the column's table of a default, …; itself where it has no parent. */
const struct object *object_relation(const struct object *object);
