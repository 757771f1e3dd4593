/* Writes what was compiled as C that a person can read, and as lines of JSON. The same input gives
 * the same bytes. */
#pragma once

#include "generator/project.h"

/* The two programs' worth of queries: the request path's, and the scripts'. */
enum emit_part {
    EMIT_QUERIES,
    EMIT_RAW,
};

/* queries.h, raw.h */
void emit_header(struct buffer *out, const struct project *project, enum emit_part part);
/* queries.c, raw.c */
void emit_source(struct buffer *out, const struct project *project, enum emit_part part);
void emit_manifest(struct buffer *out, const struct project *project);
/* A line a query; also for refused ones. */
void emit_report(struct buffer *out, const struct project *project);

/* Does a query of that part take or answer the enum? */
bool emit_uses(const struct project *project, enum emit_part part, const struct type *enumeration);
bool emit_is_in(const struct compiled *compiled, enum emit_part part);
/* The first lines of each file. */
void emit_notice(struct buffer *out, const struct project *project);
/* The prototype of a query's function, without what ends it. `own_line`: as a definition. */
void emit_prototype(struct buffer *out, const struct project *project,
    const struct compiled *compiled, bool own_line);
/* Those of a query that goes together with others: what asks it, and what reads its answer. */
void emit_ask_prototype(
    struct buffer *out, const struct project *project, const struct compiled *compiled);
void emit_answer_prototype(struct buffer *out, const struct compiled *compiled);
void emit_together_prototype(struct buffer *out, const struct project *project,
    const struct compiled_together *compiled, bool own_line);
/* emit_constant.c, in queries.c: a query's texts, types and tables, and the labels of enums and of
 * orders. */
void emit_constant(struct buffer *out, const struct compiled *compiled);
void emit_labels(struct buffer *out, const struct project *project, enum emit_part part);
void emit_sorts(struct buffer *out, const struct project *project, const struct compiled *compiled,
    enum emit_part part);
/* Has it more than one text? */
bool emit_has_variants(const struct query *query);
/* emit_together.c: in queries.h and in queries.c. */
void emit_together_header(
    struct buffer *out, const struct project *project, const struct compiled_together *compiled);
void emit_together_source(
    struct buffer *out, const struct project *project, const struct compiled_together *compiled);
/* Above a prototype; the text may have several lines. */
void emit_comment(struct buffer *out, const char *text);
/* The name of the argument for the handle: "db". */
const char *emit_handle(const struct project *project, const struct compiled *compiled);
/* A string of C, a line of the text a line. */
void emit_string(struct buffer *out, const char *text, const char *indent);
