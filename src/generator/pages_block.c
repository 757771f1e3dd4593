/* {% for %} {% if %} {% elif %} {% else %} {% end %} {% include %} {% layout %} {% content %} */
#include <string.h>

#include "generator/pages_body.h"

static bool
read_end(struct pages_reader *reader)
{
    pages_skip_blanks(reader);
    if (!pages_accept(reader, "%}"))
        return pages_fail(reader, reader->at, "\"%%}\" is missing here");
    return true;
}

static bool
begin_block(struct pages_body *body, size_t offset, struct pages_block block)
{
    if (body->block_count == PAGES_BLOCKS_MAX)
        return pages_fail(
            &body->reader, offset, "more than %d blocks inside each other", PAGES_BLOCKS_MAX);

    block.offset = offset;
    block.place = body->place;
    block.element_count = body->element_count;
    block.stage = body->attribute.stage;
    block.name_count = body->scope.count;
    body->blocks[body->block_count++] = block;
    return true;
}

/* A branch ends here: is the markup where it was at its beginning? */
static bool
end_branch(struct pages_body *body, struct pages_block *block, size_t offset)
{
    struct pages_reader *reader = &body->reader;
    if (body->place != block->place)
        return pages_fail(reader, offset,
            body->place == PLACE_ATTRIBUTE
                ? "an attribute that was opened in this block is not closed"
                : "a tag that was opened in this block is not closed");
    if (body->element_count > block->element_count)
        return pages_fail(reader, offset,
            "<%s> of line %u is not closed in this block; close it before",
            body->elements[body->element_count - 1].name,
            pages_line(reader, body->elements[body->element_count - 1].offset));
    if (block->place != PLACE_ATTRIBUTE)
        return true;
    if (block->has_left_stage &&
        !url_merge(reader, offset, block->left_stage, body->attribute.stage, &block->left_stage))
        return false;

    if (!block->has_left_stage)
        block->left_stage = body->attribute.stage;
    block->has_left_stage = true;
    body->attribute.stage = block->stage;
    return true;
}

/* Back to the names before the loop; a variable that nothing used is told to the C compiler. */
static void
end_names(struct pages_body *body, const struct pages_block *block)
{
    while (body->scope.count > block->name_count) {
        const struct pages_name *name = &body->scope.names[--body->scope.count];
        if (!name->is_used)
            pages_emit_line(&body->emitter, NULL, "(void)%s;", name->c);
    }
}

static bool
step_if(struct pages_body *body, size_t offset)
{
    const char *condition = NULL;
    if (!pages_read_condition(&body->reader, &body->scope, &condition) ||
        !begin_block(body, offset, (struct pages_block){ 0 }))
        return false;

    pages_emit_line(&body->emitter, pages_origin(body, offset), "if (%s) {", condition);
    return true;
}

/* "in rows", a struct with .rows and .count, or "in array, count". Writes what is evaluated once.
 */
static bool
read_rows(struct pages_body *body, size_t offset, unsigned serial, const char **ret_count,
    const char **ret_rows)
{
    struct pages_reader *reader = &body->reader;
    const char *rows = NULL;
    if (!pages_read_value(reader, &body->scope, &rows))
        return false;

    pages_emit_line(&body->emitter, pages_origin(body, offset), "const __auto_type rows_%u = %s;",
        serial, rows);
    pages_skip_blanks(reader);
    if (!pages_accept(reader, ",")) {
        *ret_count = arena_printf(reader->arena, "rows_%u.count", serial);
        *ret_rows = arena_printf(reader->arena, "rows_%u.rows", serial);
        return true;
    }

    const char *count = NULL;
    if (!pages_read_value(reader, &body->scope, &count))
        return false;

    pages_emit_line(
        &body->emitter, pages_origin(body, offset), "const size_t count_%u = %s;", serial, count);
    *ret_count = arena_printf(reader->arena, "count_%u", serial);
    *ret_rows = arena_printf(reader->arena, "rows_%u", serial);
    return true;
}

