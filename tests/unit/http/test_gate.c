#include "http/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEADERS_MAX 4

struct gate_case {
    const char *method;
    const char *target;
    struct http_pair headers[HEADERS_MAX];
    const char *version; /* NULL: HTTP/1.1 */
};

static bool
passes(const struct gate_case *gate_case)
{
    struct http_pair headers[HEADERS_MAX];
    memcpy(headers, gate_case->headers, sizeof headers);
    struct http_request request = {
        .method_name = gate_case->method, .target = gate_case->target, .headers = { headers, 0 }
    };
    while (request.headers.count < HEADERS_MAX && headers[request.headers.count].name)
        request.headers.count++;

    struct tn_error error = { 0 };
    const bool pass =
        gate_pass(&request, gate_case->version ? gate_case->version : "HTTP/1.1", &error);
    assert_int_equal(error.code, pass ? TN_NO_ERROR : TN_BAD_REQUEST);
    return pass;
}

#define HOST                \
    {                       \
        "Host", "a.example" \
    }

static void
well_formed_requests_pass(void **state)
{
    (void)state;
    static const struct gate_case cases[] = {
        { "GET", "/", { HOST }, NULL },
        { "GET", "/o/acme/invoices?status=open&q=%20%C3%BC", { HOST }, NULL },
        { "GET", "/", { { "host", "[::1]:8080" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "0" } }, NULL },
        { "POST", "/", { HOST, { "content-length", "1048576" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "Chunked" } }, NULL },
        { "GET", "/", { HOST, { "X-Name", "M\xC3\xBCller\tCo" } }, NULL },
        { "GET", "/", { HOST, { "X-Empty", "" } }, NULL },
        { "M-SEARCH", "/", { HOST }, NULL },
        { "GET", "/", { { NULL, NULL } }, "HTTP/1.0" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_true(passes(&cases[i]));
}

static void
requests_that_two_readers_could_read_differently_are_refused(void **state)
{
    (void)state;
    static const struct gate_case cases[] = {
        { "POST", "/", { HOST, { "Content-Length", "5" }, { "Transfer-Encoding", "chunked" } },
            NULL },
        { "POST", "/", { HOST, { "Content-Length", "5" }, { "Content-Length", "6" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "5" }, { "content-length", "5" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "5, 5" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "+5" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "-5" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "0x5" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "5 " } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "" } }, NULL },
        { "POST", "/", { HOST, { "Content-Length", "9999999999999999999" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "identity" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "gzip, chunked" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "chunked " } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "\vchunked" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "" } }, NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "chunked" }, { "transfer-encoding", "x" } },
            NULL },
        { "POST", "/", { HOST, { "Transfer-Encoding", "chunked" } }, "HTTP/1.0" },
        { "POST", "/", { HOST, { "Content-Length ", "5" } }, NULL },
        { "POST", "/", { HOST, { "Content\tLength", "5" } }, NULL },
        { "GET", "/", { HOST, { "", "5" } }, NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_false(passes(&cases[i]));
}

static void
hosts_targets_and_text_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct gate_case cases[] = {
        { "GET", "/", { { NULL, NULL } }, NULL },
        { "GET", "/", { { "Host", "" } }, NULL },
        { "GET", "/", { HOST, { "host", "a.example" } }, NULL },
        { "GET", "/", { HOST, { "host", "b.example" } }, "HTTP/1.0" },
        { "GET", "/", { { "Host", "a.example/evil" } }, NULL },
        { "GET", "/", { { "Host", "a.example, b.example" } }, NULL },
        { "GET", "/", { { "Host", "user@a.example" } }, NULL },
        { "GET", "", { HOST }, NULL },
        { "GET", "*", { HOST }, NULL },
        { "GET", "invoices", { HOST }, NULL },
        { "GET", "http://a.example/", { HOST }, NULL },
        { "GET", "/a%00b", { HOST }, NULL },
        { "GET", "/?q=%00", { HOST }, NULL },
        { "GET", "/a b", { HOST }, NULL },
        { "GET", "/a\tb", { HOST }, NULL },
        { "GET", "/a\x01", { HOST }, NULL },
        { "GET", "/a\x7F", { HOST }, NULL },
        { "GET", "/\xC3\xBC", { HOST }, NULL },
        { "GET", "/\xFF", { HOST }, NULL },
        { "GET", "/a#b", { HOST }, NULL },
        { "GET", "/", { HOST, { "X-Name", "M\xFCller" } }, NULL },
        { "GET", "/", { HOST, { "X-Name", "a\x01" } }, NULL },
        { "GET", "/", { HOST, { "X-Name", "a\rb" } }, NULL },
        { "G(T", "/", { HOST }, NULL },
        { "", "/", { HOST }, NULL },
        { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHI", "/", { HOST }, NULL },
        { "GET", "/", { HOST }, "HTTP/2.0" },
        { "GET", "/", { HOST }, "" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_false(passes(&cases[i]));
}

/* Eight bytes are looked at together: each place of them, and of the rest, is the same as any. */
static void
a_byte_is_judged_alike_wherever_it_stands(void **state)
{
    (void)state;
    for (int byte = 1; byte < 0x100; byte++) {
        const bool is_text = byte == '\t' || (byte >= ' ' && byte < 0x7F);
        for (size_t place = 0; place < 19; place++) {
            char value[] = "a=1; bb=22; ccc=333";
            value[place] = (char)byte;
            const struct gate_case with = { "GET", "/", { HOST, { "Cookie", value } }, NULL };
            assert_int_equal(passes(&with), is_text);
        }
    }
}

static void
no_more_than_an_empty_line_stands_before_a_first_line(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t count;
        bool passes;
    } cases[] = {
        { "", 0, true },
        { "\0\0", 2, true },
        { "\0", 1, false },
        { "\0\0\0\0", 4, false },
        { "\0a", 2, false },
        { "a\0", 2, false },
        { "\0POST / HTTP/1.1\0\0", 18, false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tn_error error = { 0 };
        assert_int_equal(gate_pass_lead(cases[i].bytes, cases[i].count, &error), cases[i].passes);
        assert_int_equal(error.code, cases[i].passes ? 0 : TN_BAD_REQUEST);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_requests_pass),
        cmocka_unit_test(requests_that_two_readers_could_read_differently_are_refused),
        cmocka_unit_test(hosts_targets_and_text_that_are_none_are_refused),
        cmocka_unit_test(a_byte_is_judged_alike_wherever_it_stands),
        cmocka_unit_test(no_more_than_an_empty_line_stands_before_a_first_line),
    };
    return cmocka_run_group_tests_name("http/gate", tests, NULL, NULL);
}
