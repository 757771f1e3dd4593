/* Query files as their authors wrote them: a header of `--` lines and one statement, again and
 * again.
 *
 * Parameters are `:name` in the file and $1, $2, … in `text`; a position in `text` is led back to
 * the file by source_location. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "generator/configuration.h"
#include "generator/rejection.h"

enum query_mode {
    QUERY_ONE,
    QUERY_MAYBE,
    QUERY_MANY,
    QUERY_STREAM,
    QUERY_EXEC,
    QUERY_EXECROWS,
};

enum query_scope {
    SCOPE_TENANT,
    SCOPE_IDENTITY,
    SCOPE_CROSS_ORG,
};

struct parameter {
    const char *name;
    int position; /* of its first use, in the numbered text of the whole query */
    bool is_nullable;
    bool is_optional; /* it decides whether its parts of the text are there */
};

/* One of the orders that the marker `sort` can stand for. */
struct query_sort {
    const char *name;
    const char *text; /* behind ORDER BY */
    int file_offset;
};

/* Where two texts move apart: what follows `text` here follows `file` there. */
struct position_pair {
    int text;
    int file;
};
struct position_map {
    struct position_pair *pairs;
    int count;
};

/* One of the texts that a query can be, its optional parts kept or dropped. */
struct query_variant {
    char *text;                   /* numbered */
    bool *uses;                   /* which parameters are in it */
    struct position_map numbered; /* from `text` to the statement without markers */
    struct position_map expanded; /* from that to the file */
};

struct query {
    const char *file;
    const char *file_text;
    const char *name;
    const char *doc; /* NULL: none */
    enum query_mode mode;
    enum query_scope scope;
    bool is_slow;
    int file_offset;       /* where the statement begins in the file */
    const char *statement; /* as it stands in the file */

    struct name_list optional;
    struct query_sort *sorts;
    int sort_count;
    /* By a bit for each optional part, times the sorts, plus the sort. A query without either has
     * one. */
    struct query_variant *variants;
    int variant_count;
    int whole; /* the variant with every part and the first sort */

    char *text; /* of that variant */
    struct parameter *parameters;
    int parameter_count;
    int first_parameter; /* 2 in a tenant query, whose $1 is the organization; else 1 */

    struct rejection rejection; /* of the header or of the parameters */
    int header_line;            /* for a rejection of the header; 0: the rejection is in `text` */
};

struct together_query {
    const char *name;
    int file_offset;
};

/* `-- together: NAME = QUERY, QUERY, …`: queries that are asked in one flight. */
struct together {
    const char *file;
    const char *file_text;
    const char *name; /* "" where it has none that will do */
    const char *doc;  /* NULL: none */
    int file_offset;  /* of the name */
    struct together_query *queries;
    int query_count;
    struct rejection rejection; /* its position is one of the file */
};

struct query_list {
    struct query *queries;
    int count;
    struct together *togethers;
    int together_count;
};

/* Append the queries of a file. A refused header or parameter is the query's rejection; a file that
 * cannot be read, or text outside of a query, is an error. */
MUST_USE bool
source_read(const char *path, struct arena *arena, struct query_list *list, struct tn_error *error);
/* The line and column (from 1) in the file of a byte in the numbered text of a variant. */
void source_location(
    const struct query *query, int variant, int position, int *ret_line, int *ret_column);
/* Likewise of a byte in the file. */
void source_location_in_file(const char *file_text, int offset, int *ret_line, int *ret_column);
int position_map_find(const struct position_map *map, int position);
/* Byte of the 1-based character that PostgreSQL counts; -1 for 0. */
int source_byte_of_character(const char *text, int character);
