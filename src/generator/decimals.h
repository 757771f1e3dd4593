/* The scale of numeric parameters. PostgreSQL knows a parameter as numeric and no more; where it is
 * only compared with or assigned to columns of numeric(p, s), it is a tn_decimal of that scale. */
#pragma once

#include "generator/project.h"

void decimals_infer(const struct schema *schema, struct compiled *compiled, struct arena *arena);
/* One name has one type: where queries infer different scales, or none, it is numeric in all. */
void decimals_agree(struct project *project);
