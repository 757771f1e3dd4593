/* Optional parts and sorts: every text that a query can be exists when it is compiled.
 *
 * Each part between `?NAME` and `?` in a comment is kept or dropped, and a comment `sort` becomes
 * one ORDER BY. */
#pragma once

#include "generator/source.h"

enum { VARIANTS_MAX = 64 };

/* Header lines: NULL, or what is wrong. `offset` is where `value` begins in the file. */
const char *optional_line(struct query *query, char *value, struct arena *arena);
const char *sort_line(struct query *query, char *value, int offset, struct arena *arena);

/* A kept part, in the statement without markers. */
struct kept_part {
    int optional; /* which */
    int begin;
    int end;
};

/* The statement of one variant. `ret_parts` are its `ret_part_count` kept parts. */
struct expansion {
    char *text;
    struct position_map map;
    struct kept_part *parts;
    int part_count;
};

/* Does this comment begin an optional part, or say where the sort stands? */
bool is_marker(const char *comment);
/* How many there are, after a check of the markers. false: rejected. */
bool variants_count(struct query *query, struct arena *arena);
void variant_expand(
    const struct query *query, int variant, struct arena *arena, struct expansion *ret_expansion);
