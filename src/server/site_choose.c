#include "server/site_choose.h"

#include <string.h>

#include "server/site_answer.h"
#include "server/site_cookies.h"

bool
site_choose_page(struct tn_request *request, struct tn_error *error)
{
    enum context_answer answer;
    if (!site_resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    if (answer == CONTEXT_SIGNED_OUT) {
        site_redirect_to_sign_in(request);
        return true;
    }

    const struct tn_organization *organizations;
    size_t count;
    if (!tn_request_organizations(request, &organizations, &count, error))
        return false;

    site_pages(request)->chooser(
        tn_page(request, 200), &(struct tn_site_chooser){
                                   .organizations = organizations,
                                   .organization_count = count,
                                   .next = site_next(tn_request_query(request, "next")),
                               });
    return true;
}

/* Where the person wanted to go, if that is of the organization that they chose or of none: a page
 * of another one is not where its choice leads. */
static const char *
way_into(struct tn_request *request, const char *wanted)
{
    struct arena *arena = request->http->arena;
    const char *next = site_next(wanted);
    const char *slug = request->context.view->organization_slug;
    const char *start = request_organization_path(arena, slug, "/");
    if (strncmp(next, start, strlen(start)) == 0)
        return next;

    return strncmp(next, "/o/", 3) == 0 ? start : request_organization_path(arena, slug, next);
}

bool
site_choose_post(struct tn_request *request, struct tn_error *error)
{
    const char *slug = tn_request_field(request, "organization");
    enum context_answer answer;
    if (!site_resolve(request, slug ? slug : "", &answer, error))
        return false;

    if (answer != CONTEXT_FOUND && answer != CONTEXT_REVOKED)
        return site_refuse(answer, error);

    const bool is_default = tn_request_field(request, "default") != NULL;
    if (!context_visit_enter(request->identity, request->context.view, is_default, error))
        return false;

    if (is_default)
        site_cookies_changed(request);
    site_redirect(request, way_into(request, tn_request_field(request, "next")));
    return true;
}
