/* Roles: lists of names, what they allow, and who may hand them out. */
#include "organization/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "organization/permission.h"

#include <cmocka.h>

static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct json_value *
json(const char *text)
{
    const struct json_value *value;
    struct tn_error error = { 0 };
    if (!json_read(text, strlen(text), arena, &value, &error))
        fail_msg("%s", error.detail);
    return value;
}

static const struct tn_role application_roles[] = {
    { "owner", "invoice:read invoice:void" },
    { "admin", "invoice:read" },
    { "clerk", "invoice:read team:create" },
};

static struct role_book
book(const char *made)
{
    struct role_book book = { .application_roles = application_roles, .application_role_count = 3 };
    role_book_read(&book, made, arena);
    return book;
}

static void
a_list_is_trimmed(void **state)
{
    (void)state;
    assert_string_equal(role_list_trim(" admin ,, member\t", arena), "admin,member");
    assert_string_equal(role_list_trim(" , ", arena), "");
    assert_string_equal(
        role_list_of_json(json("[\"admin\", \" member , x\"]"), arena), "admin,member,x");
    assert_true(role_list_has("admin, owner", "owner"));
    assert_false(role_list_has("co-owner,owners", "owner"));
}

static void
a_name_that_a_list_could_not_hold_is_none(void **state)
{
    (void)state;
    static const char *const refused[] = { "", "a,b", " owner", "owner ", "\towner" };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_false(role_name_is_valid(refused[i]));
    assert_true(role_name_is_valid("night shift"));
}

static void
unknown_names_are_told(void **state)
{
    (void)state;
    const struct role_book roles = book("{\"auditor\":\"{}\"}");
    assert_null(role_book_unknown(&roles, "owner,auditor,clerk", arena));
    assert_string_equal(role_book_unknown(&roles, "wizard,admin,witch", arena), "wizard, witch");
}

static void
several_roles_add_up_for_one_action_and_not_for_a_whole_request(void **state)
{
    (void)state;
    const struct role_book roles = book("{\"teamer\":\"{\\\"team\\\":[\\\"create\\\"]}\","
                                        "\"inviter\":\"{\\\"invitation\\\":[\\\"create\\\"]}\"}");

    assert_true(roles_allow(&roles, "teamer,inviter", "team", "create"));
    assert_true(roles_allow(&roles, "teamer,inviter", "invitation", "create"));
    assert_false(roles_allow_all(
        &roles, "teamer,inviter", json("{\"team\":[\"create\"],\"invitation\":[\"create\"]}")));
    assert_true(roles_allow_all(
        &roles, "teamer,admin", json("{\"team\":[\"create\"],\"invitation\":[\"create\"]}")));
}

static void
nothing_is_allowed_by_nothing(void **state)
{
    (void)state;
    const struct role_book roles =
        book("{\"broken\":\"[\",\"list\":\"[1]\",\"odd\":\"{\\\"team\\\":1}\"}");
    static const char *const requests[] = { "{}", "{\"member\":[]}", "{\"billing\":[\"read\"]}",
        "{\"member\":[\"fly\"]}" };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        assert_false(roles_allow_all(&roles, "owner", json(requests[i])));
    assert_false(roles_allow(&roles, "broken,list,odd,unknown", "team", "create"));
    assert_false(roles_allow(&roles, "", "team", "create"));
}

static void
nobody_hands_out_what_they_do_not_have(void **state)
{
    (void)state;
    const struct role_book roles = book("{\"hr\":\"{\\\"member\\\":[\\\"update\\\",\\\"delete\\\"]}"
                                        "\",\"boss\":\"{\\\"organization\\\":[\\\"delete\\\"]}\"}");

    assert_true(roles_cover(&roles, "owner", "admin,member,hr,boss"));
    assert_true(roles_cover(&roles, "admin", "admin,member,hr"));
    assert_false(roles_cover(&roles, "admin", "owner"));
    assert_false(roles_cover(&roles, "admin", "boss"));
    assert_false(roles_cover(&roles, "hr", "admin"));
    assert_false(roles_cover(&roles, "hr", "member")); /* ac:read, which hr lacks */
    assert_true(roles_cover(&roles, "hr,member", "member,hr"));
}

static void
what_the_application_says_counts_too(void **state)
{
    (void)state;
    const struct role_book roles = book("{\"clerk\":\"{\\\"organization\\\":[\\\"delete\\\"]}\"}");

    assert_true(roles_allow(&roles, "clerk", "team", "create"));
    assert_false(roles_allow(&roles, "clerk", "team", "creat"));
    /* A made role cannot take an application's name. */
    assert_false(roles_allow(&roles, "clerk", "organization", "delete"));
    assert_false(roles_cover(&roles, "member", "clerk"));
    assert_true(roles_cover(&roles, "admin", "clerk"));
    assert_false(roles_cover(&roles, "clerk,member", "admin"));
}

static void
what_is_missing_is_named_in_its_order(void **state)
{
    (void)state;
    const struct role_book roles = book(NULL);
    const struct json_value *wanted =
        json("{\"organization\":[\"update\",\"delete\"],\"member\":[\"fly\"]}");

    const struct missing_permissions missing = permission_missing(&roles, "admin", wanted, arena);

    assert_int_equal(missing.count, 2);
    assert_string_equal(missing.items[0], "organization:delete");
    assert_string_equal(missing.items[1], "member:fly");
    assert_true(permission_is_known(&roles, wanted));
    assert_false(permission_is_known(&roles, json("{\"billing\":[]}")));
}

static void
what_the_application_names_is_known_and_given_on(void **state)
{
    (void)state;
    const struct role_book roles =
        book("{\"hr\":\"{\\\"invoice\\\":[\\\"read\\\"],\\\"team\\\":[\\\"create\\\"]}\"}");

    assert_true(permission_is_known(&roles, json("{\"invoice\":[\"read\"]}")));
    assert_false(permission_is_known(&roles, json("{\"invoic\":[],\"nvoice\":[]}")));
    assert_true(roles_cover(&roles, "hr", "clerk")); /* which a made role may hold */
    assert_true(role_is_given(roles.application_roles, roles.application_role_count, "clerk"));
    assert_false(role_is_given(roles.application_roles, roles.application_role_count, "hr"));
}

static void
words_and_permissions_are_each_others(void **state)
{
    (void)state;
    const struct role_book roles = book("{\"hr\":\"{\\\"member\\\":[\\\"update\\\"]}\"}");
    const struct json_value *permission =
        permission_of_words(" member:update team:create member:delete odd ", arena);

    assert_string_equal(role_permission_words(&roles, "hr", arena), "member:update");
    assert_string_equal(role_permission_words(&roles, "clerk", arena), "invoice:read team:create");
    assert_int_equal(permission->count, 3);
    assert_string_equal(permission->keys[0], "member");
    assert_int_equal(permission->items[0].count, 2);
    assert_string_equal(permission->items[0].items[1].text, "delete");
    assert_false(permission_is_known(&roles, permission)); /* "odd" */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_trimmed),
        TEST(a_name_that_a_list_could_not_hold_is_none),
        TEST(unknown_names_are_told),
        TEST(several_roles_add_up_for_one_action_and_not_for_a_whole_request),
        TEST(nothing_is_allowed_by_nothing),
        TEST(nobody_hands_out_what_they_do_not_have),
        TEST(what_the_application_says_counts_too),
        TEST(what_is_missing_is_named_in_its_order),
        TEST(what_the_application_names_is_known_and_given_on),
        TEST(words_and_permissions_are_each_others),
    };
    return cmocka_run_group_tests_name("organization/role", tests, NULL, NULL);
}
