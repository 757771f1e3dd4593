#include "html/escape.h"

#include <stdbool.h>
#include <string.h>

/* Both quotes are escaped between tags too: a value that is moved into an attribute stays harmless.
 */
static const char *const references[256] = {
    ['&'] = "&amp;",
    ['<'] = "&lt;",
    ['>'] = "&gt;",
    ['"'] = "&quot;",
    ['\''] = "&#39;",
};

static void
append_escaped(struct buffer *out, const char *text, size_t bytes)
{
    size_t plain = 0;
    for (size_t i = 0; i < bytes; i++) {
        const char *reference = references[(unsigned char)text[i]];
        if (!reference)
            continue;

        buffer_append(out, text + plain, i - plain);
        buffer_text(out, reference);
        plain = i + 1;
    }
    buffer_append(out, text + plain, bytes - plain);
}

void
html_text(struct buffer *out, const char *text, size_t bytes)
{
    append_escaped(out, text, bytes);
}

void
html_attribute(struct buffer *out, const char *text, size_t bytes)
{
    append_escaped(out, text, bytes);
}

static bool
is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void
html_url(struct buffer *out, const char *text, size_t bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < bytes; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (is_unreserved(c)) {
            buffer_character(out, (char)c);
        } else {
            const char encoded[3] = { '%', digits[c >> 4], digits[c & 15] };
            buffer_append(out, encoded, sizeof encoded);
        }
    }
}

void
html_url_path(struct buffer *out, const char *text, size_t bytes)
{
    size_t dots = 0;
    while (dots < bytes && text[dots] == '.')
        dots++;
    if (dots < bytes)
        html_url(out, text, bytes);
}
