/* PostgreSQL's parse tree, as libpg_query gives it, in an arena. It is walked by reflection over
 * its descriptors, so that a node of a kind nobody thought of is still visited. */
#pragma once

#include <pg_query/pg_query.pb-c.h>
#include <stdbool.h>

#include "base/arena.h"

/* NULL on a syntax error; then `ret_message` and `ret_position` (a byte) are set. */
PgQuery__ParseResult *
tree_parse(const char *text, struct arena *arena, const char **ret_message, int *ret_position);
/* The only statement of a text of ours, which always parses. Its locations are -1: a location in a
 * changed tree is one in the author's text. */
PgQuery__Node *tree_of(const char *text, struct arena *arena);

/* Call `visit` for each message directly below `message`. It stops when `visit` answers false. */
typedef bool tree_visitor(ProtobufCMessage *child, void *context);
bool tree_children(ProtobufCMessage *message, tree_visitor *visit, void *context);

/* The same, locations aside? */
bool tree_equal(const ProtobufCMessage *left, const ProtobufCMessage *right);

/* Append to a repeated field. */
void tree_append(PgQuery__Node ***list, size_t *count, PgQuery__Node *node, struct arena *arena);
/* The text of a String node, NULL if it is something else. */
const char *tree_string(const PgQuery__Node *node);
/* The text of the last String of a list, NULL if there is none. */
const char *tree_last_string(PgQuery__Node *const *list, size_t count);
