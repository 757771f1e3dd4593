/* How far an address has been written: what may follow, and how a value in it is encoded.
 *
 * A page's address begins literally: "/…" (of the organization), "^/…" (outside organizations),
 * "?…",
 * "#…", or one of a few schemes. So no value can choose the scheme or the host. */
#pragma once

#include <stdbool.h>

#include "generator/pages_reader.h"

enum url_stage {
    URL_START,
    URL_SLASH,     /* behind the first "/": a value here could make it "//host" */
    URL_AUTHORITY, /* behind "https://" */
    URL_PATH,
    URL_QUERY, /* behind "?" or "#" or "mailto:" */
};

/* What the beginning of an address asks to be written before it. */
enum url_prefix {
    URL_AS_IT_STANDS,
    URL_OF_ORGANIZATION, /* tn_page_base */
    URL_OUTSIDE,         /* the "^" that was read is not written */
};

/* At URL_START: look at what stands at the cursor. Reads only a "^". `for_form`: an address that is
 * posted to, which is a path of this server. */
MUST_USE bool url_begin(struct pages_reader *reader, bool for_form, enum url_stage *ret_stage,
    enum url_prefix *ret_prefix);
/* One literal character of it, the cursor's. */
MUST_USE bool url_character(struct pages_reader *reader, enum url_stage *stage);
/* May a value stand here? */
MUST_USE bool url_value(struct pages_reader *reader, size_t offset, enum url_stage *stage);
/* Two ways that meet: after {% if %}…{% end %}. */
MUST_USE bool url_merge(struct pages_reader *reader, size_t offset, enum url_stage one,
    enum url_stage other, enum url_stage *ret_stage);
