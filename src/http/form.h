/* Percent-encoding, query strings, posted forms. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "http/request.h"

/* Decode %XX (and "+" as a blank where `plus`). NULL when an escape is broken or the result is not
 * UTF-8 text without NUL. In `arena`. */
const char *percent_decode(const char *text, size_t bytes, bool plus, struct arena *arena);
/* As encodeURIComponent: everything but A-Z a-z 0-9 - _ . ! ~ * ' ( ) */
void percent_encode(struct buffer *out, const char *text, size_t bytes);

/* application/x-www-form-urlencoded, from a query or a body. TN_BAD_REQUEST when a part does not
 * decode, or there are more than `field_limit`. */
MUST_USE bool form_parse(const char *text, size_t bytes, size_t field_limit, struct arena *arena,
    struct http_pairs *ret_pairs, struct tn_error *error);
/* The first (or `index`th) value of that name, NULL if none. */
const char *pairs_find(const struct http_pairs *pairs, const char *name);
const char *pairs_at(const struct http_pairs *pairs, const char *name, size_t index);
size_t pairs_count(const struct http_pairs *pairs, const char *name);
