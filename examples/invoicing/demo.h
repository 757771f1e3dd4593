/* Demo data: two companies with invoices of the last fourteen months, and the people who work
 * there. */
#pragma once

#include <tenantry/tenantry.h>

bool demo_fill(struct tn_demo *demo, struct tn_error *error);