static bool
step_for(struct pages_body *body, size_t offset)
{
    struct pages_reader *reader = &body->reader;
    pages_skip_blanks(reader);
    const size_t name_offset = reader->at;
    const char *name = pages_read_name(reader);
    pages_skip_blanks(reader);
    if (!name || !pages_looking_at_word(reader, "in"))
        return pages_fail(reader, reader->at, "a loop is written {%% for row in rows %%}");

    reader->at += strlen("in");
    const unsigned serial = ++body->loop_count;
    const char *count = NULL;
    const char *rows = NULL;
    if (!read_rows(body, offset, serial, &count, &rows) ||
        !begin_block(body, offset, (struct pages_block){ .is_loop = true, .rows = count }) ||
        !pages_scope_add(&body->scope, reader, name_offset,
            (struct pages_name){ .name = name, .c = name, .is_pointer = true }))
        return false;

    pages_emit_line(&body->emitter, pages_origin(body, offset),
        "for (size_t row_%u = 0; row_%u < %s; row_%u++) {", serial, serial, count, serial);
    pages_emit_line(
        &body->emitter, NULL, "const __auto_type %s = &%s[row_%u];", name, rows, serial);
    return true;
}

static struct pages_block *
innermost(struct pages_body *body)
{
    return body->block_count > 0 ? &body->blocks[body->block_count - 1] : NULL;
}

static bool
step_else(struct pages_body *body, size_t offset, bool has_condition)
{
    struct pages_reader *reader = &body->reader;
    struct pages_block *block = innermost(body);
    const char *word = has_condition ? "elif" : "else";
    if (!block || block->has_else || (block->is_loop && has_condition))
        return pages_fail(
            reader, offset, "there is no {%% if %%} that this {%% %s %%} belongs to", word);
    if (!end_branch(body, block, offset))
        return false;

    const char *condition = NULL;
    if (has_condition && !pages_read_condition(reader, &body->scope, &condition))
        return false;

    pages_emit_flush(&body->emitter);
    end_names(body, block);
    block->has_else = !has_condition;
    if (block->is_loop) {
        pages_emit_line(&body->emitter, NULL, "}");
        pages_emit_line(&body->emitter, NULL, "if (%s == 0) {", block->rows);
    } else if (has_condition) {
        pages_emit_line(&body->emitter, pages_origin(body, offset), "} else if (%s) {", condition);
    } else {
        pages_emit_line(&body->emitter, NULL, "} else {");
    }
    return true;
}

static bool
step_end(struct pages_body *body, size_t offset)
{
    struct pages_block *block = innermost(body);
    if (!block)
        return pages_fail(
            &body->reader, offset, "there is no block that this {%% end %%} could end");
    if (!end_branch(body, block, offset))
        return false;

    if (block->place == PLACE_ATTRIBUTE) {
        /* Without {% else %} there is a way past the block. */
        body->attribute.stage = block->left_stage;
        if (!block->has_else && !url_merge(&body->reader, block->offset, block->left_stage,
                                    block->stage, &body->attribute.stage))
            return false;
    }

    pages_emit_flush(&body->emitter);
    end_names(body, block);
    pages_emit_line(&body->emitter, NULL, "}");
    body->block_count--;
    return true;
}

/* "name(arguments)" of a part or layout. */
static bool
read_reference(struct pages_body *body, enum pages_kind kind, const struct pages_file **ret_file,
    const char **ret_arguments)
{
    struct pages_reader *reader = &body->reader;
    pages_skip_blanks(reader);
    const size_t offset = reader->at;
    const char *name = pages_read_name(reader);
    if (!name)
        return pages_fail(reader, offset, "the name of a %s is missing", pages_kind_word(kind));

    const struct pages_file *found = NULL;
    for (size_t i = 0; i < body->file_count; i++) {
        if (body->files[i]->kind == kind && strcmp(body->files[i]->name, name) == 0)
            found = body->files[i];
    }
    if (!found)
        return pages_fail(reader, offset,
            "there is no %s \"%s\"; a file %s.html would begin with <!-- "
            "%s %s () -->",
            pages_kind_word(kind), name, name, pages_kind_word(kind), name);

    size_t count = 0;
    if (!pages_read_arguments(reader, &body->scope, &count, ret_arguments))
        return false;
    if (count != found->parameter_count)
        return pages_fail(reader, offset,
            "the %s \"%s\" takes a value for each of its parameters: %zu, not %zu",
            pages_kind_word(kind), name, found->parameter_count, count);

    *ret_file = found;
    return true;
}

