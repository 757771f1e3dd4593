#include <string.h>
#include <strings.h>

#include "http/gate.h"
#include "http/inside.h"

#define NAME "Content-Length:"
#define COOKIE "Cookie:"
/* No letter of a name has this bit: the gate refuses one that was left so. */
#define HIDDEN ((char)0x80)

/* Digits, as many as the gate takes, behind blanks. With blanks behind them it would be one, and
 * libmicrohttpd takes it for none. */
static bool
is_length(const char *value, size_t bytes)
{
    while (bytes > 0 && (value[0] == ' ' || value[0] == '\t')) {
        value++;
        bytes--;
    }
    if (bytes > 0 && value[bytes - 1] == '\r')
        bytes--;

    size_t digits = 0;
    while (digits < bytes && value[digits] >= '0' && value[digits] <= '9')
        digits++;
    return digits > 0 && digits <= LENGTH_DIGITS_MAX && digits == bytes;
}

/* One line of a head that ends with LF; `next` is what stands behind it. */
static bool
is_broken_length(const char *line, size_t bytes, char next)
{
    const size_t name_bytes = sizeof NAME - 1;
    if (bytes < name_bytes || strncasecmp(line, NAME, name_bytes) != 0)
        return false;

    /* A folded line says more than stands in its first one. */
    return next == ' ' || next == '\t' || !is_length(line + name_bytes, bytes - name_bytes);
}

static bool
is_cookie(const char *line, size_t bytes)
{
    return (line[0] | 0x20) == 'c' && bytes >= sizeof COOKIE - 1 &&
           strncasecmp(line, COOKIE, sizeof COOKIE - 1) == 0;
}

/* libmicrohttpd copies the cookies and takes them apart, byte by byte, for nobody. It does so with
 * the first line that bears this name. */
static void
hide_cookie(char *line, char **ret_cookie)
{
    *ret_cookie = line;
    if (line)
        line[0] ^= HIDDEN;
}

void
head_show_cookie(char *cookie)
{
    cookie[0] ^= HIDDEN;
}

const char *
head_fault(char *head, size_t bytes, char **ret_cookie)
{
    const char *end = head + strnlen(head, bytes);
    const char *fault = NULL;
    char *cookie = NULL;
    *ret_cookie = NULL;
    for (char *line = head;;) {
        char *line_end = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        /* The rest did not come yet, or NUL stands there. */
        if (!line_end)
            return end + 1 < head + bytes && end[1] == '\n'
                       ? "NUL stands for the CR of a line's end"
                       : fault;
        /* Cut at its colon, ":" LF would look like the end of the head. */
        if (line_end == line || line_end[-1] != '\r')
            return "a header line does not end in CR LF";
        if (line_end == line + 1) {
            /* Only in a head that is whole: libmicrohttpd moves one that must grow. */
            hide_cookie(cookie, ret_cookie);
            return fault;
        }

        if (!cookie && is_cookie(line, (size_t)(line_end - line)))
            cookie = line;
        const char next = line_end + 1 < end ? line_end[1] : '\0';
        if (is_broken_length(line, (size_t)(line_end - line), next)) {
            line[0] = '!';
            fault = "a Content-Length that is not a number";
        }
        line = line_end + 1;
    }
}
