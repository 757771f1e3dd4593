/* What a PostgreSQL type is in C, and how the runtime reads and binds it. */
#pragma once

#include "base/buffer.h"
#include "generator/schema.h"

enum value_kind {
    VALUE_PLAIN,   /* tn_call_NAME, tn_column_NAME */
    VALUE_DECIMAL, /* likewise, with a scale */
    VALUE_ENUM,
};

struct value_type {
    enum value_kind kind;
    const char *name; /* the runtime's word: "int32", "text" */
    int scale;
    const struct type *enumeration;
    bool is_array;
    bool is_nullable;
    bool is_inferred; /* a decimal by what it stands beside: see decimals.h */
};

/* false: no C type. `modifier` is -1 where it is not known. */
bool value_type_of(const struct schema *schema, uint32_t type, int modifier, bool is_nullable,
    struct value_type *ret_value);
/* Has the runtime such a type? For one that was read from a file. */
bool value_type_is_known(const struct value_type *value);
/* For messages: "uuid", "array of text". */
const char *value_type_word(const struct value_type *value, struct arena *arena);
bool value_type_equal(const struct value_type *left, const struct value_type *right);
/* The runtime's word for all of it: "opt_int32_array". Of an enum: "opt_invoice_status". In
 * `arena`. */
char *value_type_runtime(const struct value_type *value, struct arena *arena);
/* "int64_t ", "struct tn_text ", "enum invoice_status ": a name can follow at once. */
void value_type_declare(struct buffer *out, const struct value_type *value);
/* The C word of a PostgreSQL name: lower case with underscores, no keyword. In `arena`. */
char *c_name(const char *name, struct arena *arena);
/* Likewise, and none of the names that a generated function has besides. */
char *c_argument(const char *name, struct arena *arena);
/* Likewise in capitals, to stand behind a prefix. */
char *c_upper(const char *name, struct arena *arena);
/* Is the type PostgreSQL's own, so that its OID is the same in every database? */
bool type_is_built_in(const struct schema *schema, uint32_t type);
