/* Connections that idle, on a real socket and a real loop; server and client are one thread, and
 * the time after which one is parked is said to be over. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/inside.h"
#include "loop/inside.h"

#define PATIENCE_MS 60000
#define LOOK_AGAIN_MS 2
#define LONG_AGO_MS 3600000
#define ASK "GET /it HTTP/1.1\r\nHost: a\r\n\r\n"

struct world {
    struct loop *loop;
    struct http_server *server;
    struct loop_hook hook;
    struct timer give_up;
    struct timer look_again;
    bool (*is_there)(struct world *world); /* what the loop runs for */
    int listen_fd;
    int client_fd;
    char said[8192];
    size_t said_bytes;
    int wanted_answers;
    bool was_given_up;
};

static void
handle(struct http_request *request, struct http_response *response, void *owner)
{
    (void)request, (void)owner;
    response->status = 200;
    buffer_text(&response->body, "served\n");
}

static void
refuse(struct http_request *request, struct http_response *response, const struct tn_error *error,
    void *owner)
{
    (void)request, (void)owner;
    response->status = tn_error_status(error->code);
}

static void
look(struct loop_hook *hook)
{
    struct world *world = CONTAINER_OF(hook, struct world, hook);
    if (world->is_there(world))
        loop_stop(world->loop);
}

static void
give_up(struct timer *timer)
{
    struct world *world = CONTAINER_OF(timer, struct world, give_up);
    world->was_given_up = true;
    loop_stop(world->loop);
}

/* The client's socket is not watched, so the loop must not sleep for long. */
static void
look_again(struct timer *timer)
{
    timer_start(CONTAINER_OF(timer, struct world, look_again)->loop, timer, LOOK_AGAIN_MS);
}

static void
run_until(struct world *world, bool (*is_there)(struct world *world))
{
    world->is_there = is_there;
    timer_start(world->loop, &world->give_up, PATIENCE_MS);
    timer_start(world->loop, &world->look_again, 0);
    if (!is_there(world))
        loop_run(world->loop);
    timer_cancel(world->loop, &world->give_up);
    timer_cancel(world->loop, &world->look_again);
    assert_false(world->was_given_up);
}

