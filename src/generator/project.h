/* One run: a configuration, its queries, and what became of each. */
#pragma once

#include "catalogue/shape.h"
#include "generator/scope.h"
#include "generator/types.h"

struct parameter_value {
    const char *name;
    struct value_type type;
};

struct result_column {
    const char *name; /* in C */
    const char *sql_name;
    struct value_type type;
};

/* One of the texts that a query can be. */
struct compiled_variant {
    const char *original; /* numbered, not scoped */
    struct scoped scoped;
    /* OID of each, 0 where the schema made it; what the text does not use has a built-in one. */
    uint32_t *parameter_types;
};

struct compiled {
    const struct query *query;
    struct compiled_variant *variants; /* as many as the query has */
    const char *original;              /* of the whole one */
    struct scoped scoped;
    bool writes; /* or locks; any variant */
    bool reads_clock;
    int parameter_type_count;
    struct parameter_value *parameters;
    int parameter_count;
    struct result_column *columns;
    int column_count;
    struct relation_set tables_read; /* sorted by name */
    struct relation_set tables_written;
    bool is_together; /* with others, in some flight */
    struct rejection rejection;
    int rejected_variant;
    int rejection_line;
    int rejection_column;
};

/* Queries that one function asks in one flight. */
struct compiled_together {
    const struct together *together;
    const struct compiled **queries;
    int query_count;
    const struct parameter_value **parameters; /* of all, each once */
    int parameter_count;
    struct rejection rejection; /* its position is one of the file */
    int rejection_line;
    int rejection_column;
};

struct project {
    const struct configuration *configuration;
    struct schema schema;
    const struct relation_shape *shapes; /* for the manifest, as start-up reads them */
    size_t shape_count;
    struct name_list warnings; /* of the schema; without a database none */
    struct compiled *queries;
    int query_count;
    const struct query_list *sources;
    struct compiled_together *togethers;
    int together_count;
    int rejected_count;
    /* Every parameter and every enum once, in the order of their names. */
    struct parameter_value *parameters;
    int parameter_count;
    const struct type **enums;
    int enum_count;
    /* As they were given, for the head of what is written. */
    const char *const *files;
    int file_count;
};

/* Compile the queries by what the database says; project_finish comes next. A refused query is no
 * failure: it is in its `rejection`. `is_whole`: they become one program, so the schema is checked
 * too. */
MUST_USE bool project_compile(struct direct *direct, const struct configuration *configuration,
    const struct query_list *queries, bool is_whole, struct arena *arena,
    struct project *ret_project, struct tn_error *error);
/* What concerns all queries together (only if `is_whole`), and where rejections stand. */
void project_finish(struct project *project, bool is_whole, struct arena *arena);
