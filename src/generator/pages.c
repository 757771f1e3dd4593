#include "generator/pages.h"

#include <string.h>

#include "generator/pages_body.h"

static void
write_includes(const struct pages_file *const *files, size_t file_count, struct buffer *out)
{
    for (size_t i = 0; i < file_count; i++) {
        for (size_t j = 0; j < files[i]->include_count; j++) {
            const char *line = arena_printf(out->arena, "#include %s\n", files[i]->includes[j]);
            if (!strstr(out->data, line))
                buffer_text(out, line);
        }
    }
}

static void
write_page_declaration(const struct pages_file *file, struct buffer *out)
{
    buffer_printf(out, "\n/* %s.html */\nstruct %s {\n", file->name, file->symbol);
    for (size_t i = 0; i < file->parameter_count; i++)
        buffer_printf(out, "    %s;\n", pages_declaration(&file->parameters[i], out->arena));
    if (file->parameter_count == 0)
        BUFFER_LITERAL(out, "    char nothing;\n");
    buffer_printf(out, "};\nvoid %s(struct tn_page *page, const struct %s *view);\n", file->symbol,
        file->symbol);
}

static void
write_prototype(const struct pages_file *file, const char *suffix, struct buffer *out)
{
    buffer_printf(out, "static void %s%s(struct tn_page *page", file->symbol, suffix);
    for (size_t i = 0; i < file->parameter_count; i++)
        buffer_printf(out, ", %s", pages_declaration(&file->parameters[i], out->arena));
    BUFFER_LITERAL(out, ");\n");
}

static void
write_tops(const struct pages_file *const *files, size_t file_count, const char *prefix,
    struct pages_output *output)
{
    buffer_printf(&output->header,
        "/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */\n"
        "#pragma once\n\n#include <tenantry/page.h>\n");
    write_includes(files, file_count, &output->header);
    buffer_printf(&output->code,
        "/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */\n"
        "#include \"%spages.h\"\n",
        prefix);
    bool has_prototypes = false;
    for (size_t i = 0; i < file_count; i++)
        has_prototypes |= files[i]->kind != PAGES_PAGE;
    if (has_prototypes)
        buffer_character(&output->code, '\n');
    for (size_t i = 0; i < file_count; i++) {
        if (files[i]->kind == PAGES_PAGE) {
            write_page_declaration(files[i], &output->header);
        } else if (files[i]->kind == PAGES_PART) {
            write_prototype(files[i], "", &output->code);
        } else {
            write_prototype(files[i], "_begin", &output->code);
            write_prototype(files[i], "_end", &output->code);
        }
    }
    buffer_character(&output->code, '\n');
}

static void
add_error(struct buffer *errors, const struct tn_error *error)
{
    buffer_text(errors, error->detail);
    buffer_character(errors, '\n');
}

bool
pages_compile(struct pages_file *files, size_t file_count, const char *prefix, struct arena *arena,
    struct pages_output *ret_output, struct buffer *ret_errors)
{
    const struct pages_file **known = ARENA_ARRAY(arena, file_count, const struct pages_file *);
    bool is_fine = true;
    for (size_t i = 0; i < file_count; i++) {
        struct tn_error error = { 0 };
        known[i] = &files[i];
        if (!pages_file_read(&files[i], arena, &error)) {
            add_error(ret_errors, &error);
            is_fine = false;
        }
        files[i].symbol = arena_printf(arena, "%s%s_%s", files[i].kind == PAGES_PAGE ? prefix : "",
            pages_kind_word(files[i].kind), files[i].name);
    }
    if (!is_fine)
        return false;

    struct pages_output output;
    buffer_init(&output.header, arena, 1024);
    buffer_init(&output.code, arena, 16384);
    write_tops(known, file_count, prefix, &output);
    for (size_t i = 0; i < file_count; i++) {
        struct tn_error error = { 0 };
        if (!pages_body_write(known[i], known, file_count, arena, &output.code, &error)) {
            add_error(ret_errors, &error);
            is_fine = false;
        }
    }
    *ret_output = output;
    return is_fine;
}
