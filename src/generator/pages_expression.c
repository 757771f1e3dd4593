#include "generator/pages_expression.h"

#include <string.h>

/* How deep parentheses, arguments and indices may be inside each other. */
enum { DEPTH_MAX = 32 };

/* One value as read: its C and what it is, which decides how it is compared. */
enum operand_kind {
    OPERAND_PATH,     /* a path or a call: a type that only the C compiler knows */
    OPERAND_STRING,   /* "literal" */
    OPERAND_CONSTANT, /* an integer, or a constant of the included headers */
};

struct operand {
    enum operand_kind kind;
    const char *c;
    size_t offset;
};

static bool read_operand(
    struct pages_reader *reader, struct pages_scope *scope, int depth, struct operand *ret_operand);
static bool
read_or(struct pages_reader *reader, struct pages_scope *scope, int depth, const char **ret_c);

static bool
is_reserved(const char *name)
{
    static const char *const words[] = { "page", "view", "request", "auto", "break", "case", "char",
        "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
        "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
        "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
        "while", "bool", "true", "false", "asm", "typeof", "in", "elif", "end", "content" };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i], name) == 0)
            return true;
    }
    return name[0] == '_';
}

static struct pages_name *
scope_find(struct pages_scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->count; i++) {
        if (strcmp(scope->names[i].name, name) == 0)
            return &scope->names[i];
    }
    return NULL;
}

bool
pages_scope_add(
    struct pages_scope *scope, struct pages_reader *reader, size_t offset, struct pages_name name)
{
    if (is_reserved(name.name))
        return pages_fail(
            reader, offset, "the name \"%s\" is taken by C or by pages; choose another", name.name);
    if (scope_find(scope, name.name))
        return pages_fail(
            reader, offset, "there is a \"%s\" here already; choose another name", name.name);
    if (scope->count == PAGES_NAMES_MAX)
        return pages_fail(reader, offset, "more than %d names", PAGES_NAMES_MAX);

    scope->names[scope->count++] = name;
    return true;
}

/* A constant of an included header: INVOICE_STATUS_OPEN, NULL. */
static bool
is_constant_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z')
            return false;
    }
    return true;
}

/* Behind a value: .member ->member [index] */
static bool
read_members(struct pages_reader *reader, struct pages_scope *scope, int depth, bool is_pointer,
    const char **c)
{
    for (;;) {
        const size_t offset = reader->at;
        if (pages_accept(reader, "[")) {
            struct operand index = { 0 };
            if (!read_operand(reader, scope, depth + 1, &index))
                return false;

            pages_skip_blanks(reader);
            if (!pages_accept(reader, "]"))
                return pages_fail(reader, reader->at, "\"]\" is missing behind the index");
            *c = arena_printf(reader->arena, "%s[%s]", *c, index.c);
        } else if (pages_accept(reader, "->") || pages_accept(reader, ".")) {
            const bool arrow = is_pointer || reader->text[offset] == '-';
            const char *member = pages_read_name(reader);
            if (!member)
                return pages_fail(reader, reader->at, "a member's name is missing behind \"%s\"",
                    reader->text[offset] == '-' ? "->" : ".");
            *c = arena_printf(reader->arena, "%s%s%s", *c, arrow ? "->" : ".", member);
        } else {
            return true;
        }
        is_pointer = false;
    }
}

static bool
read_call_arguments(struct pages_reader *reader, struct pages_scope *scope, int depth,
    size_t *ret_count, const char **ret_c)
{
    const size_t opening = reader->at;
    reader->at++;
    struct buffer out;
    buffer_init(&out, reader->arena, 0);
    size_t count = 0;
    pages_skip_blanks(reader);
    while (!pages_accept(reader, ")")) {
        if (reader->at >= reader->bytes)
            return pages_fail(reader, opening, "this \"(\" has no \")\"");
        if (count > 0 && !pages_accept(reader, ","))
            return pages_fail(reader, reader->at, "\",\" or \")\" is missing behind an argument");

        struct operand argument = { 0 };
        pages_skip_blanks(reader);
        if (!read_operand(reader, scope, depth + 1, &argument))
            return false;

        buffer_printf(&out, "%s%s", count > 0 ? ", " : "", argument.c);
        count++;
        pages_skip_blanks(reader);
    }
    *ret_count = count;
    *ret_c = out.data;
    return true;
}

