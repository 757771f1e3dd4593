#include "server/form_context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "a secret of thirty-two characters"

static int
set_up(void **state)
{
    *state = arena_new(1024);
    return 0;
}

static int
tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void
page_and_route_name_a_form_alike(void **state)
{
    struct arena *arena = *state;

    assert_string_equal(form_name_of_action("/invoices/{{ invoice.id }}/paid?from=list", arena),
        "/invoices/_/paid");
    assert_string_equal(form_name_of_route("/invoices/:id/paid", arena), "/invoices/_/paid");
    assert_string_equal(form_name_of_route("/", arena), "/");
}

static void
a_form_tells_where_it_was_opened(void **state)
{
    struct arena *arena = *state;
    const char *field = form_context_make(SECRET, "session", "acme", "/invoices", arena);

    assert_string_equal(form_context_read(SECRET, field, "session", "/invoices", arena), "acme");
}

static void
a_field_of_another_session_form_or_maker_is_none(void **state)
{
    struct arena *arena = *state;
    const char *field = form_context_make(SECRET, "session", "acme", "/invoices", arena);
    char *forged = arena_strdup(arena, field);
    memcpy(forged, "evil", 4);

    assert_null(form_context_read(SECRET, field, "other session", "/invoices", arena));
    assert_null(form_context_read(SECRET, field, "session", "/invoices/_/paid", arena));
    assert_null(form_context_read(
        "another secret of the same length", field, "session", "/invoices", arena));
    assert_null(form_context_read(SECRET, forged, "session", "/invoices", arena));
    assert_null(form_context_read(SECRET, "", "session", "/invoices", arena));
    assert_null(form_context_read(SECRET, "acme", "session", "/invoices", arena));
    assert_null(form_context_read(SECRET, "acme.", "session", "/invoices", arena));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page_and_route_name_a_form_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_form_tells_where_it_was_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_field_of_another_session_form_or_maker_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("server/form_context", tests, NULL, NULL);
}
