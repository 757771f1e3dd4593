/* One file of a page folder: what its first comments declare.
 *
 *     <!-- include "queries.h" -->
 *     <!-- page invoices (struct invoices_by_status_rows invoices, enum invoice_status status) -->
 *
 * A page becomes a function of the application's; a part is called by pages (and parts), a layout
 * stands around them. */
#pragma once

#include "generator/pages_expression.h"

enum pages_kind { PAGES_PAGE, PAGES_PART, PAGES_LAYOUT };

enum { PAGES_PARAMETERS_MAX = 32, PAGES_INCLUDES_MAX = 32 };

struct pages_parameter {
    const char *type; /* "const char *", "struct invoice" */
    const char *name;
    size_t offset;
};

struct pages_file {
    const char *path; /* as errors show it */
    const char *name; /* its name without ".html" */
    const char *text; /* NUL-terminated */
    size_t bytes;

    enum pages_kind kind;
    const char *symbol; /* "page_invoices": of its function and, for a page, its struct */
    struct pages_parameter parameters[PAGES_PARAMETERS_MAX];
    size_t parameter_count;
    const char *includes[PAGES_INCLUDES_MAX]; /* "\"queries.h\"", "<time.h>" */
    size_t include_count;
    size_t body; /* where its markup begins */
};

/* Read the first comments of `file`, of which path, name, text and bytes are set. */
MUST_USE bool pages_file_read(struct pages_file *file, struct arena *arena, struct tn_error *error);
/* "page", "part", "layout" */
const char *pages_kind_word(enum pages_kind kind);
/* A declaration in C: "const char *title". */
const char *pages_declaration(const struct pages_parameter *parameter, struct arena *arena);
bool pages_parameter_is_pointer(const struct pages_parameter *parameter);
