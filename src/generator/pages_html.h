/* What the page compiler knows of HTML: which elements have no end, whose content is no markup, and
 * which attributes may hold a value. */
#pragma once

#include <stdbool.h>

enum element_content {
    CONTENT_MARKUP,
    CONTENT_NONE, /* void: no end tag */
    CONTENT_TEXT, /* textarea, title: text without tags */
    CONTENT_RAW,  /* script, style, iframe: not even text that could be escaped */
};

/* Names are in lower case. */
enum element_content element_content(const char *element);
/* Why an element may not stand in a page, and what to write instead; NULL for those that may. */
const char *element_refusal(const char *element);
/* Blanks inside are shown as they are. */
bool element_keeps_blanks(const char *element);
/* Within these, "<path />" closes itself. */
bool element_is_foreign(const char *element);
/* A browser that meets it ends an open <p> by itself, unless one of the second kind stands between.
 */
bool element_ends_paragraph(const char *element);
bool element_shields_paragraph(const char *element);
/* Cannot stand in another of its kind: browsers end the first. */
bool element_is_exclusive(const char *element);
/* Changes other attributes over time ("to", "values"): a value in there could become an address. */
bool element_animates(const char *element);

/* Holds an address: percent-encoded, prefixed, never a script. */
bool attribute_is_url(const char *attribute);
/* Why an attribute may not stand in a page, and what to write instead; NULL for those that may. */
const char *attribute_refusal(const char *attribute);
/* Why it may stand there, but without values and conditions inside; NULL for those that take them.
 */
const char *attribute_literal_reason(const char *element, const char *attribute);
