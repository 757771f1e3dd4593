#include "generator/tree.h"

#include <pg_query.h>
#include <stdlib.h>
#include <string.h>

static void *
arena_protobuf_alloc(void *arena, size_t bytes)
{
    return arena_alloc(arena, bytes);
}

static void
arena_protobuf_free(void *arena, void *memory)
{
    (void)arena; /* the arena's end frees everything, also what edits put into the tree */
    (void)memory;
}

PgQuery__ParseResult *
tree_parse(const char *text, struct arena *arena, const char **ret_message, int *ret_position)
{
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(text);
    if (parsed.error) {
        *ret_message = arena_strdup(arena, parsed.error->message);
        *ret_position = parsed.error->cursorpos - 1;
        pg_query_free_protobuf_parse_result(parsed);
        return NULL;
    }

    ProtobufCAllocator allocator = { arena_protobuf_alloc, arena_protobuf_free, arena };
    PgQuery__ParseResult *result = pg_query__parse_result__unpack(
        &allocator, parsed.parse_tree.len, (const uint8_t *)parsed.parse_tree.data);
    pg_query_free_protobuf_parse_result(parsed);
    if (!result) {
        *ret_message = "the parser's answer cannot be read";
        *ret_position = 0;
    }
    return result;
}

static bool
forget_locations(ProtobufCMessage *message, void *context)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (strcmp(field->name, "location") == 0)
            *(int32_t *)((char *)message + field->offset) = -1;
    }
    return tree_children(message, forget_locations, context);
}

PgQuery__Node *
tree_of(const char *text, struct arena *arena)
{
    const char *message;
    int position;
    PgQuery__ParseResult *result = tree_parse(text, arena, &message, &position);
    if (!result || result->n_stmts != 1)
        abort(); /* SQL of ours that does not parse */

    forget_locations(&result->stmts[0]->stmt->base, NULL);
    return result->stmts[0]->stmt;
}

static bool
is_set_member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
        return true;

    return *(const uint32_t *)((const char *)message + field->quantifier_offset) == field->id;
}

bool
tree_children(ProtobufCMessage *message, tree_visitor *visit, void *context)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || !is_set_member(message, field))
            continue;

        void *member = (char *)message + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            const size_t count = *(size_t *)((char *)message + field->quantifier_offset);
            ProtobufCMessage **list = *(ProtobufCMessage ***)member;
            for (size_t item = 0; item < count; item++) {
                if (!visit(list[item], context))
                    return false;
            }
        } else if (*(ProtobufCMessage **)member) {
            if (!visit(*(ProtobufCMessage **)member, context))
                return false;
        }
    }
    return true;
}

/* --- comparison ------------------------------------------------------------------------------ */

static bool
is_location(const ProtobufCFieldDescriptor *field)
{
    return strcmp(field->name, "location") == 0 || strcmp(field->name, "stmt_location") == 0 ||
           strcmp(field->name, "stmt_len") == 0;
}

static size_t
scalar_bytes(const ProtobufCFieldDescriptor *field)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    default:
        return 4; /* 32-bit numbers and enums */
    }
}

static bool
value_equal(const ProtobufCFieldDescriptor *field, const void *left, const void *right)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *a = *(ProtobufCMessage *const *)left;
        const ProtobufCMessage *b = *(ProtobufCMessage *const *)right;
        return a && b ? tree_equal(a, b) : a == b;
    }
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *a = *(const char *const *)left;
        const char *b = *(const char *const *)right;
        return strcmp(a ? a : "", b ? b : "") == 0;
    }
    return memcmp(left, right, scalar_bytes(field)) == 0;
}

static bool
lists_equal(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *left,
    const ProtobufCMessage *right)
{
    const size_t count = *(const size_t *)((const char *)left + field->quantifier_offset);
    if (count != *(const size_t *)((const char *)right + field->quantifier_offset))
        return false;

    const size_t bytes =
        field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING
            ? sizeof(void *)
            : scalar_bytes(field);
    const char *a = *(char *const *)((const char *)left + field->offset);
    const char *b = *(char *const *)((const char *)right + field->offset);
    for (size_t i = 0; i < count; i++) {
        if (!value_equal(field, a + i * bytes, b + i * bytes))
            return false;
    }
    return true;
}

bool
tree_equal(const ProtobufCMessage *left, const ProtobufCMessage *right)
{
    if (left->descriptor != right->descriptor)
        return false;

    for (unsigned i = 0; i < left->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &left->descriptor->fields[i];
        if (is_location(field))
            continue;
        if (is_set_member(left, field) != is_set_member(right, field))
            return false;
        if (!is_set_member(left, field))
            continue;

        const bool equal = field->label == PROTOBUF_C_LABEL_REPEATED
                               ? lists_equal(field, left, right)
                               : value_equal(field, (const char *)left + field->offset,
                                     (const char *)right + field->offset);
        if (!equal)
            return false;
    }
    return true;
}

/* --- small things ---------------------------------------------------------------------------- */

void
tree_append(PgQuery__Node ***list, size_t *count, PgQuery__Node *node, struct arena *arena)
{
    PgQuery__Node **longer = ARENA_ARRAY(arena, *count + 1, PgQuery__Node *);
    if (*count > 0)
        memcpy(longer, *list, *count * sizeof *longer);
    longer[(*count)++] = node;
    *list = longer;
}

const char *
tree_string(const PgQuery__Node *node)
{
    return node && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : NULL;
}

const char *
tree_last_string(PgQuery__Node *const *list, size_t count)
{
    return count > 0 ? tree_string(list[count - 1]) : NULL;
}
