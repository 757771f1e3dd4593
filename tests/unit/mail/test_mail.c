#include "mail/inside.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/compiler.h"

static void
nothing_is_lost(const struct mail *mail, const struct tn_error *error)
{
    (void)mail;
    (void)error;
    fail();
}

static const struct mail hello = {
    .kind = "invitation",
    .to = "ada@example.com",
    .subject = "Hello",
    .text = "Dear Ada,\n\nsee \"you\".\n",
};

static struct mailer_options
options_of(const char *target)
{
    return (struct mailer_options){
        .target = target,
        .from = "Acme <mail@acme.example>",
        .queue_limit = 2,
        .attempts = 1,
        .retry_ms = 1,
        .lost = nothing_is_lost,
    };
}

/* A name that somebody chose becomes part of a subject, and must not become a header. */
static void
no_subject_ends_its_header(void **state)
{
    (void)state;
    static const char *const subjects[] = {
        "Join Acme\r\nBcc: eve@example.com",
        "Join Acme\nBcc: eve@example.com",
        "Zoë Ångström invites you to 李小龙 🚢👩‍👩‍👧, with words beyond a line",
    };
    struct arena *arena = arena_new(4096);
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        struct mail mail = hello;
        mail.subject = subjects[i];
        struct buffer out;
        buffer_init(&out, arena, 1024);
        message_write(&out, &mail, "mail@acme.example", 0);

        assert_null(strstr(out.data, "Bcc"));
        const char *end = strstr(out.data, "\r\n\r\n");
        for (const char *line = out.data; line < end; line = strstr(line, "\r\n") + 2) {
            const size_t bytes = strcspn(line, "\r\n");
            assert_in_range(bytes, 1, 78);
            for (size_t at = 0; at < bytes; at++)
                assert_in_range((unsigned char)line[at], ' ', '~');
        }
    }
    arena_free(arena);
}

static void
a_message_has_what_servers_ask_for(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct buffer out;
    buffer_init(&out, arena, 1024);

    message_write(&out, &hello, "Acme <mail@acme.example>", INT64_C(1795374717315000));

    assert_non_null(strstr(out.data, "From: Acme <mail@acme.example>\r\n"));
    assert_non_null(strstr(out.data, "To: ada@example.com\r\n"));
    assert_non_null(strstr(out.data, "Subject: Hello\r\n"));
    assert_non_null(strstr(out.data, "Date: Sun, 22 Nov 2026 19:11:57 +0000\r\n"));
    assert_non_null(strstr(out.data, "@acme.example>\r\n"));
    assert_non_null(strstr(out.data, "\r\n\r\nRGVhciBBZGEsDQoNCnNlZSAieW91Ii4NCg==\r\n"));
    arena_free(arena);
}

/* --- the outbox ------------------------------------------------------------------------------- */

static char *
new_path(char *path)
{
    strcpy(path, "/tmp/tenantry-outbox-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return path;
}

static size_t
read_file(const char *path, char *text, size_t bytes)
{
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    const size_t length = fread(text, 1, bytes - 1, file);
    fclose(file);
    text[length] = '\0';
    return length;
}

static void
the_outbox_gets_a_line_of_json(void **state)
{
    (void)state;
    char path[64];
    char target[80];
    char text[1024];
    snprintf(target, sizeof target, "outbox:%s", new_path(path));
    const struct mailer_options options = options_of(target);
    const struct mail_field fields[] = { { "id", "X1" }, { "role", "admin,\"member\"" } };
    struct mail mail = hello;
    mail.fields = fields;
    mail.field_count = COUNT_OF(fields);
    struct tn_error error = { 0 };
    struct mailer *mailer;
    assert_true(mailer_new(&options, &mailer, &error));
    assert_true(mail_is_configured(mailer));

    assert_true(mail_send(mailer, &mail, &error));
    assert_true(mail_send(mailer, &hello, &error));

    read_file(path, text, sizeof text);
    assert_string_equal(text,
        "{\"kind\":\"invitation\",\"to\":\"ada@example.com\",\"subject\":\"Hello\",\"text\":"
        "\"Dear Ada,\\n\\nsee \\\"you\\\".\\n\",\"id\":\"X1\",\"role\":\"admin,\\\"member\\\"\"}\n"
        "{\"kind\":\"invitation\",\"to\":\"ada@example.com\",\"subject\":\"Hello\",\"text\":"
        "\"Dear Ada,\\n\\nsee \\\"you\\\".\\n\"}\n");
    mailer_free(mailer, 0);
    unlink(path);
}

#define SENDERS 4
#define MAILS_EACH 200

static void *
send_many(void *argument)
{
    struct tn_error error = { 0 };
    for (int i = 0; i < MAILS_EACH; i++)
        if (!mail_send(argument, &hello, &error))
            return argument;
    return NULL;
}

static void
lines_of_several_threads_do_not_mix(void **state)
{
    (void)state;
    char path[64];
    char target[80];
    snprintf(target, sizeof target, "outbox:%s", new_path(path));
    const struct mailer_options options = options_of(target);
    struct tn_error error = { 0 };
    struct mailer *mailer;
    assert_true(mailer_new(&options, &mailer, &error));
    pthread_t threads[SENDERS];

    for (size_t i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, mailer), 0);
    for (size_t i = 0; i < SENDERS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }

    static char text[SENDERS * MAILS_EACH * 256];
    const size_t length = read_file(path, text, sizeof text);
    const size_t line = (size_t)(strchr(text, '\n') - text) + 1;
    assert_int_equal(length, line * SENDERS * MAILS_EACH);
    for (size_t at = line; at < length; at += line)
        assert_memory_equal(text + at, text, line);
    mailer_free(mailer, 0);
    unlink(path);
}

