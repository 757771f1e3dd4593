/* Amounts as a person reads them: 12,345.60. */
#pragma once

#include <tenantry/tenantry.h>

/* `amount` is in hundredths. */
const char *amount_text(struct tn_request *request, struct tn_decimal amount);
/* The same without hundredths, rounded: 12,346. */
const char *amount_whole_text(struct tn_request *request, struct tn_decimal amount);
