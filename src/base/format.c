#include "base/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

/* Enough for any number; a text's width has no limit here that matters. */
#define WIDTH_MAX 1000

struct sink {
    char *out;
    size_t room; /* without the NUL */
    size_t length;
};

/* The list by itself is passed by value or by address, as the machine has it. */
struct list {
    va_list arguments;
};

enum size {
    SIZE_INT,
    SIZE_LONG,
    SIZE_LONG_LONG,
    SIZE_SIZE,
};

struct directive {
    bool is_zeroed;
    bool is_star;           /* the width is an argument */
    bool is_star_precision; /* the precision is one */
    int width;
    int precision; /* below 0: none */
    enum size size;
    char conversion;
};

static void
put(struct sink *sink, const char *text, size_t bytes)
{
    if (sink->length < sink->room) {
        const size_t left = sink->room - sink->length;
        memcpy(sink->out + sink->length, text, bytes < left ? bytes : left);
    }
    sink->length += bytes;
}

static void
pad(struct sink *sink, char with, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(sink, &with, 1);
}

/* Digits at `*at`; false when they are too many. */
static bool
read_count(const char **at, int *ret_count)
{
    int count = 0;
    for (; **at >= '0' && **at <= '9' && count <= WIDTH_MAX; (*at)++)
        count = 10 * count + (**at - '0');
    *ret_count = count;
    return count <= WIDTH_MAX;
}

static bool
read_count_or_star(const char **at, bool *ret_is_star, int *ret_count)
{
    *ret_is_star = **at == '*';
    if (!*ret_is_star)
        return read_count(at, ret_count);

    (*at)++;
    return true;
}

static enum size
read_size(const char **at)
{
    if (**at == 'z') {
        (*at)++;
        return SIZE_SIZE;
    }
    int longs = 0;
    for (; **at == 'l' && longs < 2; (*at)++)
        longs++;
    return longs == 0 ? SIZE_INT : longs == 1 ? SIZE_LONG : SIZE_LONG_LONG;
}

/* What stands behind a "%"; NULL when it is the library's. Else where the format goes on. */
static const char *
read_directive(const char *at, struct directive *ret)
{
    *ret = (struct directive){ .precision = -1 };
    if (*at == '0') {
        ret->is_zeroed = true;
        at++;
    }
    if (!read_count_or_star(&at, &ret->is_star, &ret->width))
        return NULL;

    const bool has_precision = *at == '.';
    if (has_precision) {
        at++;
        if (!read_count_or_star(&at, &ret->is_star_precision, &ret->precision))
            return NULL;
    }
    ret->size = read_size(&at);
    ret->conversion = *at;

    const bool is_plain = !ret->is_zeroed && ret->size == SIZE_INT;
    switch (ret->conversion) {
    case 'd':
    case 'u':
        return has_precision ? NULL : at + 1;
    case 's':
        return is_plain ? at + 1 : NULL;
    case 'c':
    case '%':
        return is_plain && !has_precision && !ret->is_star && ret->width == 0 ? at + 1 : NULL;
    default:
        return NULL;
    }
}

static void
put_number(struct sink *sink, const struct directive *directive, bool is_negative, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[sizeof digits - ++count] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);

    const size_t written = count + is_negative;
    const size_t padding =
        (size_t)directive->width > written ? (size_t)directive->width - written : 0;
    if (!directive->is_zeroed)
        pad(sink, ' ', padding);
    if (is_negative)
        put(sink, "-", 1);
    if (directive->is_zeroed)
        pad(sink, '0', padding);
    put(sink, digits + sizeof digits - count, count);
}

static int64_t
take_signed(struct list *list, enum size size)
{
    switch (size) {
    case SIZE_INT:
        return va_arg(list->arguments, int);
    case SIZE_LONG:
        return va_arg(list->arguments, long);
    case SIZE_LONG_LONG:
        return va_arg(list->arguments, long long);
    case SIZE_SIZE:
        return va_arg(list->arguments, ssize_t);
    }
    return 0;
}

static uint64_t
take_unsigned(struct list *list, enum size size)
{
    switch (size) {
    case SIZE_INT:
        return va_arg(list->arguments, unsigned);
    case SIZE_LONG:
        return va_arg(list->arguments, unsigned long);
    case SIZE_LONG_LONG:
        return va_arg(list->arguments, unsigned long long);
    case SIZE_SIZE:
        return va_arg(list->arguments, size_t);
    }
    return 0;
}

static void
put_string(struct sink *sink, const struct directive *directive, const char *text)
{
    const size_t bytes =
        directive->precision < 0 ? strlen(text) : strnlen(text, (size_t)directive->precision);
    if ((size_t)directive->width > bytes)
        pad(sink, ' ', (size_t)directive->width - bytes);
    put(sink, text, bytes);
}

/* False when the library is to do it: of a width below 0, and of a text that is NULL. */
static bool
put_directive(struct sink *sink, struct directive directive, struct list *list)
{
    if (directive.is_star)
        directive.width = va_arg(list->arguments, int);
    if (directive.is_star_precision)
        directive.precision = va_arg(list->arguments, int);
    if (directive.width < 0)
        return false;

    if (directive.conversion == 'd') {
        const int64_t number = take_signed(list, directive.size);
        put_number(sink, &directive, number < 0, number < 0 ? -(uint64_t)number : (uint64_t)number);
    } else if (directive.conversion == 'u') {
        put_number(sink, &directive, false, take_unsigned(list, directive.size));
    } else if (directive.conversion == 's') {
        const char *text = va_arg(list->arguments, const char *);
        if (!text)
            return false;
        put_string(sink, &directive, text);
    } else {
        const char character =
            directive.conversion == 'c' ? (char)va_arg(list->arguments, int) : '%';
        put(sink, &character, 1);
    }
    return true;
}

static bool
put_all(struct sink *sink, const char *format, struct list *list)
{
    while (true) {
        const char *percent = strchrnul(format, '%');
        put(sink, format, (size_t)(percent - format));
        if (*percent == '\0')
            return true;

        struct directive directive;
        format = read_directive(percent + 1, &directive);
        if (!format || !put_directive(sink, directive, list))
            return false;
    }
}

int
format_text(char *out, size_t capacity, const char *format, va_list arguments)
{
    struct list list;
    va_copy(list.arguments, arguments);
    struct sink sink = { out, capacity > 0 ? capacity - 1 : 0, 0 };
    const bool is_done = put_all(&sink, format, &list);
    va_end(list.arguments);
    if (!is_done || sink.length > INT32_MAX)
        return vsnprintf(out, capacity, format, arguments);

    if (capacity > 0)
        out[sink.length < sink.room ? sink.length : sink.room] = '\0';
    return (int)sink.length;
}
