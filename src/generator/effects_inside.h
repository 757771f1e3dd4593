/* What the files of effects know of each other. */
#pragma once

#include "generator/effects.h"

enum verb {
    VERB_INSERT = 1,
    VERB_UPDATE = 2,
    VERB_DELETE = 4,
    VERB_ANY = 7,
};

/* A function, or an expression of the schema. */
struct body {
    const char *schema;
    const char *name;
    bool is_immutable;
    bool is_opaque;     /* nobody can tell what it does */
    bool runs_text;     /* EXECUTE: any relation */
    bool reads_by_name; /* a built-in function that is given a relation's name, or a statement */
    bool reads_clock;
    struct relation_set read;
    struct relation_set written;
    const struct body **calls;
    int call_count;
};

struct trigger {
    const struct relation *relation;
    const char *name;
    const struct body *body;
    int verbs;
};

struct expression {
    const struct relation *relation;
    bool is_default; /* or a generated column */
    struct body body;
};

struct parent {
    const struct relation *child;
    const struct relation *parent;
};

struct effects {
    const struct schema *schema;
    struct arena *arena;
    struct body *bodies;
    int body_count;
    struct trigger *triggers;
    int trigger_count;
    struct expression *expressions;
    int expression_count;
    struct parent *parents;
    int parent_count;
};

bool effects_word_is_clock(const char *word);
/* Of a constant: does it hold a word that a date's input takes for the current day? */
bool effects_text_is_clock(const char *text);
