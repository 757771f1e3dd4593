#include "server/remembered.h"

#include "base/metrics.h"
#include "context/memory.h"
#include "server/site_answer.h"

/* The places in definitions/metrics.def. */
enum answer {
    ANSWER_ASKED,
    ANSWER_REMEMBERED,
    ANSWER_CHANGED,
};

bool
remembered_is_wanted(const struct tn_request *request)
{
    return request->loop->memory && request->loop->server->checks_standing &&
           (request->http->method == HTTP_GET || request->http->method == HTTP_HEAD);
}

/* Is there nothing to be written for this visitor? Visits are noted where a path names the place.
 */
static bool
is_settled(const struct tn_request *request, const struct context_claims *claims,
    const struct visitor *visitor)
{
    const struct settings *settings = request->loop->server->settings;
    const struct session_term term = { .expires_at_us = visitor->session_expires_at_us };
    return !(claims->slug && context_visit_is_due(visitor)) &&
           !session_is_due(&term, settings->session_lifetime, settings->session_update_age);
}

bool
remembered_begin(struct tn_request *request, const struct context_claims *claims)
{
    if (!remembered_is_wanted(request) || !context_resume(request->loop->memory, request->identity,
                                              claims, &request->standing, &request->context))
        return false;

    if (is_settled(request, claims, request->context.visitor))
        return true;

    context_drop(&request->context, request->identity);
    return false;
}

/* The database answers nothing now: that is told as it is, to whomever. */
static bool
is_passing(const struct tn_error *error)
{
    const int status = tn_error_status(error->code);
    return status == 503 || status == 499;
}

bool
remembered_end(struct tn_request *request, const struct context_claims *claims, bool done,
    struct tn_error *error)
{
    const struct standing *standing = &request->standing;
    if (standing->state == STANDING_ASSUMED) {
        if (!done && is_passing(error))
            return true;

        /* What it could not be told, asking tells. */
        struct tn_error ignored = { 0 };
        (void)!identity_confirm(request->identity, &ignored);
    }
    if (standing->state == STANDING_CONFIRMED) {
        metric_add(METRIC_CONTEXT_ANSWERS, ANSWER_REMEMBERED, 1);
        return true;
    }

    metric_add(METRIC_CONTEXT_ANSWERS, ANSWER_CHANGED, 1);
    context_forget(request->loop->memory, claims);
    request_restart(request);
    site_headers(request->response);
    *error = (struct tn_error){ 0 };
    return false;
}

void
remembered_keep(struct tn_request *request, const struct context_claims *claims)
{
    metric_add(METRIC_CONTEXT_ANSWERS, ANSWER_ASKED, 1);
    if (remembered_is_wanted(request))
        context_remember(request->loop->memory, claims, &request->context);
}
