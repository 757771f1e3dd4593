/* PREPARE with declared parameter types, for the generator: a parameter that the text does not use
 * needs one. Otherwise as direct_describe. */
#pragma once

#include "postgres/direct.h"

/* `types` has the OID of the first `type_count` parameters, 0 where PostgreSQL shall infer it. */
MUST_USE bool direct_describe_typed(struct direct *direct, const char *sql, const uint32_t *types,
    int type_count, struct arena *arena, struct direct_description *ret_description,
    int *ret_position, struct tn_error *error);