/* --- settings --------------------------------------------------------------------------------- */

static void
a_target_that_is_none_is_refused_with_the_mend(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *from;
        const char *said;
    } cases[] = {
        { "mail.example", "a@b.example", "write outbox:FILE, page, smtp://HOST or smtps://HOST" },
        { "outbox:", "a@b.example", "write outbox:FILE" },
        { "outbox:/nowhere/at/all", "", "No such file or directory" },
        { "http://mail.example", "a@b.example", "write outbox:FILE" },
        { "smtp://mail.example", "", "--mail-from" },
        { "smtp://mail.example", "a@b.example\r\nBcc: x@y.example", "--mail-from" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct mailer_options options = options_of(cases[i].target);
        options.from = cases[i].from;
        struct tn_error error = { 0 };
        struct mailer *mailer;
        assert_false(mailer_new(&options, &mailer, &error));
        assert_int_equal(error.code, TN_CONFIGURATION);
        assert_non_null(strstr(error.detail, cases[i].said));
    }
}

static void
without_a_target_mail_goes_nowhere(void **state)
{
    (void)state;
    const struct mailer_options options = options_of("");
    struct tn_error error = { 0 };
    struct mailer *mailer;
    assert_true(mailer_new(&options, &mailer, &error));
    assert_false(mail_is_configured(mailer));
    assert_true(mail_send(mailer, &hello, &error));
    mailer_free(mailer, 0);
}

/* --- a server that is not there --------------------------------------------------------------- */

static int lost_count;

static void
count_lost(const struct mail *mail, const struct tn_error *error)
{
    assert_string_equal(mail->to, "ada@example.com");
    assert_int_equal(error->code, TN_UNAVAILABLE);
    lost_count++;
}

static void
what_cannot_be_sent_is_bounded_and_told(void **state)
{
    (void)state;
    /* Port 1: refused at once. The first try is long over when the second would begin. */
    struct mailer_options options = options_of("smtp://127.0.0.1:1");
    options.attempts = 9;
    options.retry_ms = 3600000;
    options.lost = count_lost;
    struct tn_error error = { 0 };
    struct mailer *mailer;
    assert_true(mailer_new(&options, &mailer, &error));

    assert_true(mail_send(mailer, &hello, &error));
    assert_true(mail_send(mailer, &hello, &error));
    assert_false(mail_send(mailer, &hello, &error));
    assert_int_equal(error.code, TN_OVERLOADED);

    mailer_free(mailer, 2000);
    assert_int_equal(lost_count, 2);
}

/* A page shows the newest hundred, whatever came before them. */
static void
the_newest_mails_are_kept_for_a_page(void **state)
{
    (void)state;
    const struct mailer_options options = options_of("page");
    struct arena *arena = arena_new(4096);
    struct tn_error error = { 0 };
    struct mailer *mailer;
    const struct kept_mail *mails;
    assert_true(mailer_new(&options, &mailer, &error));
    assert_true(mail_is_kept(mailer));
    assert_true(mail_is_configured(mailer));
    assert_int_equal(mail_kept(mailer, arena, &mails), 0);

    for (int i = 0; i < 103; i++) {
        char to[32];
        snprintf(to, sizeof to, "%d@example.com", i);
        struct mail mail = hello;
        mail.to = to;
        mail.fields = &(struct mail_field){ "id", "an id" };
        mail.field_count = i == 102;
        assert_true(mail_send(mailer, &mail, &error));
    }

    assert_int_equal(mail_kept(mailer, arena, &mails), 100);
    assert_string_equal(mails[0].to, "102@example.com");
    assert_string_equal(mails[0].id, "an id");
    assert_string_equal(mails[1].id, "");
    assert_string_equal(mails[99].to, "3@example.com");
    mailer_free(mailer, 0);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_subject_ends_its_header),
        cmocka_unit_test(a_message_has_what_servers_ask_for),
        cmocka_unit_test(the_outbox_gets_a_line_of_json),
        cmocka_unit_test(lines_of_several_threads_do_not_mix),
        cmocka_unit_test(a_target_that_is_none_is_refused_with_the_mend),
        cmocka_unit_test(without_a_target_mail_goes_nowhere),
        cmocka_unit_test(what_cannot_be_sent_is_bounded_and_told),
        cmocka_unit_test(the_newest_mails_are_kept_for_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
