#include "generator/pages_file.h"

#include <string.h>

#include "base/utf8.h"

static const char *const kind_words[] = {
    [PAGES_PAGE] = "page",
    [PAGES_PART] = "part",
    [PAGES_LAYOUT] = "layout",
};

const char *
pages_kind_word(enum pages_kind kind)
{
    return kind_words[kind];
}

bool
pages_parameter_is_pointer(const struct pages_parameter *parameter)
{
    return parameter->type[strlen(parameter->type) - 1] == '*';
}

const char *
pages_declaration(const struct pages_parameter *parameter, struct arena *arena)
{
    return arena_printf(arena, "%s%s%s", parameter->type,
        pages_parameter_is_pointer(parameter) ? "" : " ", parameter->name);
}

/* Words and stars up to "," or ")": the last word is the name, the rest its type. */
static bool
read_parameter(struct pages_reader *reader, struct pages_parameter *ret_parameter)
{
    struct buffer type;
    buffer_init(&type, reader->arena, 0);
    const char *word = NULL;
    size_t offset = reader->at;
    for (;;) {
        pages_skip_blanks(reader);
        const char c = reader->text[reader->at];
        if (c != '*' && !pages_is_name_start(c))
            break;

        if (word) {
            buffer_printf(&type, "%s%s", type.length > 0 ? " " : "", word);
            word = NULL;
        }
        offset = reader->at;
        if (c == '*') {
            buffer_text(&type, type.length > 0 && type.data[type.length - 1] == '*' ? "*" : " *");
            reader->at++;
        } else {
            word = pages_read_name(reader);
        }
    }
    if (!word || type.length == 0)
        return pages_fail(reader, offset,
            "a parameter is a C type of words and \"*\", and a name: (const char *title, struct "
            "invoice invoice)");

    *ret_parameter = (struct pages_parameter){ .type = type.data, .name = word, .offset = offset };
    return true;
}

static bool
read_parameters(struct pages_reader *reader, struct pages_file *file)
{
    const size_t opening = reader->at;
    if (!pages_accept(reader, "("))
        return true;

    pages_skip_blanks(reader);
    while (!pages_accept(reader, ")")) {
        if (file->parameter_count == PAGES_PARAMETERS_MAX)
            return pages_fail(reader, reader->at, "more than %d parameters; put them in a struct",
                PAGES_PARAMETERS_MAX);
        if (file->parameter_count > 0 && !pages_accept(reader, ","))
            return pages_fail(reader, reader->at, "\",\" or \")\" is missing behind a parameter");
        if (reader->at >= reader->bytes)
            return pages_fail(reader, opening, "this \"(\" has no \")\"");
        if (!read_parameter(reader, &file->parameters[file->parameter_count]))
            return false;

        file->parameter_count++;
    }
    return true;
}

/* Behind "page", "part" or "layout". */
static bool
read_declaration(struct pages_reader *reader, struct pages_file *file)
{
    pages_skip_blanks(reader);
    const size_t offset = reader->at;
    const char *name = pages_read_name(reader);
    if (!name || strcmp(name, file->name) != 0)
        return pages_fail(reader, offset, "the %s of this file is named \"%s\", after the file",
            pages_kind_word(file->kind), file->name);

    pages_skip_blanks(reader);
    return read_parameters(reader, file);
}

static bool
read_include(struct pages_reader *reader, struct pages_file *file)
{
    pages_skip_blanks(reader);
    const size_t start = reader->at;
    const char *name = NULL;
    if (file->include_count == PAGES_INCLUDES_MAX)
        return pages_fail(reader, start, "more than %d headers", PAGES_INCLUDES_MAX);
    if (reader->text[start] == '"') {
        if (!pages_read_string(reader, &name))
            return false;
    } else if (reader->text[start] == '<') {
        const size_t length = strcspn(reader->text + start, ">\n");
        if (reader->text[start + length] != '>')
            return pages_fail(reader, start, "\">\" is missing behind the header's name");
        name = arena_memdup(reader->arena, reader->text + start, length + 1);
        reader->at += length + 1;
    } else {
        return pages_fail(reader, start, "a header is named \"queries.h\" or <tenantry/page.h>");
    }
    file->includes[file->include_count++] = name;
    return true;
}

static bool
read_end_of_comment(struct pages_reader *reader)
{
    pages_skip_blanks(reader);
    if (!pages_accept(reader, "-->"))
        return pages_fail(reader, reader->at, "\"-->\" is missing here");

    pages_skip_blanks(reader);
    return true;
}

static bool
is_valid_name(const char *name)
{
    if (!pages_is_name_start(name[0]))
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!pages_is_name(*c))
            return false;
    }
    return true;
}

bool
pages_file_read(struct pages_file *file, struct arena *arena, struct tn_error *error)
{
    struct pages_reader reader = {
        .path = file->path, .text = file->text, .bytes = file->bytes, .arena = arena, .error = error
    };
    if (!utf8_is_valid(file->text, file->bytes))
        return pages_fail(&reader, 0, "the file is not UTF-8 text");
    if (!is_valid_name(file->name))
        return pages_fail(
            &reader, 0, "a page's file is named like a function in C: letters, digits and \"_\"");

    pages_skip_blanks(&reader);
    for (;;) {
        const size_t start = reader.at;
        if (!pages_accept(&reader, "<!--"))
            break;

        pages_skip_blanks(&reader);
        for (int kind = PAGES_PAGE; kind <= PAGES_LAYOUT; kind++) {
            if (pages_looking_at_word(&reader, kind_words[kind])) {
                reader.at += strlen(kind_words[kind]);
                file->kind = (enum pages_kind)kind;
                if (!read_declaration(&reader, file) || !read_end_of_comment(&reader))
                    return false;

                file->body = reader.at;
                return true;
            }
        }
        if (pages_looking_at_word(&reader, "include")) {
            reader.at += strlen("include");
            if (!read_include(&reader, file) || !read_end_of_comment(&reader))
                return false;
        } else {
            const char *end = strstr(reader.text + reader.at, "-->");
            if (!end)
                return pages_fail(&reader, start, "this comment has no \"-->\"");
            reader.at = (size_t)(end - reader.text) + 3;
            pages_skip_blanks(&reader);
        }
    }
    return pages_fail(&reader, reader.at,
        "the file does not say what it is; begin it with <!-- page %s (const char *title) -->",
        file->name);
}
