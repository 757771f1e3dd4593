/* Failure: what a function that answers false fills in.
 *
 * A struct tn_error is the caller's, begins as { 0 }, and is always the last parameter. The first
 * failure wins: a second one leaves it as it is. */
#pragma once

#include <stdbool.h>

#include "tenantry/visibility.h"

enum tn_error_code {
    TN_NO_ERROR = 0,
#define ERROR(name, status, type, sentence) TN_##name,
#include "errors.def"
#undef ERROR
};

struct tn_error {
    enum tn_error_code code;
    char sqlstate[6];    /* PostgreSQL's, or "" */
    char constraint[64]; /* name of the violated constraint, or "" */
    char detail[512];    /* for the log, never for a client */
};

/* Fill `error` unless it is filled, and answer false. */
TN_PUBLIC bool tn_error_set(struct tn_error *error, enum tn_error_code code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* What errors.def says of a code. The texts live for ever. */
TN_PUBLIC int tn_error_status(enum tn_error_code code);
TN_PUBLIC const char *tn_error_type(enum tn_error_code code);
TN_PUBLIC const char *tn_error_sentence(enum tn_error_code code);
