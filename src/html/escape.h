/* Text for HTML, each appender named after the place where it may stand.
 *
 * None of them makes a value fit for a tag's or attribute's name, an unquoted attribute, a script
 * or a style: there is no appender for those places, and the page compiler refuses them. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"

/* Between tags. */
void html_text(struct buffer *out, const char *text, size_t bytes);
/* Inside an attribute's value, in quotes of either kind. */
void html_attribute(struct buffer *out, const char *text, size_t bytes);
/* One path segment or query value of a URL: percent-encoded, all but A-Z a-z 0-9 - . _ ~, so that
 * it needs no further escaping wherever the URL stands. */
void html_url(struct buffer *out, const char *text, size_t bytes);
/* Likewise, as part of a path. A value of nothing but dots, which a browser would take for a step
 * up
 * ("..", however it is encoded), is left out. */
void html_url_path(struct buffer *out, const char *text, size_t bytes);
