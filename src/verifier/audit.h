/* One run of verify: what was asked, what was read, and what was found.
 *
 * A finding says how it is known: from the catalogue, because the server judged a policy so, or
 * because a statement got through. What could not be told is "unproven" and never counted as
 * passed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"
#include "verifier/inventory.h"

enum audit_kind {
#define VERIFY_CODE(name, code, level, message, mend) AUDIT_##name,
#include "verify_codes.def"
#undef VERIFY_CODE
    AUDIT_KIND_COUNT,
};

enum audit_level {
    AUDIT_LEAK,
    AUDIT_WARN,
};

enum audit_proof {
    PROOF_CATALOGUE,
    PROOF_POLICY, /* the server evaluated the predicate */
    PROOF_ATTACK, /* the statement was run and got through */
};

struct audit_finding {
    enum audit_kind kind;
    const char *object; /* quoted; NULL: the role itself */
    const char *role;   /* quoted; several with ", " between */
    const char *about;  /* which of the object's: a constraint, a policy; "": none */
    const char *message;
    const char *statement; /* that shows it */
    const char *mend;
    enum audit_proof proof;
    bool is_baseline;   /* known before */
    const char *waived; /* the reason; NULL: not waived */
};

struct audit_unproven {
    const char *object;
    const char *role; /* may be NULL */
    const char *reason;
};

struct audit_list {
    struct arena *arena;
    struct audit_finding *items;
    size_t count;
    size_t capacity;
    struct audit_unproven *unproven;
    size_t unproven_count;
    size_t unproven_capacity;
    size_t changes; /* counted: what was allocated since then may be in it */
};

struct audit_report {
    enum audit_kind kind;
    const char *object;
    const char *role;
    const char *other;
    const char *more;
    const char *statement;
    enum audit_proof proof;
};

/* Add one. The same fault of the same object is one finding: roles are collected, the stronger
 * proof's statement stays. */
void audit_add(struct audit_list *list, const struct audit_report *report);
void audit_add_unproven(
    struct audit_list *list, const char *object, const char *role, const char *reason);
/* An attack has told it. */
void audit_remove_unproven(struct audit_list *list, const char *object);
/* The finding of that kind and object, NULL if none. */
struct audit_finding *
audit_find(const struct audit_list *list, enum audit_kind kind, const char *object);
/* Take it out: an attack showed that it is none. */
void audit_remove(struct audit_list *list, const struct audit_finding *finding);
/* By level, code, object; what reports and baselines rely on. */
void audit_sort(struct audit_list *list);

const char *audit_code(enum audit_kind kind);
/* Its message as the definition has it, with {places}. */
const char *audit_template(enum audit_kind kind);
enum audit_level audit_level(enum audit_kind kind);
const char *audit_level_word(enum audit_level level);
const char *audit_proof_word(enum audit_proof proof);
/* The same from run to run and machine to machine: code, object and what the message says. */
uint64_t audit_fingerprint(const struct audit_finding *finding);

/* --- what is asked --------------------------------------------------------------------------- */

enum audit_where {
    WHERE_DEFAULT, /* in place if no tenant table holds a row, else not at all */
    WHERE_STATIC,
    WHERE_IN_PLACE,
    WHERE_CLONE,
};

#define AUDIT_LIST_MAX 64

struct audit_names {
    const char *items[AUDIT_LIST_MAX];
    size_t count;
};

struct audit_request {
    const char *url;
    struct audit_names roles;
    struct audit_names tenant_columns;
    struct audit_names settings;
    const char *claim;
    enum audit_where where;
    void (*progress)(const char *sentence, size_t done, size_t total);
};

/* Whom, what and by which setting: given, or found and said. */
struct scope {
    struct role **roles; /* the application's */
    size_t role_count;
    struct audit_names columns;
    struct audit_names
        settings; /* all that policies read; those that carry the tenant come first */
    size_t tenant_setting_count;
    const char *claim; /* the key, where a setting is a JSON document */
    const char *model; /* a predicate of this database's own that was judged to hold; NULL: none */
    const struct column *model_column;
    struct audit_names assumptions; /* sentences */
};

struct audit {
    const struct audit_request *request;
    struct arena *arena;
    struct direct *direct;
    struct inventory inventory;
    const struct sources *sources; /* of scope.h */
    struct scope scope;
    const struct alike *alike; /* alike.h */
    struct audit_list findings;
    struct audit_names notes;
    const char *attacked; /* "in place", "on a clone"; NULL: nothing was attacked */
    const char *control;  /* how the negative control went; NULL: none was run */
    size_t statement_count;
    size_t round_trip_count;
    size_t attack_count;
    size_t table_count;
    size_t proven_count;
};

void audit_note(struct audit_names *names, struct arena *arena, const char *format, ...)
    PRINTF_LIKE(3, 4);
