/* From generated rows to the structs of this layer: text that may be NULL becomes a pointer that
 * may. */
#pragma once

#include "tenantry/types.h"

static inline const char *
text_or_null(struct tn_opt_text text)
{
    struct tn_text value;
    return tn_opt_text_get(text, &value) ? value.p : NULL;
}

static inline struct tn_opt_text
optional_text(const char *text)
{
    return text ? tn_opt_text_of(tn_text_of(text)) : tn_opt_text_null();
}
