/* The markup of one file on its way to C: where in the HTML the cursor stands decides what may
 * stand there and how a value is escaped.
 *
 * Inside {% %} blocks the markup must leave as it came: a block that begins between tags ends
 * between tags with the same elements open, one that begins inside a tag or an attribute ends
 * there. So the place of everything behind the block is known without knowing which branch is
 * taken. */
#pragma once

#include "generator/pages_emit.h"
#include "generator/pages_expression.h"
#include "generator/pages_file.h"
#include "generator/pages_html.h"
#include "generator/pages_url.h"

enum { PAGES_ELEMENTS_MAX = 128, PAGES_BLOCKS_MAX = 32 };

enum pages_place {
    PLACE_TEXT,      /* between tags */
    PLACE_TAG,       /* inside a tag, between attributes */
    PLACE_ATTRIBUTE, /* inside a quoted attribute's value */
};

struct pages_element {
    const char *name;
    size_t offset;
};

struct pages_tag {
    const char *name; /* in lower case */
    size_t offset;
    size_t block_count; /* that were open where it began */
    bool is_post;
    const char *form; /* the action, each value a "_"; NULL without one */
};

struct pages_attribute {
    const char *name; /* in lower case */
    size_t offset;
    size_t block_count;
    char quote;
    bool is_url;
    bool is_action;
    enum url_stage stage;
    struct buffer literal; /* what stands in it; a value is a "_" */
};

struct pages_block {
    bool is_loop;
    bool has_else;
    size_t offset;
    enum pages_place place;
    size_t element_count;
    enum url_stage stage;      /* where it began */
    enum url_stage left_stage; /* where the branches before this one ended */
    bool has_left_stage;
    size_t name_count; /* names in scope where it began */
    const char *rows;  /* of a loop: how many there are, in C */
};

struct pages_body {
    const struct pages_file *file;
    const struct pages_file *const *files; /* all of the folder, for parts and layouts */
    size_t file_count;

    struct pages_reader reader;
    struct pages_emitter emitter;
    struct pages_scope scope;
    size_t parameter_count;

    enum pages_place place;
    struct pages_element elements[PAGES_ELEMENTS_MAX];
    size_t element_count;
    struct pages_tag tag;
    struct pages_attribute attribute;
    struct pages_block blocks[PAGES_BLOCKS_MAX];
    size_t block_count;

    unsigned loop_count;
    bool drops_blanks; /* the blanks that follow were written before */
    bool has_content;  /* of a layout: {% content %} was met */
    const struct pages_file *layout;
    const char *layout_arguments;
};

/* Write the functions of `file` to `out`. */
MUST_USE bool pages_body_write(const struct pages_file *file, const struct pages_file *const *files,
    size_t file_count, struct arena *arena, struct buffer *out, struct tn_error *error);

/* --- between the files of this folder ----------------------------------------------------------
 */

/* "invoices.html:12" */
const char *pages_origin(const struct pages_body *body, size_t offset);
/* Begin and end of the function that is being written. */
void pages_function_begin(struct pages_body *body, const char *suffix);
void pages_function_end(struct pages_body *body);

/* At "<". */
MUST_USE bool pages_tag_begin(struct pages_body *body);
/* At PLACE_TAG: the next attribute, or the end of the tag. */
MUST_USE bool pages_tag_step(struct pages_body *body);
/* At PLACE_ATTRIBUTE: one literal character, or its end. */
MUST_USE bool pages_attribute_step(struct pages_body *body);
/* At "{{", in an attribute. */
MUST_USE bool pages_attribute_value(struct pages_body *body);
/* At "{%". */
MUST_USE bool pages_block_step(struct pages_body *body);