static int
set_up(void **state)
{
    static struct world world;
    struct tn_error error = { 0 };
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t bytes = sizeof address;
    world =
        (struct world){ .hook.run = look, .give_up.fire = give_up, .look_again.fire = look_again };
    world.listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const struct http_server_options options = {
        .listen_fd = world.listen_fd,
        .header_limit_bytes = 16 * 1024,
        .body_limit_bytes = 4096,
        .connection_limit = 4,
        .idle_timeout_s = 3600,
        .handle = handle,
        .refuse = refuse,
    };
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(bind(world.listen_fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(listen(world.listen_fd, 4), 0);
    assert_int_equal(getsockname(world.listen_fd, (struct sockaddr *)&address, &bytes), 0);
    assert_true(loop_new(&world.loop, &error));
    assert_true(http_server_new(world.loop, &options, &world.server, &error));
    loop_before_sleep(world.loop, &world.hook);
    world.client_fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(world.client_fd, (struct sockaddr *)&address, bytes), 0);
    *state = &world;
    return 0;
}

static bool
nobody_is_connected(struct world *world)
{
    return http_server_connections(world->server) == 0;
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    if (world->client_fd >= 0)
        close(world->client_fd);
    if (world->server)
        run_until(world, nobody_is_connected);
    loop_forget_hook(world->loop, &world->hook);
    http_server_free(world->server);
    loop_free(world->loop);
    close(world->listen_fd);
    return 0;
}

static void
say(struct world *world, const char *text)
{
    const ssize_t bytes = (ssize_t)strlen(text);
    assert_int_equal(send(world->client_fd, text, (size_t)bytes, 0), bytes);
}

static int
answer_count(const struct world *world)
{
    int count = 0;
    for (const char *at = world->said; (at = strstr(at, "\r\n\r\nserved\n")) != NULL; at++)
        count++;
    return count;
}

/* And the server knows that it is. */
static bool
is_answered(struct world *world)
{
    const ssize_t bytes = recv(world->client_fd, world->said + world->said_bytes,
        sizeof world->said - 1 - world->said_bytes, MSG_DONTWAIT);
    world->said_bytes += bytes > 0 ? (size_t)bytes : 0;
    return answer_count(world) == world->wanted_answers && !TAILQ_EMPTY(&world->server->idle);
}

static bool
is_answered_and_let_go(struct world *world)
{
    is_answered(world);
    return answer_count(world) == 1 && nobody_is_connected(world);
}

static void
expect_answer(struct world *world)
{
    world->wanted_answers++;
    run_until(world, is_answered);
}

static void
let_time_pass(struct world *world)
{
    TAILQ_FIRST(&world->server->idle)->idle_since_ms -= LONG_AGO_MS;
    parking_timer(&world->server->park);
}

static bool
is_parked(const struct world *world)
{
    return world->server->connections && !world->server->connections->mhd;
}

static int
unread_bytes(const struct world *world)
{
    int unread = 0;
    assert_int_equal(ioctl(world->server->connections->fd, FIONREAD, &unread), 0);
    return unread;
}

static void
an_idle_connection_is_parked_and_asks_again(void **state)
{
    struct world *world = *state;

    for (int round = 1; round <= 3; round++) {
        say(world, ASK);
        expect_answer(world);
        let_time_pass(world);

        assert_true(is_parked(world));
        assert_int_equal(world->server->connections->request_count, round);
    }
}

static void
half_a_request_behind_a_whole_one_is_not_lost(void **state)
{
    struct world *world = *state;

    say(world, ASK "GET /ha");
    expect_answer(world);
    let_time_pass(world);

    assert_false(is_parked(world));
    say(world, "lf HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(world);
}

static void
what_came_and_was_not_read_yet_is_not_lost(void **state)
{
    struct world *world = *state;

    say(world, ASK);
    expect_answer(world);
    say(world, "GET /ha");
    let_time_pass(world); /* parked or not, as the kernel has counted these bytes or not */

    say(world, "lf HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(world);
}

static void
bodies_count_as_what_was_asked(void **state)
{
    struct world *world = *state;

    say(world, "POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    expect_answer(world);
    let_time_pass(world);

    assert_true(is_parked(world));
}

/* Its bytes are not the body's, so nobody could say whether more came. */
static void
after_a_chunked_body_it_ends(void **state)
{
    struct world *world = *state;

    say(world,
        "POST /it HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    run_until(world, is_answered_and_let_go);
}

static void
who_leaves_while_parked_is_noticed(void **state)
{
    struct world *world = *state;

    say(world, ASK);
    expect_answer(world);
    let_time_pass(world);
    assert_true(is_parked(world));
    close(world->client_fd);
    world->client_fd = -1;

    run_until(world, nobody_is_connected);
}

static void
who_is_parked_is_let_go_when_the_server_stops(void **state)
{
    struct world *world = *state;

    say(world, ASK);
    expect_answer(world);
    let_time_pass(world);
    assert_true(is_parked(world));
    http_server_quiesce(world->server);

    assert_true(nobody_is_connected(world));
}

static void
who_asks_while_the_server_stops_is_answered(void **state)
{
    struct world *world = *state;

    say(world, ASK);
    expect_answer(world);
    let_time_pass(world);
    assert_true(is_parked(world));
    say(world, ASK);
    while (unread_bytes(world) == 0)
        usleep(LOOK_AGAIN_MS * 1000);
    http_server_quiesce(world->server);

    assert_false(nobody_is_connected(world));
    run_until(world, nobody_is_connected);
    world->wanted_answers++;
    is_answered(world);
    assert_int_equal(answer_count(world), world->wanted_answers);
}

static bool
is_asking(struct world *world)
{
    return world->server->connections && world->server->connections->exchange;
}

static void
a_server_that_ends_in_the_middle_of_a_request_leaves_no_timer(void **state)
{
    struct world *world = *state;

    say(world, "POST /it HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    run_until(world, is_asking);
    http_server_free(world->server);
    world->server = NULL;

    assert_int_equal(world->loop->heap.count, 0);
}

int
main(void)
{
#define PARK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PARK(an_idle_connection_is_parked_and_asks_again),
        PARK(half_a_request_behind_a_whole_one_is_not_lost),
        PARK(what_came_and_was_not_read_yet_is_not_lost),
        PARK(bodies_count_as_what_was_asked),
        PARK(after_a_chunked_body_it_ends),
        PARK(who_leaves_while_parked_is_noticed),
        PARK(who_is_parked_is_let_go_when_the_server_stops),
        PARK(who_asks_while_the_server_stops_is_answered),
        PARK(a_server_that_ends_in_the_middle_of_a_request_leaves_no_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
