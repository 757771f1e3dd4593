#include "json/writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

void
json_writer_init(struct json_writer *json, struct buffer *out)
{
    *json = (struct json_writer){ .out = out };
}

static void
separate(struct json_writer *json)
{
    if (json->needs_comma)
        buffer_character(json->out, ',');
    json->needs_comma = true;
}

static void
begin(struct json_writer *json, char bracket)
{
    separate(json);
    buffer_character(json->out, bracket);
    json->needs_comma = false;
}

static void
end(struct json_writer *json, char bracket)
{
    buffer_character(json->out, bracket);
    json->needs_comma = true;
}

void
json_object_begin(struct json_writer *json)
{
    begin(json, '{');
}

void
json_object_end(struct json_writer *json)
{
    end(json, '}');
}

void
json_array_begin(struct json_writer *json)
{
    begin(json, '[');
}

void
json_array_end(struct json_writer *json)
{
    end(json, ']');
}

void
json_key(struct json_writer *json, const char *name)
{
    separate(json);
    json_quote(json->out, name, strlen(name));
    buffer_character(json->out, ':');
    json->needs_comma = false;
}

void
json_put_text(struct json_writer *json, const char *text)
{
    if (!text) {
        json_put_null(json);
        return;
    }
    separate(json);
    json_quote(json->out, text, strlen(text));
}

void
json_put_boolean(struct json_writer *json, bool value)
{
    separate(json);
    buffer_text(json->out, value ? "true" : "false");
}

void
json_put_integer(struct json_writer *json, int64_t value)
{
    separate(json);
    buffer_integer(json->out, value);
}

void
json_put_time(struct json_writer *json, int64_t us)
{
    separate(json);
    buffer_character(json->out, '"');
    time_append_iso(json->out, us);
    buffer_character(json->out, '"');
}

void
json_put_null(struct json_writer *json)
{
    separate(json);
    BUFFER_LITERAL(json->out, "null");
}

/* The shortest decimal digits that read back as `value`, and where the point stands: 0.DIGITS times
 * ten to the power of `point`. */
struct digits {
    char text[20];
    int count;
    int point;
};

