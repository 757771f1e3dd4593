#include "server/failure.h"

#include <string.h>

#include "base/log.h"
#include "server/site_answer.h"
#include "json/writer.h"

/* A program that takes JSON gets it; whoever takes HTML, or says nothing, gets a page. */
static bool
wants_json(const struct http_request *http)
{
    const char *accept = http_header(http, "Accept");
    return accept && strstr(accept, "application/json") && !strstr(accept, "text/html");
}

static void
answer_json(struct http_request *http, struct http_response *response, const struct tn_error *error)
{
    http_response_header_set(response, "Content-Type", "application/json");
    struct json_writer json;
    json_writer_init(&json, &response->body);
    json_object_begin(&json);
    json_key(&json, "error");
    json_put_text(&json, tn_error_type(error->code));
    json_key(&json, "message");
    json_put_text(&json, tn_error_sentence(error->code));
    json_key(&json, "requestId");
    json_put_text(&json, http->id);
    json_object_end(&json);
}

static void
answer_page(struct tn_request *request, const struct tn_error *error)
{
    struct tn_page *page = tn_page(request, tn_error_status(error->code));
    site_pages(request)->failure(
        page, tn_error_status(error->code), tn_error_sentence(error->code), request->http->id);
}

void
failure_answer(struct tn_request *request, const struct tn_error *error)
{
    struct http_response *response = request->response;
    const int status = tn_error_status(error->code);
    if (status >= 500)
        log_error(request->http->id, request->http->path, error);

    buffer_truncate(&response->body, 0);
    response->status = status;
    if (status == 503)
        http_response_header_set(response, "Retry-After", "1");

    if (wants_json(request->http))
        answer_json(request->http, response, error);
    else
        answer_page(request, error);
}

void
failure_refuse(struct http_request *http, struct http_response *response,
    const struct tn_error *error, void *owner)
{
    struct tn_request *request = request_new(owner, http, response);
    site_headers(response);
    failure_answer(request, error);
}
