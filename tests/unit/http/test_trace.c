#include "http/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"

#define ID "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

static struct http_request
request_with(struct http_pair *headers, size_t count)
{
    struct http_request request = { .id = "00c0ffee00c0ffee", .headers = { headers, count } };
    trace_read(&request);
    return request;
}

static void
a_trace_goes_on(void **state)
{
    (void)state;
    struct arena *arena = arena_new(256);
    struct http_pair headers[] = {
        { "Traceparent", "00-" ID "-" PARENT "-01" },
        { "Tracestate", "vendor=1" },
    };

    const struct http_request request = request_with(headers, 2);

    assert_string_equal(request.trace.id, ID);
    assert_string_equal(request.trace.state, "vendor=1");
    assert_string_equal(trace_parent(&request, arena), "00-" ID "-00c0ffee00c0ffee-01");
    arena_free(arena);
}

static void
without_one_a_trace_begins(void **state)
{
    (void)state;
    struct arena *arena = arena_new(256);

    const struct http_request request = request_with(NULL, 0);
    const char *parent = trace_parent(&request, arena);

    assert_string_equal(request.trace.id, "");
    assert_int_equal(strlen(parent), 55);
    assert_string_equal(parent + 35, "-00c0ffee00c0ffee-00");
    arena_free(arena);
}

static void
what_is_no_traceparent_is_not_believed(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool holds;
    } cases[] = {
        { "00-" ID "-" PARENT "-01", true },
        { "cc-" ID "-" PARENT "-01", true }, /* a later version */
        { "cc-" ID "-" PARENT "-01-what-comes-then", true },
        { "cc-" ID "-" PARENT "-01x", false },
        { "00-" ID "-" PARENT "-01-more", false },
        { "ff-" ID "-" PARENT "-01", false },
        { "00-00000000000000000000000000000000-" PARENT "-01", false },
        { "00-" ID "-0000000000000000-01", false },
        { "00-0AF7651916CD43DD8448EB211C80319C-" PARENT "-01", false },
        { "00-" ID "-" PARENT "-0g", false },
        { "00-" ID "-" PARENT, false },
        { "00_" ID "-" PARENT "-01", false },
        { "", false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_pair header = { "traceparent", cases[i].value };
        const struct http_request request = request_with(&header, 1);
        assert_int_equal(request.trace.parent != NULL, cases[i].holds);
    }

    struct http_pair two[] = {
        { "traceparent", "00-" ID "-" PARENT "-01" },
        { "traceparent", "00-" ID "-" PARENT "-01" },
    };
    assert_null(request_with(two, 2).trace.parent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_goes_on),
        cmocka_unit_test(without_one_a_trace_begins),
        cmocka_unit_test(what_is_no_traceparent_is_not_believed),
    };
    return cmocka_run_group_tests_name("http/trace", tests, NULL, NULL);
}
