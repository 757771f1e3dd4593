/* A schema without a database: invoices and their customers, of organizations. */
#pragma once

#include "generator/schema.h"

const struct schema *shop_schema(void);
