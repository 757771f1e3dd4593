/* The appenders of src/html without their defence: with these linked, the attacks must succeed. */
#include "html/escape.h"

void
html_text(struct buffer *out, const char *text, size_t bytes)
{
    buffer_append(out, text, bytes);
}

void
html_attribute(struct buffer *out, const char *text, size_t bytes)
{
    buffer_append(out, text, bytes);
}

void
html_url(struct buffer *out, const char *text, size_t bytes)
{
    buffer_append(out, text, bytes);
}

void
html_url_path(struct buffer *out, const char *text, size_t bytes)
{
    buffer_append(out, text, bytes);
}