static bool
step_include(struct pages_body *body, size_t offset)
{
    const struct pages_file *part = NULL;
    const char *arguments = NULL;
    if (!read_reference(body, PAGES_PART, &part, &arguments))
        return false;
    if (body->place != PLACE_TEXT)
        return pages_fail(&body->reader, offset, "a part stands between tags only");
    if (body->element_count > 0 &&
        element_content(body->elements[body->element_count - 1].name) != CONTENT_MARKUP)
        return pages_fail(&body->reader, offset,
            "a part cannot stand in <%s>, which holds text only",
            body->elements[body->element_count - 1].name);

    pages_emit_line(
        &body->emitter, pages_origin(body, offset), "%s(page%s);", part->symbol, arguments);
    return true;
}

static bool
step_layout(struct pages_body *body, size_t offset)
{
    if (body->file->kind != PAGES_PAGE)
        return pages_fail(&body->reader, offset, "only a page has a layout");
    if (body->layout)
        return pages_fail(&body->reader, offset, "the page has a layout already");
    for (size_t i = body->file->body; i < offset; i++) {
        if (!pages_is_blank(body->reader.text[i]))
            return pages_fail(
                &body->reader, offset, "{%% layout %%} stands before the page's first markup");
    }

    if (!read_reference(body, PAGES_LAYOUT, &body->layout, &body->layout_arguments))
        return false;

    pages_emit_line(&body->emitter, pages_origin(body, offset), "%s_begin(page%s);",
        body->layout->symbol, body->layout_arguments);
    body->drops_blanks = true;
    return true;
}

/* The layout's function ends here, and the one for what stands behind the page begins. */
static bool
step_content(struct pages_body *body, size_t offset)
{
    if (body->file->kind != PAGES_LAYOUT)
        return pages_fail(&body->reader, offset, "{%% content %%} stands in a layout");
    if (body->has_content)
        return pages_fail(&body->reader, offset, "{%% content %%} stands once in a layout");
    if (body->block_count > 0 || body->place != PLACE_TEXT)
        return pages_fail(
            &body->reader, offset, "{%% content %%} stands between tags and outside of all blocks");

    body->has_content = true;
    pages_function_end(body);
    pages_function_begin(body, "_end");
    return true;
}

bool
pages_block_step(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t offset = reader->at;
    const bool after_blanks =
        body->place == PLACE_TEXT && offset > 0 && pages_is_blank(reader->text[offset - 1]);
    const struct pages_attribute *attribute = &body->attribute;
    if (body->place == PLACE_ATTRIBUTE &&
        (attribute->is_action || attribute_literal_reason(body->tag.name, attribute->name)))
        return pages_fail(reader, offset,
            "%s= cannot depend on a condition; write the element twice", attribute->name);

    reader->at += 2;
    pages_skip_blanks(reader);
    const char *word = pages_read_name(reader);
    static const struct {
        const char *word;
        bool (*step)(struct pages_body *body, size_t offset);
    } steps[] = { { "if", step_if }, { "for", step_for }, { "end", step_end },
        { "include", step_include }, { "layout", step_layout }, { "content", step_content } };

    body->drops_blanks = false;
    bool is_known = false;
    for (size_t i = 0; word && i < COUNT_OF(steps); i++) {
        if (strcmp(steps[i].word, word) != 0)
            continue;

        is_known = true;
        if (!steps[i].step(body, offset))
            return false;
    }
    if (!is_known && word && (strcmp(word, "else") == 0 || strcmp(word, "elif") == 0)) {
        is_known = true;
        if (!step_else(body, offset, strcmp(word, "elif") == 0))
            return false;
    }
    if (!is_known)
        return pages_fail(reader, offset,
            "behind {%% stands if, elif, else, for, end, include, layout or content");

    /* Blanks before a block that begins are written in any case: those behind would only repeat
     * them. */
    if (after_blanks && (strcmp(word, "if") == 0 || strcmp(word, "for") == 0))
        body->drops_blanks = true;
    return read_end(reader);
}
