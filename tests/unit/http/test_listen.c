#include "http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_listen.XXXXXX";
static char address[128];

static int
setup(void **state)
{
    (void)state;
    memcpy(folder, "/tmp/test_listen.XXXXXX", sizeof folder);
    if (!mkdtemp(folder))
        return -1;

    snprintf(address, sizeof address, "unix:%s/socket", folder);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    unlink(address + strlen("unix:"));
    return rmdir(folder);
}

static void
port_0_takes_a_free_one(void **state)
{
    (void)state;
    static const char *const addresses[] = { "127.0.0.1:0", "[::1]:0", "localhost:0" };

    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        int fd = -1;
        int port = 0;
        struct tn_error error = { 0 };
        assert_true(http_listen(addresses[i], &fd, &port, &error));
        assert_in_range(port, 1, 65535);
        close(fd);
    }
}

static void
a_port_that_is_taken_is_an_error_that_says_so(void **state)
{
    (void)state;
    int first = -1;
    int port = 0;
    struct tn_error error = { 0 };
    assert_true(http_listen("127.0.0.1:0", &first, &port, &error));

    int second = -1;
    char taken[64];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", port);
    assert_false(http_listen(taken, &second, &port, &error));

    assert_int_equal(error.code, TN_CONFIGURATION);
    assert_non_null(strstr(error.detail, taken));
    assert_non_null(strstr(error.detail, "choose another port"));
    close(first);
}

static void
what_is_no_address_is_refused_with_examples(void **state)
{
    (void)state;
    static const char *const addresses[] = { "", "8080", ":8080", "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:80x", "127.0.0.1:65536", "127.0.0.1:-1",
        "::1:8080", "[]:8080", "127.0.0.1:123456" };

    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        int fd = -1;
        int port = 0;
        struct tn_error error = { 0 };
        assert_false(http_listen(addresses[i], &fd, &port, &error));
        assert_int_equal(error.code, TN_CONFIGURATION);
        assert_non_null(strstr(error.detail, "write 127.0.0.1:8080"));
    }
}

static void
a_socket_file_is_for_its_owner_and_group_whatever_the_umask(void **state)
{
    (void)state;
    const mode_t before = umask(0077);
    int fd = -1;
    int port = -1;
    struct tn_error error = { 0 };

    assert_true(http_listen(address, &fd, &port, &error));

    umask(before);
    struct stat found;
    assert_int_equal(stat(address + strlen("unix:"), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0660);
    assert_int_equal(port, 0);
    close(fd);
}

static void
a_socket_file_is_replaced_only_when_nobody_listens(void **state)
{
    (void)state;
    int first = -1;
    int second = -1;
    int port = 0;
    struct tn_error error = { 0 };
    assert_true(http_listen(address, &first, &port, &error));

    assert_false(http_listen(address, &second, &port, &error));
    assert_non_null(strstr(error.detail, "another program listens there"));

    close(first);
    memset(&error, 0, sizeof error);
    assert_true(http_listen(address, &second, &port, &error));
    close(second);
}

static void
a_file_that_is_no_socket_is_left_alone(void **state)
{
    (void)state;
    FILE *file = fopen(address + strlen("unix:"), "w");
    assert_non_null(file);
    fclose(file);
    int fd = -1;
    int port = 0;
    struct tn_error error = { 0 };

    assert_false(http_listen(address, &fd, &port, &error));

    assert_non_null(strstr(error.detail, "no socket"));
    assert_int_equal(access(address + strlen("unix:"), F_OK), 0);
}

static void
a_path_that_no_socket_can_have_is_refused(void **state)
{
    (void)state;
    char longest[256] = "unix:/tmp/";
    memset(longest + strlen(longest), 'a', 200);
    static const char *const nowhere = "unix:/nowhere/at/all";
    int fd = -1;
    int port = 0;
    struct tn_error error = { 0 };

    assert_false(http_listen(longest, &fd, &port, &error));
    assert_non_null(strstr(error.detail, "choose a shorter folder"));
    memset(&error, 0, sizeof error);
    assert_false(http_listen("unix:", &fd, &port, &error));
    memset(&error, 0, sizeof error);
    assert_false(http_listen(nowhere, &fd, &port, &error));
    assert_non_null(strstr(error.detail, nowhere));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_0_takes_a_free_one),
        cmocka_unit_test(a_port_that_is_taken_is_an_error_that_says_so),
        cmocka_unit_test(what_is_no_address_is_refused_with_examples),
        cmocka_unit_test_setup_teardown(
            a_socket_file_is_for_its_owner_and_group_whatever_the_umask, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_socket_file_is_replaced_only_when_nobody_listens, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_socket_is_left_alone, setup, teardown),
        cmocka_unit_test(a_path_that_no_socket_can_have_is_refused),
    };
    return cmocka_run_group_tests_name("http/listen", tests, NULL, NULL);
}