static bool
read_named(
    struct pages_reader *reader, struct pages_scope *scope, int depth, struct operand *operand)
{
    const char *name = pages_read_name(reader);
    struct pages_name *known = scope_find(scope, name);
    if (!known && reader->text[reader->at] == '(' && !is_reserved(name)) {
        size_t count = 0;
        const char *arguments = NULL;
        if (!read_call_arguments(reader, scope, depth, &count, &arguments))
            return false;

        operand->c = arena_printf(reader->arena, "%s(%s)", name, arguments);
        return read_members(reader, scope, depth, false, &operand->c);
    }
    if (strcmp(name, "request") == 0) {
        operand->c = "tn_page_request(page)";
        return true;
    }
    if (!known &&
        (strcmp(name, "true") == 0 || strcmp(name, "false") == 0 || is_constant_name(name))) {
        operand->kind = OPERAND_CONSTANT;
        operand->c = name;
        return true;
    }
    if (!known)
        return pages_fail(reader, operand->offset,
            "there is no \"%s\" here; name a parameter of this file, a loop's variable, or call a "
            "function",
            name);

    known->is_used = true;
    operand->c = known->c;
    return read_members(reader, scope, depth, known->is_pointer, &operand->c);
}

static bool
read_operand(
    struct pages_reader *reader, struct pages_scope *scope, int depth, struct operand *ret_operand)
{
    if (depth > DEPTH_MAX)
        return pages_fail(reader, reader->at, "this expression is nested too deeply");

    pages_skip_blanks(reader);
    struct operand operand = { .kind = OPERAND_PATH, .offset = reader->at };
    const char c = reader->text[reader->at];
    if (c == '"') {
        operand.kind = OPERAND_STRING;
        if (!pages_read_string(reader, &operand.c))
            return false;
    } else if ((c >= '0' && c <= '9') || c == '-') {
        const size_t start = reader->at++;
        while (reader->text[reader->at] >= '0' && reader->text[reader->at] <= '9')
            reader->at++;
        if (pages_is_name(reader->text[reader->at]) || reader->at - start > 18 ||
            (c == '-' && reader->at == start + 1) || (c == '0' && reader->at > start + 1))
            return pages_fail(reader, start, "an integer is written in decimal digits");
        operand.kind = OPERAND_CONSTANT;
        operand.c = arena_memdup(reader->arena, reader->text + start, reader->at - start);
    } else if (pages_is_name_start(c)) {
        if (!read_named(reader, scope, depth, &operand))
            return false;
    } else {
        return pages_fail(reader, reader->at, "a value is missing here");
    }
    *ret_operand = operand;
    return true;
}

bool
pages_read_value(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c)
{
    struct operand operand = { 0 };
    if (!read_operand(reader, scope, 0, &operand))
        return false;

    *ret_c = operand.c;
    return true;
}

bool
pages_read_shown_value(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c)
{
    pages_skip_blanks(reader);
    const size_t offset = reader->at;
    if (!pages_read_value(reader, scope, ret_c))
        return false;

    for (size_t i = 0; i < scope->count; i++) {
        if (scope->names[i].is_enum && strcmp(scope->names[i].c, *ret_c) == 0)
            return pages_fail(reader, offset,
                "\"%s\" is an enum, a number to a reader; call a function that names it",
                scope->names[i].name);
    }
    pages_skip_blanks(reader);
    if (!pages_accept(reader, "}}"))
        return pages_fail(reader, reader->at,
            "\"}}\" is missing here; what is more than a path or a call is computed in C");
    return true;
}

bool
pages_read_arguments(
    struct pages_reader *reader, struct pages_scope *scope, size_t *ret_count, const char **ret_c)
{
    *ret_count = 0;
    *ret_c = "";
    if (!pages_looking_at(reader, "("))
        return true;

    const char *arguments = NULL;
    if (!read_call_arguments(reader, scope, 0, ret_count, &arguments))
        return false;

    if (*ret_count > 0)
        *ret_c = arena_printf(reader->arena, ", %s", arguments);
    return true;
}

static const char *
read_comparison_sign(struct pages_reader *reader)
{
    static const char *const signs[] = { "==", "!=", "<=", ">=", "<", ">" };
    pages_skip_blanks(reader);
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (pages_accept(reader, signs[i]))
            return signs[i];
    }
    return NULL;
}

static const char *
compared(struct pages_reader *reader, const struct operand *operand)
{
    if (operand->kind == OPERAND_PATH)
        return arena_printf(reader->arena, "TN_PAGE_COMPARED(%s)", operand->c);
    return operand->c;
}

