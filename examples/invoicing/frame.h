/* What the layout shows around every page of an organization: whose page it is, where else this
 * person may go, and which entry of the navigation is current. */
#pragma once

#include <tenantry/tenantry.h>

struct frame {
    const char *title;
    const char *section;                         /* "dashboard", "invoices", "customers", … */
    const struct tn_organization *organizations; /* all of this person's */
    size_t organization_count;
    bool has_flash; /* what the page before has to say */
    struct tn_flash flash;
};

bool frame_open(struct tn_request *request, const char *title, const char *section,
    struct frame *ret_frame, struct tn_error *error);

/* An organization's colour, from its slug: the N of the style sheet's class hue-N. */
int32_t organization_hue(struct tn_text slug);
/* The first letter of its name, for its badge. */
const char *organization_initial(struct tn_request *request, struct tn_text name);