static struct digits
shortest_digits(double value)
{
    char scientific[40];
    for (int precision = 0; precision < 17; precision++) {
        snprintf(scientific, sizeof(scientific), "%.*e", precision, value);
        if (strtod(scientific, NULL) == value)
            break;
    }

    struct digits digits = { .count = 0 };
    const char *at = scientific;
    for (; *at && *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            digits.text[digits.count++] = *at;
    digits.point = *at == 'e' ? (int)strtol(at + 1, NULL, 10) + 1 : 1;
    while (digits.count > 1 && digits.text[digits.count - 1] == '0')
        digits.count--;
    return digits;
}

/* ECMA-262, Number::toString, for radix 10. */
static void
append_number(struct buffer *out, double value)
{
    if (value < 0) {
        buffer_character(out, '-');
        value = -value;
    }
    struct digits digits = shortest_digits(value);
    size_t count = (size_t)digits.count;

    if (digits.point > 21 || digits.point <= -6) {
        buffer_character(out, digits.text[0]);
        if (count > 1)
            buffer_character(out, '.');
        buffer_append(out, digits.text + 1, count - 1);
        buffer_printf(out, "e%+d", digits.point - 1);
    } else if (digits.point >= digits.count) {
        buffer_append(out, digits.text, count);
        for (int i = digits.count; i < digits.point; i++)
            buffer_character(out, '0');
    } else if (digits.point > 0) {
        buffer_append(out, digits.text, (size_t)digits.point);
        buffer_character(out, '.');
        buffer_append(out, digits.text + digits.point, count - (size_t)digits.point);
    } else {
        BUFFER_LITERAL(out, "0.");
        for (int i = digits.point; i < 0; i++)
            buffer_character(out, '0');
        buffer_append(out, digits.text, count);
    }
}

void
json_put_number(struct json_writer *json, double value)
{
    separate(json);
    if (!isfinite(value))
        BUFFER_LITERAL(json->out, "null");
    else if (fpclassify(value) == FP_ZERO)
        buffer_character(json->out, '0');
    else
        append_number(json->out, value);
}

static void
put_items(struct json_writer *json, const struct json_value *value)
{
    for (size_t i = 0; i < value->count; i++) {
        if (value->kind == JSON_KIND_OBJECT)
            json_key(json, value->keys[i]);
        json_put_value(json, &value->items[i]);
    }
}

void
json_put_value(struct json_writer *json, const struct json_value *value)
{
    switch (value->kind) {
    case JSON_KIND_UNDEFINED:
    case JSON_KIND_NULL:
        json_put_null(json);
        return;
    case JSON_KIND_BOOLEAN:
        json_put_boolean(json, value->boolean);
        return;
    case JSON_KIND_NUMBER:
        json_put_number(json, value->number);
        return;
    case JSON_KIND_STRING:
        separate(json);
        json_quote(json->out, value->text, value->text_bytes);
        return;
    case JSON_KIND_ARRAY:
        json_array_begin(json);
        put_items(json, value);
        json_array_end(json);
        return;
    case JSON_KIND_OBJECT:
        json_object_begin(json);
        put_items(json, value);
        json_object_end(json);
        return;
    }
}

static void
append_escape(struct buffer *out, unsigned char character)
{
    static const char short_names[] = {
        ['\b'] = 'b',
        ['\t'] = 't',
        ['\n'] = 'n',
        ['\f'] = 'f',
        ['\r'] = 'r',
    };
    char name = 0;
    if (character == '"' || character == '\\')
        name = (char)character;
    else if (character < sizeof(short_names))
        name = short_names[character];

    if (name)
        buffer_printf(out, "\\%c", name);
    else
        buffer_printf(out, "\\u%04x", (unsigned)character);
}

/* Does one of these eight bytes need an escape: below 0x20, a quote, a backslash? Each test finds a
 * byte that is zero, or less than what is subtracted; a byte after one that is found may be taken
 * for another, so this tells whether, not where. */
static bool
has_special(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t quotes = eight ^ (ones * '"');
    const uint64_t backslashes = eight ^ (ones * '\\');
    const uint64_t controls = (eight - ones * 0x20) & ~eight;
    const uint64_t found =
        controls | ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes);
    return found & (ones * 0x80);
}

static bool
is_special(unsigned char character)
{
    return character < 0x20 || character == '"' || character == '\\';
}

/* Copy to `end`, which has room for all, up to what needs an escape; answers how much that was.
 * The last bytes are taken together with some before them, which are copied twice. */
static size_t
copy_plain(char *end, const char *text, size_t bytes)
{
    uint64_t eight;
    uint32_t halves[2];
    size_t at = 0;
    for (; bytes - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (has_special(eight))
            break;
        memcpy(end + at, &eight, sizeof eight);
    }

    if (bytes - at < sizeof eight && bytes >= sizeof eight) {
        memcpy(&eight, text + bytes - sizeof eight, sizeof eight);
        if (!has_special(eight)) {
            memcpy(end + bytes - sizeof eight, &eight, sizeof eight);
            return bytes;
        }
    } else if (bytes < sizeof eight && bytes >= sizeof halves[0]) {
        memcpy(&halves[0], text, sizeof halves[0]);
        memcpy(&halves[1], text + bytes - sizeof halves[1], sizeof halves[1]);
        if (!has_special((uint64_t)halves[0] << 32 | halves[1])) {
            memcpy(end, &halves[0], sizeof halves[0]);
            memcpy(end + bytes - sizeof halves[1], &halves[1], sizeof halves[1]);
            return bytes;
        }
    }

    for (; at < bytes && !is_special((unsigned char)text[at]); at++)
        end[at] = text[at];
    return at;
}

void
json_quote(struct buffer *out, const char *text, size_t bytes)
{
    char *end = buffer_reserve(out, bytes + 2);
    *end++ = '"';
    size_t at = copy_plain(end, text, bytes);
    buffer_grow(out, at + 1);
    while (at < bytes) {
        append_escape(out, (unsigned char)text[at++]);
        const size_t plain = copy_plain(buffer_reserve(out, bytes - at + 1), text + at, bytes - at);
        buffer_grow(out, plain);
        at += plain;
    }
    buffer_character(out, '"');
}
