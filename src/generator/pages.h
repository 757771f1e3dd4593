/* The page compiler: a folder of HTML files becomes a header and a file of C.
 *
 * It decides by the place where a value stands how it is escaped, and refuses places where nothing
 * can be. It reads and writes no files; docs/pages.md describes the language. */
#pragma once

#include "generator/pages_file.h"

struct pages_output {
    struct buffer header;
    struct buffer code;
};

/* Compile `files`, of which path, name, text and bytes are set, in the order of their names.
 * `prefix` stands before "pages.h" and before every function's name; "" for an application. False:
 * each file that was refused added a line to `ret_errors`. */
MUST_USE bool pages_compile(struct pages_file *files, size_t file_count, const char *prefix,
    struct arena *arena, struct pages_output *ret_output, struct buffer *ret_errors);
