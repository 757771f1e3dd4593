/* A page while it is written: where its markup goes, and what its addresses and forms need. */
#pragma once

#include "tenantry/page.h"

#include "base/buffer.h"

struct tn_page {
    struct tn_request *request;
    struct buffer *out;
    const char *base; /* "/o/<slug>", or "" on a page outside organizations */
    /* The value of `_ctx` for the form with that action (tn_page_form_context says how it is
     * written); NULL where a form needs none. */
    const char *(*form_context)(struct tn_request *request, const char *form);
};
