/* Writing the C of a page: statements with indentation, and markup that is collected so that what
 * stands together becomes one call. */
#pragma once

#include "base/buffer.h"

struct pages_emitter {
    struct buffer *out;
    struct buffer markup; /* not written yet */
    int depth;            /* of braces */
};

void pages_emitter_init(struct pages_emitter *emitter, struct buffer *out, struct arena *arena);
/* Constant markup. */
void pages_emit_markup(struct pages_emitter *emitter, const char *text, size_t bytes);
/* Write what was collected. */
void pages_emit_flush(struct pages_emitter *emitter);
/* One line of C, behind all markup so far. "}" at its beginning is one step further out, "{" at its
 * end begins a step. `origin` ("invoices.html:12") is put behind it, so that what the C compiler
 * says about the line leads to the page; NULL for none. */
void pages_emit_line(struct pages_emitter *emitter, const char *origin, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* `text` as a C string literal. */
void pages_emit_literal(struct buffer *out, const char *text, size_t bytes);
