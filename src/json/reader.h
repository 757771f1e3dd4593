/* JSON from a client, read into an arena.
 *
 * A value never is NULL: what is not there has the kind JSON_KIND_UNDEFINED, so that a missing
 * field and one of a wrong type can be told apart by asking for its kind. Of a repeated key the
 * last one wins. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Arrays and objects inside each other. Far beyond what a form sends, far below what a stack holds.
 */
#define JSON_DEPTH_MAX 64

enum json_kind {
    JSON_KIND_UNDEFINED,
    JSON_KIND_NULL,
    JSON_KIND_BOOLEAN,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

struct json_value {
    enum json_kind kind;
    bool boolean;
    double number;
    const char *text; /* of a string: UTF-8, also NUL-terminated */
    size_t text_bytes;
    size_t count; /* of an array or object */
    const struct json_value *items;
    const char *const *keys; /* of an object: the name of each item, in the order they were sent */
};

/* Read `text`, of which nothing may be left over. TN_BAD_REQUEST: it is not JSON (a lone surrogate
 * is not either), or is nested deeper than JSON_DEPTH_MAX. The caller bounds `bytes`. */
MUST_USE bool json_read(const char *text, size_t bytes, struct arena *arena,
    const struct json_value **ret_value, struct tn_error *error);

/* The value that stands for "nothing was sent". */
const struct json_value *json_undefined(void);
/* A string of our own making, e.g. from a form; borrows `text`. In `arena`. */
const struct json_value *json_of_text(const char *text, struct arena *arena);
/* The member of that name; undefined when there is none or `object` is no object. */
const struct json_value *json_member(const struct json_value *object, const char *name);
/* JavaScript's word for a kind: "undefined", "null", "boolean", "number", "string", "array",
 * "object". */
const char *json_kind_word(enum json_kind kind);
/* Text without a NUL inside: what PostgreSQL takes, and what strlen sees whole. */
bool json_is_plain_text(const struct json_value *value);
