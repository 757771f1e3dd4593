#include "http/form.h"

#include <string.h>

#include "base/utf8.h"

static int
hexadecimal_digit(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

const char *
percent_decode(const char *text, size_t bytes, bool plus, struct arena *arena)
{
    char *decoded = arena_alloc(arena, bytes + 1);
    size_t length = 0;

    for (size_t i = 0; i < bytes; i++) {
        char character = text[i];
        if (character == '%') {
            if (bytes - i < 3)
                return NULL;

            const int high = hexadecimal_digit(text[i + 1]);
            const int low = hexadecimal_digit(text[i + 2]);
            if (high < 0 || low < 0)
                return NULL;

            character = (char)(high * 16 + low);
            i += 2;
        } else if (character == '+' && plus) {
            character = ' ';
        }
        decoded[length++] = character;
    }
    return utf8_is_valid(decoded, length) ? decoded : NULL;
}

void
percent_encode(struct buffer *out, const char *text, size_t bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    static const bool is_unreserved[256] = {
        ['A' ... 'Z'] = true,
        ['a' ... 'z'] = true,
        ['0' ... '9'] = true,
        ['-'] = true,
        ['_'] = true,
        ['.'] = true,
        ['!'] = true,
        ['~'] = true,
        ['*'] = true,
        ['\''] = true,
        ['('] = true,
        [')'] = true,
    };

    for (size_t i = 0; i < bytes; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (is_unreserved[byte]) {
            buffer_character(out, text[i]);
        } else {
            const char escape[3] = { '%', digits[byte >> 4], digits[byte & 15] };
            buffer_append(out, escape, sizeof escape);
        }
    }
}

static size_t
count_parts(const char *text, size_t bytes)
{
    size_t count = 1;
    for (size_t i = 0; i < bytes; i++)
        count += text[i] == '&';
    return count;
}

static bool
parse_part(const char *text, size_t bytes, struct arena *arena, struct http_pair *ret_pair,
    struct tn_error *error)
{
    const char *equals = memchr(text, '=', bytes);
    const size_t name_bytes = equals ? (size_t)(equals - text) : bytes;
    const char *value = equals ? equals + 1 : text + bytes;

    ret_pair->name = percent_decode(text, name_bytes, true, arena);
    ret_pair->value = percent_decode(value, (size_t)(text + bytes - value), true, arena);
    if (!ret_pair->name || !ret_pair->value)
        return error_set(error, TN_BAD_REQUEST, "a form field is not encoded text");

    return true;
}

bool
form_parse(const char *text, size_t bytes, size_t field_limit, struct arena *arena,
    struct http_pairs *ret_pairs, struct tn_error *error)
{
    /* Empty parts count too: a body of nothing but "&" is as much work as one with fields. */
    const size_t part_count = count_parts(text, bytes);
    if (part_count > field_limit)
        return error_set(error, TN_BAD_REQUEST, "a form has more than %zu fields", field_limit);

    struct http_pairs pairs = { .items = ARENA_ARRAY(arena, part_count, struct http_pair) };
    const char *end = text + bytes;
    for (const char *part = text; part < end;) {
        const char *ampersand = memchr(part, '&', (size_t)(end - part));
        const char *part_end = ampersand ? ampersand : end;
        if (part_end > part) {
            if (!parse_part(
                    part, (size_t)(part_end - part), arena, &pairs.items[pairs.count], error))
                return false;

            pairs.count++;
        }
        part = part_end + 1;
    }
    *ret_pairs = pairs;
    return true;
}

const char *
pairs_find(const struct http_pairs *pairs, const char *name)
{
    return pairs_at(pairs, name, 0);
}

const char *
pairs_at(const struct http_pairs *pairs, const char *name, size_t index)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (strcmp(pairs->items[i].name, name) == 0 && index-- == 0)
            return pairs->items[i].value;
    }
    return NULL;
}

size_t
pairs_count(const struct http_pairs *pairs, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < pairs->count; i++)
        count += strcmp(pairs->items[i].name, name) == 0;
    return count;
}
