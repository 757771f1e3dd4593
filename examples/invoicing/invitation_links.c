#include "invitation_links.h"

#include <tenantry/links.h>

#include "people.h"

#define USES_MAX 100

/* POST /o/<slug>/people/links */
bool
link_make(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *role = tn_request_field(request, "role");
    const char *uses_text = tn_request_field(request, "uses");
    struct tn_decimal uses;
    const char *link;
    const char *refusal;
    (void)db;

    if (!uses_text || !tn_decimal_parse(uses_text, 0, &uses) || uses.coef < 1 ||
        uses.coef > USES_MAX)
        return people_show(request, 422,
            (struct people_notice){ .refusal = "A link is for 1 to 100 people." }, error);

    if (!tn_link_make(request, role ? role : "", (int)uses.coef, &link, &refusal, error))
        return false;

    /* No redirect: the address is known now, and never again. */
    return people_show(request, refusal ? 422 : 200,
        (struct people_notice){ .refusal = refusal, .link = link }, error);
}

/* POST /o/<slug>/people/links/<id>/revoke */
bool
link_revoke(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    if (!tn_link_revoke(request, tn_request_segment(request, "id"), &refusal, error))
        return false;

    if (refusal)
        return people_show(request, 422, (struct people_notice){ .refusal = refusal }, error);

    tn_flash(request, "", "The link leads nowhere any more.");
    tn_redirect(request, "/people");
    return true;
}
