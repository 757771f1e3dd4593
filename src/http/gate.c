#include "http/gate.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum {
    OF_TOKEN = 1, /* RFC 9110, section 5.6.2 */
    OF_HOST = 2,
    OF_BOTH = OF_TOKEN | OF_HOST,
};

static const unsigned char classes[256] = {
    ['a' ... 'z'] = OF_BOTH,
    ['A' ... 'Z'] = OF_BOTH,
    ['0' ... '9'] = OF_BOTH,
    ['.'] = OF_BOTH,
    ['-'] = OF_BOTH,
    ['_'] = OF_BOTH,
    ['%'] = OF_BOTH,
    ['!'] = OF_TOKEN,
    ['#'] = OF_TOKEN,
    ['$'] = OF_TOKEN,
    ['&'] = OF_TOKEN,
    ['\''] = OF_TOKEN,
    ['*'] = OF_TOKEN,
    ['+'] = OF_TOKEN,
    ['^'] = OF_TOKEN,
    ['`'] = OF_TOKEN,
    ['|'] = OF_TOKEN,
    ['~'] = OF_TOKEN,
    [':'] = OF_HOST,
    ['['] = OF_HOST,
    [']'] = OF_HOST,
};

/* How many bytes at the beginning of `text` are of that class. */
static size_t
span(const char *text, unsigned char class)
{
    size_t bytes = 0;
    while (classes[(unsigned char)text[bytes]] & class)
        bytes++;
    return bytes;
}

static bool
token_is_valid(const char *text)
{
    return *text != '\0' && text[span(text, OF_TOKEN)] == '\0';
}

static bool
target_pass(const char *target, struct tn_error *error)
{
    if (target[0] != '/')
        return error_set(error, TN_BAD_REQUEST, "the target does not start with \"/\"");

    for (const char *at = target; *at; at++) {
        if (*at <= ' ' || *at > '~' || *at == '#') /* above "~": also what is negative as char */
            return error_set(error, TN_BAD_REQUEST, "the target holds a byte that must be escaped");

        if (at[0] == '%' && at[1] == '0' && at[2] == '0')
            return error_set(error, TN_BAD_REQUEST, "the target holds %%00");
    }
    return true;
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Eight bytes, each from ' ' to '~'? A cookie has a thousand of them. */
static bool
eight_are_plain(const char *text)
{
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
    const uint64_t high = EACH_BYTE(0x80);
    /* Without a high bit, adding 1 sets it in 0x7F, and 0x60 in what is ' ' or more. */
    return ((eight | (eight + EACH_BYTE(1))) & high) == 0 &&
           ((eight + EACH_BYTE(0x60)) & high) == high;
}

static bool
value_is_text(const char *value)
{
    const size_t bytes = strlen(value);
    bool is_plain = true;
    for (size_t at = 0; at < bytes;) {
        if (bytes - at >= 8 && eight_are_plain(value + at)) {
            at += 8;
            continue;
        }
        const unsigned char byte = (unsigned char)value[at++];
        if ((byte < ' ' && byte != '\t') || byte == 0x7F)
            return false;
        is_plain &= byte < 0x80;
    }
    return is_plain || utf8_is_valid(value, bytes);
}

static bool
headers_pass(const struct http_pairs *headers, struct tn_error *error)
{
    for (size_t i = 0; i < headers->count; i++) {
        const struct http_pair *header = &headers->items[i];
        if (!token_is_valid(header->name))
            return error_set(error, TN_BAD_REQUEST, "a header's name is not a token");

        if (!value_is_text(header->value))
            return error_set(
                error, TN_BAD_REQUEST, "the header %.64s does not hold text", header->name);
    }
    return true;
}

static bool
host_is_valid(const char *host)
{
    const size_t length = strlen(host);
    return length > 0 && length <= 255 + 6 && span(host, OF_HOST) == length;
}

static bool
host_pass(const struct http_request *request, bool is_required, struct tn_error *error)
{
    const size_t count = http_header_count(request, "Host");
    if (count > 1)
        return error_set(error, TN_BAD_REQUEST, "there is more than one Host");

    if (count == 0)
        return !is_required || error_set(error, TN_BAD_REQUEST, "there is no Host");

    if (!host_is_valid(http_header(request, "Host")))
        return error_set(error, TN_BAD_REQUEST, "the Host is not one");

    return true;
}

/* How long the body is must be said once, in one way. Twice the same length is refused too: whoever
 * joined two lines or two requests into that is not to be trusted with the third. */
static bool
length_pass(const struct http_request *request, bool is_1_1, struct tn_error *error)
{
    const size_t length_count = http_header_count(request, "Content-Length");
    const size_t encoding_count = http_header_count(request, "Transfer-Encoding");

    if (length_count > 0 && encoding_count > 0)
        return error_set(error, TN_BAD_REQUEST, "Content-Length stands with Transfer-Encoding");

    if (length_count > 1 || encoding_count > 1)
        return error_set(error, TN_BAD_REQUEST, "the length of the body is said more than once");

    if (encoding_count == 1) {
        if (!is_1_1)
            return error_set(error, TN_BAD_REQUEST, "Transfer-Encoding does not exist in HTTP/1.0");

        if (strcasecmp(http_header(request, "Transfer-Encoding"), "chunked") != 0)
            return error_set(error, TN_BAD_REQUEST, "a Transfer-Encoding that is not \"chunked\"");
    }

    if (length_count == 1) {
        const char *length = http_header(request, "Content-Length");
        const size_t digits = strspn(length, "0123456789");
        if (digits == 0 || length[digits] != '\0' || digits > LENGTH_DIGITS_MAX)
            return error_set(error, TN_BAD_REQUEST, "a Content-Length that is not a number");
    }
    return true;
}

bool
gate_pass(const struct http_request *request, const char *version, struct tn_error *error)
{
    const bool is_1_1 = strcmp(version, "HTTP/1.1") == 0;
    if (!is_1_1 && strcmp(version, "HTTP/1.0") != 0)
        return error_set(error, TN_BAD_REQUEST, "the protocol is not HTTP/1.1");

    if (!token_is_valid(request->method_name) || strlen(request->method_name) > 32)
        return error_set(error, TN_BAD_REQUEST, "the method is not a token");

    return target_pass(request->target, error) && headers_pass(&request->headers, error) &&
           host_pass(request, is_1_1, error) && length_pass(request, is_1_1, error);
}

bool
gate_pass_lead(const char *bytes, size_t count, struct tn_error *error)
{
    if (count == 0 || (count == 2 && bytes[0] == '\0' && bytes[1] == '\0'))
        return true;

    return error_set(error, TN_BAD_REQUEST, "more than an empty line stands before the first line");
}

bool
gate_is_last(const struct http_request *request)
{
    return http_header(request, "Transfer-Encoding") != NULL;
}
