#include "generator/pages_body.h"

#include <string.h>

const char *
pages_origin(const struct pages_body *body, size_t offset)
{
    return arena_printf(
        body->reader.arena, "%s.html:%u", body->file->name, pages_line(&body->reader, offset));
}

/* --- the functions around the markup ------------------------------------------------------------
 */

static void
emit_signature(struct pages_body *body, const char *suffix)
{
    const struct pages_file *file = body->file;
    struct buffer line;
    buffer_init(&line, body->reader.arena, 0);
    buffer_printf(&line, "%s%s(struct tn_page *page", file->symbol, suffix);
    if (file->kind == PAGES_PAGE)
        buffer_printf(&line, ", const struct %s *view", file->symbol);
    for (size_t i = 0; file->kind != PAGES_PAGE && i < file->parameter_count; i++)
        buffer_printf(&line, ", %s", pages_declaration(&file->parameters[i], body->reader.arena));
    pages_emit_line(&body->emitter, NULL, "%s)", line.data);
}

void
pages_function_begin(struct pages_body *body, const char *suffix)
{
    pages_emit_line(&body->emitter, NULL, "%s",
        body->file->kind == PAGES_PAGE ? "void" : "static __attribute__((unused)) void");
    emit_signature(body, suffix);
    pages_emit_line(&body->emitter, NULL, "{");
    for (size_t i = 0; i < body->parameter_count; i++)
        body->scope.names[i].is_used = false;
}

void
pages_function_end(struct pages_body *body)
{
    pages_emit_flush(&body->emitter);
    bool any_used = false;
    for (size_t i = 0; i < body->parameter_count; i++) {
        any_used |= body->scope.names[i].is_used;
        if (body->file->kind != PAGES_PAGE && !body->scope.names[i].is_used)
            pages_emit_line(&body->emitter, NULL, "(void)%s;", body->scope.names[i].c);
    }
    if (body->file->kind == PAGES_PAGE && !any_used)
        pages_emit_line(&body->emitter, NULL, "(void)view;");
    pages_emit_line(&body->emitter, NULL, "}");
    buffer_character(body->emitter.out, '\n');
}

/* --- between tags -------------------------------------------------------------------------------
 */

static bool
keeps_blanks(const struct pages_body *body)
{
    for (size_t i = 0; i < body->element_count; i++) {
        if (element_keeps_blanks(body->elements[i].name))
            return true;
    }
    return false;
}

/* A run of blanks is one blank in HTML: indentation is not sent. */
static void
write_blanks(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t start = reader->at;
    pages_skip_blanks(reader);
    if (keeps_blanks(body))
        pages_emit_markup(&body->emitter, reader->text + start, reader->at - start);
    else if (!body->drops_blanks && memchr(reader->text + start, '\n', reader->at - start))
        pages_emit_markup(&body->emitter, "\n", 1);
    else if (!body->drops_blanks)
        pages_emit_markup(&body->emitter, " ", 1);
    body->drops_blanks = false;
}

static bool
skip_comment(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t start = reader->at;
    const char *end = strstr(reader->text + start, "-->");
    if (!end)
        return pages_fail(reader, start, "this comment has no \"-->\"");

    for (size_t i = start; reader->text + i < end; i++) {
        if (reader->text[i] == '{' && strchr("{%", reader->text[i + 1]) &&
            reader->text[i + 1] != '\0')
            return pages_fail(
                reader, i, "a comment holds no values; leave parts of a page out with {# and #}");
    }
    body->drops_blanks = start == body->file->body || pages_is_blank(reader->text[start - 1]);
    reader->at = (size_t)(end - reader->text) + 3;
    return true;
}

static bool
text_step(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const char c = reader->text[reader->at];
    const struct pages_element *inner =
        body->element_count > 0 ? &body->elements[body->element_count - 1] : NULL;
    const bool only_text = inner && element_content(inner->name) == CONTENT_TEXT;

    if (pages_is_blank(c)) {
        write_blanks(body);
        return true;
    }
    body->drops_blanks = false;
    if (c == '<' && only_text && reader->text[reader->at + 1] != '/') {
        reader->at++;
        pages_emit_markup(&body->emitter, "&lt;", 4);
        return true;
    }
    if (pages_looking_at(reader, "<!--"))
        return skip_comment(body);
    if (c == '<')
        return pages_tag_begin(body);

    reader->at++;
    pages_emit_markup(&body->emitter, &c, 1);
    return true;
}

/* --- {{ value }} --------------------------------------------------------------------------------
 */