static bool
write_comparison(struct pages_reader *reader, const struct operand *left, const char *sign,
    const struct operand *right, const char **ret_c)
{
    if (left->kind == OPERAND_STRING)
        return pages_fail(reader, left->offset,
            "a text to compare with stands on the right side; turn the comparison round");
    if (right->kind != OPERAND_STRING) {
        *ret_c = arena_printf(
            reader->arena, "%s %s %s", compared(reader, left), sign, compared(reader, right));
        return true;
    }
    if (strcmp(sign, "==") != 0 && strcmp(sign, "!=") != 0)
        return pages_fail(reader, right->offset, "text is compared with == and != only");

    *ret_c = arena_printf(
        reader->arena, "%sTN_PAGE_EQUALS(%s, %s)", sign[0] == '!' ? "!" : "", left->c, right->c);
    return true;
}

/* `negated`: behind a "!", which takes one value and leaves a comparison to its caller to refuse.
 */
static bool
read_comparison(struct pages_reader *reader, struct pages_scope *scope, int depth, bool negated,
    const char **ret_c)
{
    struct operand left = { 0 };
    if (!read_operand(reader, scope, depth, &left))
        return false;

    const char *sign = negated ? NULL : read_comparison_sign(reader);
    if (sign) {
        struct operand right = { 0 };
        return read_operand(reader, scope, depth, &right) &&
               write_comparison(reader, &left, sign, &right, ret_c);
    }
    if (left.kind == OPERAND_STRING)
        return pages_fail(reader, left.offset, "a text by itself is no condition");

    *ret_c = left.kind == OPERAND_CONSTANT ? left.c
                                           : arena_printf(reader->arena, "TN_PAGE_IS(%s)", left.c);
    return true;
}

static bool
read_not(struct pages_reader *reader, struct pages_scope *scope, int depth, bool negated,
    const char **ret_c)
{
    if (depth > DEPTH_MAX)
        return pages_fail(reader, reader->at, "this condition is nested too deeply");

    const char *inner = NULL;
    pages_skip_blanks(reader);
    if (reader->text[reader->at] == '!' && reader->text[reader->at + 1] != '=') {
        reader->at++;
        if (!read_not(reader, scope, depth + 1, true, &inner))
            return false;

        const size_t behind = reader->at;
        if (read_comparison_sign(reader))
            return pages_fail(reader, behind, "put what \"!\" negates in parentheses");
        *ret_c = arena_printf(reader->arena, "!%s", inner);
        return true;
    }
    if (reader->text[reader->at] != '(')
        return read_comparison(reader, scope, depth, negated, ret_c);

    const size_t opening = reader->at++;
    if (!read_or(reader, scope, depth + 1, &inner))
        return false;

    pages_skip_blanks(reader);
    if (!pages_accept(reader, ")"))
        return pages_fail(reader, opening, "this \"(\" has no \")\"");
    *ret_c = arena_printf(reader->arena, "(%s)", inner);
    return true;
}

static bool
read_and(struct pages_reader *reader, struct pages_scope *scope, int depth, bool *ret_is_chain,
    const char **ret_c)
{
    *ret_is_chain = false;
    if (!read_not(reader, scope, depth, false, ret_c))
        return false;

    for (;;) {
        pages_skip_blanks(reader);
        if (!pages_accept(reader, "&&"))
            return true;

        const char *right = NULL;
        if (!read_not(reader, scope, depth, false, &right))
            return false;

        *ret_is_chain = true;
        *ret_c = arena_printf(reader->arena, "%s && %s", *ret_c, right);
    }
}

static bool
read_or(struct pages_reader *reader, struct pages_scope *scope, int depth, const char **ret_c)
{
    bool is_chain = false;
    if (!read_and(reader, scope, depth, &is_chain, ret_c))
        return false;

    for (;;) {
        pages_skip_blanks(reader);
        if (!pages_accept(reader, "||"))
            return true;

        /* gcc wants "&&" inside "||" in parentheses. */
        const char *left = is_chain ? arena_printf(reader->arena, "(%s)", *ret_c) : *ret_c;
        const char *right = NULL;
        if (!read_and(reader, scope, depth, &is_chain, &right))
            return false;

        *ret_c = arena_printf(reader->arena, is_chain ? "%s || (%s)" : "%s || %s", left, right);
        is_chain = false;
    }
}

bool
pages_read_condition(struct pages_reader *reader, struct pages_scope *scope, const char **ret_c)
{
    return read_or(reader, scope, 0, ret_c);
}
