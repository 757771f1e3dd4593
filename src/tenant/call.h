/* A call under way. Inside src/tenant and src/raw only. */
#pragma once

#include "tenantry/query.h"

#include "tenant/compose.h"

struct tn_call_state {
    struct scope *scope;
    struct arena *arena; /* for what is read: the scope's, or a stream's own */
    const char **values;
    int *lengths;
    int *formats;
    int count;      /* parameters bound so far */
    bool not_text;  /* a parameter is no UTF-8 text */
    bool not_label; /* a parameter is no value of its enum */
    struct flight flight;
    const struct pg_result *result;
    struct stream *stream; /* NULL: no stream */
};

/* The next parameter, not copied; `value` NULL is SQL NULL. More than the query has are counted, so
 * that tn_call_run refuses. */
void call_bind(struct tn_call *call, const char *value, size_t bytes, int format);

/* All parameters are bound, and are what they must be. */
MUST_USE bool
call_ready(const struct tn_call *call, struct composed *ret_composed, struct tn_error *error);
/* What came has the columns that were generated. */
MUST_USE bool call_columns_check(const struct tn_call *call, struct tn_error *error);

/* As tn_call_begin, for a raw handle: what raw_call_begin stands on. */
MUST_USE bool call_begin_raw(struct tn_call *call, struct tn_handle_slot *slot, uint64_t serial,
    const struct tn_query *query, struct tn_error *error);