static bool
value_step(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t offset = reader->at;
    if (body->place == PLACE_TAG)
        return pages_fail(reader, offset,
            "a value cannot be an attribute's name or stand without quotes; write name=\"{{ value "
            "}}\" "
            "or {%% if condition %%}name{%% end %%}");
    if (body->place == PLACE_ATTRIBUTE)
        return pages_attribute_value(body);

    reader->at += 2;
    const char *value = NULL;
    if (!pages_read_shown_value(reader, &body->scope, &value))
        return false;

    body->drops_blanks = false;
    pages_emit_line(&body->emitter, pages_origin(body, offset), "TN_PAGE_VALUE(page, %s);", value);
    return true;
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static bool
skip_remark(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    /* The blanks before it were written, those behind would only repeat them. */
    body->drops_blanks =
        reader->at == body->file->body || pages_is_blank(reader->text[reader->at - 1]);
    const char *end = strstr(reader->text + reader->at, "#}");
    if (!end)
        return pages_fail(reader, reader->at, "this remark has no \"#}\"");

    reader->at = (size_t)(end - reader->text) + 2;
    return true;
}

static bool
body_step(struct pages_body *body)
{
    if (pages_looking_at(&body->reader, "{{"))
        return value_step(body);
    if (pages_looking_at(&body->reader, "{%"))
        return pages_block_step(body);
    if (pages_looking_at(&body->reader, "{#"))
        return skip_remark(body);
    switch (body->place) {
    case PLACE_TEXT:
        return text_step(body);
    case PLACE_TAG:
        return pages_tag_step(body);
    case PLACE_ATTRIBUTE:
        return pages_attribute_step(body);
    }
    return false;
}

static bool
check_end(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    if (body->place == PLACE_ATTRIBUTE)
        return pages_fail(reader, body->attribute.offset, "the value of %s=%c has no end",
            body->attribute.name, body->attribute.quote);
    if (body->place == PLACE_TAG)
        return pages_fail(reader, body->tag.offset, "this <%s has no \">\"", body->tag.name);
    if (body->block_count > 0)
        return pages_fail(
            reader, body->blocks[body->block_count - 1].offset, "this has no {%% end %%}");
    if (body->element_count > 0)
        return pages_fail(reader, body->elements[body->element_count - 1].offset,
            "this <%s> is not closed", body->elements[body->element_count - 1].name);
    if (body->file->kind == PAGES_LAYOUT && !body->has_content)
        return pages_fail(reader, reader->bytes,
            "a layout says with {%% content %%} where the page stands in it");
    return true;
}

static bool
add_parameters(struct pages_body *body)
{
    const struct pages_file *file = body->file;
    for (size_t i = 0; i < file->parameter_count; i++) {
        const struct pages_parameter *parameter = &file->parameters[i];
        const char *c = file->kind == PAGES_PAGE
                            ? arena_printf(body->reader.arena, "view->%s", parameter->name)
                            : parameter->name;
        if (!pages_scope_add(&body->scope, &body->reader, parameter->offset,
                (struct pages_name){ .name = parameter->name,
                    .c = c,
                    .is_pointer = pages_parameter_is_pointer(parameter),
                    .is_enum = strncmp(parameter->type, "enum ", 5) == 0 &&
                               !pages_parameter_is_pointer(parameter) }))
            return false;
    }
    body->parameter_count = body->scope.count;
    return true;
}

bool
pages_body_write(const struct pages_file *file, const struct pages_file *const *files,
    size_t file_count, struct arena *arena, struct buffer *out, struct tn_error *error)
{
    struct pages_body *body = ARENA_NEW(arena, struct pages_body);
    body->file = file;
    body->files = files;
    body->file_count = file_count;
    body->drops_blanks = true;
    body->reader = (struct pages_reader){ .path = file->path,
        .text = file->text,
        .bytes = file->bytes,
        .at = file->body,
        .arena = arena,
        .error = error };
    pages_emitter_init(&body->emitter, out, arena);
    if (!add_parameters(body))
        return false;

    pages_function_begin(body, file->kind == PAGES_LAYOUT ? "_begin" : "");
    while (body->reader.at < body->reader.bytes) {
        if (!body_step(body))
            return false;
    }
    if (!check_end(body))
        return false;

    if (body->layout)
        pages_emit_line(
            &body->emitter, NULL, "%s_end(page%s);", body->layout->symbol, body->layout_arguments);
    pages_function_end(body);
    return true;
}
