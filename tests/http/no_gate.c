/* In the place of src/http/gate.c: what the server would do without its gate. */
#include "http/gate.h"

bool
gate_pass(const struct http_request *request, const char *version, struct tn_error *error)
{
    (void)request, (void)version, (void)error;
    return true;
}

bool
gate_pass_lead(const char *bytes, size_t count, struct tn_error *error)
{
    (void)bytes, (void)count, (void)error;
    return true;
}

bool
gate_is_last(const struct http_request *request)
{
    (void)request;
    return false;
}
