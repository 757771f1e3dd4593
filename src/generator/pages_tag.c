/* Tags and attributes: what opens, what closes, and what stands in an attribute. */
#include <stdlib.h>
#include <string.h>

#include "generator/pages_body.h"

static const char *
lower(struct pages_reader *reader, const char *name)
{
    char *copy = arena_strdup(reader->arena, name);
    for (char *c = copy; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    return copy;
}

/* The name of an element or attribute as it stands; NULL where there is none. */
static const char *
read_markup_name(struct pages_reader *reader)
{
    const size_t start = reader->at;
    while (pages_is_name(reader->text[reader->at]) || reader->text[reader->at] == '-' ||
           reader->text[reader->at] == ':' || reader->text[reader->at] == '.')
        reader->at++;
    if (reader->at == start)
        return NULL;
    return arena_memdup(reader->arena, reader->text + start, reader->at - start);
}

/* --- elements -----------------------------------------------------------------------------------
 */

static bool
is_inside(const struct pages_body *body, const char *element)
{
    for (size_t i = 0; i < body->element_count; i++) {
        if (strcmp(body->elements[i].name, element) == 0)
            return true;
    }
    return false;
}

static bool
is_inside_foreign(const struct pages_body *body)
{
    for (size_t i = 0; i < body->element_count; i++) {
        if (element_is_foreign(body->elements[i].name))
            return true;
    }
    return false;
}

static bool
close_element(struct pages_body *body, size_t offset)
{
    struct pages_reader *reader = &body->reader;
    reader->at += 2;
    const char *written = read_markup_name(reader);
    if (!written)
        return pages_fail(reader, reader->at, "the name of the element that ends is missing");

    const char *name = lower(reader, written);
    pages_skip_blanks(reader);
    if (!pages_accept(reader, ">"))
        return pages_fail(reader, reader->at, "\">\" is missing behind </%s", name);
    if (element_content(name) == CONTENT_NONE)
        return pages_fail(reader, offset, "<%s> has no end; leave out </%s>", name, name);
    if (body->element_count == 0)
        return pages_fail(
            reader, offset, "there is no <%s> that this </%s> could close", name, name);

    const struct pages_element *inner = &body->elements[body->element_count - 1];
    if (strcmp(inner->name, name) != 0)
        return pages_fail(reader, offset,
            "</%s> stands where </%s> is missing: <%s> was opened in "
            "line %u",
            name, inner->name, inner->name, pages_line(reader, inner->offset));
    if (body->block_count > 0 &&
        body->element_count == body->blocks[body->block_count - 1].element_count)
        return pages_fail(reader, offset,
            "</%s> closes an element that was opened outside of this block; close it outside too",
            name);

    body->element_count--;
    pages_emit_markup(&body->emitter, reader->text + offset, strlen("</") + strlen(written));
    pages_emit_markup(&body->emitter, ">", 1);
    return true;
}

/* What a browser would take apart: the elements on the page would not be those in the file. */
static bool
check_nesting(struct pages_body *body, const char *name, size_t offset)
{
    if (element_is_exclusive(name) && is_inside(body, name))
        return pages_fail(&body->reader, offset,
            "<%s> inside of <%s> does not exist for browsers; close the first one before", name,
            name);
    if (!element_ends_paragraph(name))
        return true;

    for (size_t i = body->element_count; i > 0; i--) {
        const struct pages_element *element = &body->elements[i - 1];
        if (element_shields_paragraph(element->name))
            return true;
        if (strcmp(element->name, "p") == 0)
            return pages_fail(&body->reader, offset,
                "<%s> ends the <p> of line %u for browsers; close it before, or let it be a <div>",
                name, pages_line(&body->reader, element->offset));
    }
    return true;
}

static bool
open_element(struct pages_body *body, size_t offset)
{
    struct pages_reader *reader = &body->reader;
    reader->at++;
    const char *written =
        pages_is_name_start(reader->text[reader->at]) ? read_markup_name(reader) : NULL;
    if (!written && reader->text[reader->at] == '{')
        return pages_fail(reader, reader->at, "a value cannot be a tag's name");
    if (!written)
        return pages_fail(reader, offset, "write \"<\" as &lt; where no tag begins");

    const char *name = lower(reader, written);
    if (pages_looking_at(reader, "{{"))
        return pages_fail(reader, reader->at, "a value cannot be a tag's name");
    if (element_refusal(name))
        return pages_fail(reader, offset, "<%s> %s", name, element_refusal(name));
    if (!check_nesting(body, name, offset))
        return false;

    body->tag =
        (struct pages_tag){ .name = name, .offset = offset, .block_count = body->block_count };
    body->place = PLACE_TAG;
    pages_emit_markup(&body->emitter, reader->text + offset, 1 + strlen(written));
    return true;
}

bool
pages_tag_begin(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t offset = reader->at;
    if (reader->text[offset + 1] == '/')
        return close_element(body, offset);
    if (reader->text[offset + 1] != '!')
        return open_element(body, offset);
    if (strncasecmp(reader->text + offset, "<!doctype html>", 15) != 0)
        return pages_fail(reader, offset, "only <!doctype html> and comments begin with \"<!\"");

    reader->at += 15;
    pages_emit_markup(&body->emitter, "<!doctype html>", 15);
    return true;
}

/* Script and style: everything up to the end tag, as it stands. */
static bool
copy_raw_content(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const char *name = body->tag.name;
    const size_t start = reader->at;
    for (; reader->at < reader->bytes; reader->at++) {
        const char *text = reader->text + reader->at;
        if (text[0] == '<' && text[1] == '/' && strncasecmp(text + 2, name, strlen(name)) == 0)
            break;
        if (text[0] == '{' && (text[1] == '{' || text[1] == '%'))
            return pages_fail(reader, reader->at,
                "no value can be escaped for the inside of <%s>; put it into a data- attribute of "
                "an "
                "element and read it from there",
                name);
    }
    if (reader->at >= reader->bytes)
        return pages_fail(reader, body->tag.offset, "this <%s> is not closed", name);

    pages_emit_markup(&body->emitter, reader->text + start, reader->at - start);
    return true;
}

static bool
bind_form(struct pages_body *body)
{
    if (!body->tag.is_post)
        return true;
    if (!body->tag.form || body->tag.form[0] == '\0')
        return pages_fail(
            &body->reader, body->tag.offset, "a form that posts says where to; add action=\"/…\"");

    struct buffer form;
    buffer_init(&form, body->reader.arena, 0);
    pages_emit_literal(&form, body->tag.form, strcspn(body->tag.form, "?#"));
    pages_emit_line(&body->emitter, NULL, "tn_page_form_context(page, %s);", form.data);
    return true;
}

/* At ">" or "/>". */
static bool
end_tag(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const struct pages_tag *tag = &body->tag;
    const bool closes_itself = pages_accept(reader, "/");
    if (!pages_accept(reader, ">"))
        return pages_fail(reader, reader->at, "\">\" is missing behind \"/\"");
    if (body->block_count > tag->block_count)
        return pages_fail(reader, reader->at - 1,
            "the tag ends inside of a block that began in it; put {%% end %%} before \">\"");

    body->place = PLACE_TEXT;
    if (element_content(tag->name) == CONTENT_NONE) {
        pages_emit_markup(&body->emitter, ">", 1);
        return true;
    }
    if (closes_itself) {
        if (!is_inside_foreign(body))
            return pages_fail(reader, tag->offset,
                "<%s/> does not close itself in HTML; write <%s></%s>", tag->name, tag->name,
                tag->name);
        pages_emit_markup(&body->emitter, "/>", 2);
        return true;
    }
    if (body->element_count == PAGES_ELEMENTS_MAX)
        return pages_fail(
            reader, tag->offset, "more than %d elements inside each other", PAGES_ELEMENTS_MAX);

    body->elements[body->element_count++] =
        (struct pages_element){ .name = tag->name, .offset = tag->offset };
    pages_emit_markup(&body->emitter, ">", 1);
    /* A browser drops one line break here: a value that begins with one must keep it. */
    if (element_keeps_blanks(tag->name))
        pages_emit_markup(&body->emitter, "\n", 1);
    if (element_keeps_blanks(tag->name))
        pages_accept(reader, "\n");
    if (element_content(tag->name) == CONTENT_RAW)
        return copy_raw_content(body);
    return bind_form(body);
}

/* --- attributes ---------------------------------------------------------------------------------
 */

static bool
check_attribute(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const struct pages_attribute *attribute = &body->attribute;
    const char *refusal = attribute_refusal(attribute->name);
    if (refusal)
        return pages_fail(reader, attribute->offset, "%s= %s", attribute->name, refusal);

    const bool decides =
        attribute->is_action || attribute_literal_reason(body->tag.name, attribute->name) != NULL;
    if (decides && body->block_count > body->tag.block_count)
        return pages_fail(reader, attribute->offset,
            "%s= cannot depend on a condition; write the element twice", attribute->name);
    return true;
}

/* Behind the value: what the tag must know of it. */
static bool
end_attribute(struct pages_body *body)
{
    const struct pages_attribute *attribute = &body->attribute;
    const char *literal = attribute->literal.data;
    body->place = PLACE_TAG;
    if (strcmp(body->tag.name, "form") != 0)
        return true;
    if (attribute->is_action)
        body->tag.form = literal;
    if (strcmp(attribute->name, "method") != 0)
        return true;
    if (strcasecmp(literal, "post") != 0 && strcasecmp(literal, "get") != 0 &&
        strcasecmp(literal, "dialog") != 0)
        return pages_fail(
            &body->reader, attribute->offset, "a form's method is post, get or dialog");

    body->tag.is_post = strcasecmp(literal, "post") == 0;
    return true;
}

static bool
begin_attribute(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const size_t offset = reader->at;
    const char *written = read_markup_name(reader);
    if (!written)
        return pages_fail(reader, offset, "an attribute's name or \">\" is missing here");

    body->attribute = (struct pages_attribute){
        .name = lower(reader, written), .offset = offset, .block_count = body->block_count
    };
    struct pages_attribute *attribute = &body->attribute;
    attribute->is_url = attribute_is_url(attribute->name);
    attribute->is_action = strcmp(attribute->name, "action") == 0;
    buffer_init(&attribute->literal, reader->arena, 0);
    if (!check_attribute(body))
        return false;

    pages_emit_markup(&body->emitter, " ", 1);
    pages_emit_markup(&body->emitter, written, strlen(written));
    pages_skip_blanks(reader);
    if (!pages_accept(reader, "="))
        return true;

    pages_skip_blanks(reader);
    if (pages_looking_at(reader, "{"))
        return pages_fail(
            reader, reader->at, "put quotes around the value: %s=\"…\"", attribute->name);

    attribute->quote = reader->text[reader->at];
    const bool quoted = attribute->quote == '"' || attribute->quote == '\'';
    if (!quoted)
        return pages_fail(
            reader, reader->at, "put quotes around the value: %s=\"…\"", attribute->name);

    reader->at++;
    body->place = PLACE_ATTRIBUTE;
    pages_emit_markup(&body->emitter, "=", 1);
    pages_emit_markup(&body->emitter, &attribute->quote, 1);
    return true;
}

bool
pages_tag_step(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    const char c = reader->text[reader->at];
    if (pages_is_blank(c)) {
        pages_skip_blanks(reader);
        return true;
    }
    if (c == '>' || c == '/')
        return end_tag(body);
    return begin_attribute(body);
}

/* "^/assets/app.css", written in full: the page leads to the address that this file has while its
 * content is as it is. true: it was one, and is written. */
static bool
write_asset(struct pages_body *body)
{
    static const char folder[] = "/assets/";
    struct pages_reader *reader = &body->reader;
    struct pages_attribute *attribute = &body->attribute;
    const char *address = reader->text + reader->at;
    if (strncmp(address, folder, sizeof folder - 1) != 0)
        return false;

    const char *name = address + sizeof folder - 1;
    const size_t bytes = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789._-");
    if (bytes == 0 || name[bytes] != attribute->quote)
        return false;

    pages_emit_line(&body->emitter, NULL, "tn_page_asset(page, \"%.*s\");", (int)bytes, name);
    buffer_append(&attribute->literal, address, sizeof folder - 1 + bytes);
    reader->at += sizeof folder - 1 + bytes;
    return true;
}

/* The first character of an address. */
static bool
begin_url(struct pages_body *body)
{
    struct pages_attribute *attribute = &body->attribute;
    enum url_prefix prefix = URL_AS_IT_STANDS;
    if (!url_begin(&body->reader, attribute->is_action, &attribute->stage, &prefix))
        return false;

    if (prefix == URL_OF_ORGANIZATION)
        pages_emit_line(&body->emitter, NULL, "tn_page_base(page);");
    if (prefix == URL_OUTSIDE)
        buffer_character(&attribute->literal, '^');
    return true;
}

bool
pages_attribute_step(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    struct pages_attribute *attribute = &body->attribute;
    if (reader->text[reader->at] == attribute->quote) {
        if (body->block_count > attribute->block_count)
            return pages_fail(reader, reader->at,
                "the attribute ends inside of a block that began in it; put {%% end %%} before the "
                "quote");
        pages_emit_markup(&body->emitter, &attribute->quote, 1);
        reader->at++;
        return end_attribute(body);
    }
    if (attribute->is_url) {
        const bool is_start = attribute->stage == URL_START;
        if (is_start && !begin_url(body))
            return false;
        if (is_start && attribute->literal.length == 1 && write_asset(body))
            return true;
        if (!url_character(reader, &attribute->stage))
            return false;
    }
    const char c = reader->text[reader->at++];
    if (c == '<')
        pages_emit_markup(&body->emitter, "&lt;", 4);
    else
        pages_emit_markup(&body->emitter, &c, 1);
    buffer_character(&attribute->literal, c);
    return true;
}

bool
pages_attribute_value(struct pages_body *body)
{
    struct pages_reader *reader = &body->reader;
    struct pages_attribute *attribute = &body->attribute;
    const size_t offset = reader->at;
    const char *reason = attribute_literal_reason(body->tag.name, attribute->name);
    if (reason)
        return pages_fail(
            reader, offset, "%s= %s, so it is written literally", attribute->name, reason);
    if (attribute->is_url && !url_value(reader, offset, &attribute->stage))
        return false;

    reader->at += 2;
    const char *value = NULL;
    if (!pages_read_shown_value(reader, &body->scope, &value))
        return false;

    const char *macro = !attribute->is_url              ? "TN_PAGE_VALUE"
                        : attribute->stage == URL_QUERY ? "TN_PAGE_QUERY_VALUE"
                                                        : "TN_PAGE_PATH_VALUE";
    pages_emit_line(&body->emitter, pages_origin(body, offset), "%s(page, %s);", macro, value);
    buffer_character(&attribute->literal, '_');
    return true;
}
