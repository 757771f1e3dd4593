#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/metrics.h"
#include "base/time.h"
#include "mail/inside.h"
#include "json/writer.h"

enum { OUTCOME_SENT, OUTCOME_RETRIED, OUTCOME_LOST };

/* A mail that waits, in an arena of its own. */
struct letter {
    struct arena *arena;
    struct mail mail;
    int64_t due_ms;
    int tries;
    struct letter *next;
};

struct mailer {
    struct mailer_options options;
    int outbox_fd;     /* -1: no outbox */
    struct kept *kept; /* NULL: mails are not kept */
    struct smtp *smtp;
    atomic_llong deadline_ms; /* when even the letter under way is given up */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct letter *first; /* oldest first */
    int count;            /* with the one under way */
    bool is_ending;
    pthread_t thread;
};

/* --- the outbox ------------------------------------------------------------------------------- */

static bool
outbox_open(struct mailer *mailer, const char *path, struct tn_error *error)
{
    mailer->outbox_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (mailer->outbox_fd < 0)
        return error_set(error, TN_CONFIGURATION, "--mail outbox:%s: %s", path, strerror(errno));
    return true;
}

static bool
outbox_append(const struct mailer *mailer, const struct mail *mail, struct tn_error *error)
{
    struct arena *arena = arena_new(2048);
    struct buffer line;
    struct json_writer json;
    buffer_init(&line, arena, 1024);
    json_writer_init(&json, &line);
    json_object_begin(&json);
    json_key(&json, "kind");
    json_put_text(&json, mail->kind);
    json_key(&json, "to");
    json_put_text(&json, mail->to);
    json_key(&json, "subject");
    json_put_text(&json, mail->subject);
    json_key(&json, "text");
    json_put_text(&json, mail->text);
    for (size_t i = 0; i < mail->field_count; i++) {
        json_key(&json, mail->fields[i].name);
        json_put_text(&json, mail->fields[i].value);
    }
    json_object_end(&json);
    buffer_character(&line, '\n');

    /* One write, so that lines of several threads do not mix. */
    const ssize_t written = write(mailer->outbox_fd, line.data, line.length);
    const bool done = written == (ssize_t)line.length;
    arena_free(arena);
    return done || error_set(error, TN_INTERNAL, "the mail outbox: %s",
                       written < 0 ? strerror(errno) : "a line was cut short");
}

/* --- letters to a server ---------------------------------------------------------------------- */

static struct letter *
letter_new(const struct mail *mail)
{
    struct arena *arena = arena_new(2048);
    struct letter *letter = ARENA_NEW(arena, struct letter);
    letter->arena = arena;
    letter->mail = (struct mail){
        .kind = arena_strdup(arena, mail->kind),
        .to = arena_strdup(arena, mail->to),
        .subject = arena_strdup(arena, mail->subject),
        .text = arena_strdup(arena, mail->text),
    };
    return letter;
}

static void
letter_free(struct letter *letter)
{
    arena_free(letter->arena);
}

/* The one that is due first, unless its time has not come; `ret_wait_ms` is how long that takes. */
static struct letter *
letter_take(struct mailer *mailer, int64_t now_ms, int64_t *ret_wait_ms)
{
    struct letter **best = NULL;
    for (struct letter **at = &mailer->first; *at; at = &(*at)->next)
        if (!best || (*at)->due_ms < (*best)->due_ms)
            best = at;

    *ret_wait_ms = best ? (*best)->due_ms - now_ms : INT64_C(3600000);
    if (!best || (*ret_wait_ms > 0 && !mailer->is_ending))
        return NULL;

    struct letter *letter = *best;
    *best = letter->next;
    return letter;
}

static void
letter_put(struct mailer *mailer, struct letter *letter)
{
    struct letter **end = &mailer->first;
    while (*end)
        end = &(*end)->next;
    letter->next = NULL;
    *end = letter;
}

static void
wait_ms(struct mailer *mailer, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&mailer->changed, &mailer->lock, &until);
}

/* Is it over with this letter? Without the lock. */
static bool
deliver(struct mailer *mailer, struct letter *letter, bool is_last_chance)
{
    struct tn_error error = { 0 };
    struct buffer message;
    buffer_init(&message, letter->arena, 2048);
    message_write(&message, &letter->mail, mailer->options.from, time_now_us());

    bool final = false;
    letter->tries++;
    if (time_monotonic_ms() > atomic_load(&mailer->deadline_ms)) {
        metric_add(METRIC_MAILS, OUTCOME_LOST, 1);
        error_set(&error, TN_UNAVAILABLE, "the server stopped before the mail was sent");
        mailer->options.lost(&letter->mail, &error);
        return true;
    }
    if (smtp_send(mailer->smtp, letter->mail.to, &message, &final, &error)) {
        metric_add(METRIC_MAILS, OUTCOME_SENT, 1);
        return true;
    }
    if (final || is_last_chance || letter->tries >= mailer->options.attempts) {
        metric_add(METRIC_MAILS, OUTCOME_LOST, 1);
        mailer->options.lost(&letter->mail, &error);
        return true;
    }
    metric_add(METRIC_MAILS, OUTCOME_RETRIED, 1);
    int64_t wait = mailer->options.retry_ms;
    for (int i = 1; i < letter->tries; i++)
        wait *= 4;
    letter->due_ms = time_monotonic_ms() + wait;
    return false;
}

static void *
mailer_thread(void *argument)
{
    struct mailer *mailer = argument;
    struct tn_error ignored = { 0 };
    const bool counts = metrics_thread_begin(&ignored);
    (void)counts;

    pthread_mutex_lock(&mailer->lock);
    while (mailer->first || !mailer->is_ending) {
        int64_t wait;
        struct letter *letter = letter_take(mailer, time_monotonic_ms(), &wait);
        if (!letter) {
            wait_ms(mailer, wait);
            continue;
        }
        const bool is_last_chance = mailer->is_ending;
        pthread_mutex_unlock(&mailer->lock);
        const bool done = deliver(mailer, letter, is_last_chance);
        if (done)
            letter_free(letter);
        pthread_mutex_lock(&mailer->lock);
        if (done)
            mailer->count--;
        else
            letter_put(mailer, letter);
    }
    pthread_mutex_unlock(&mailer->lock);
    return NULL;
}

/* Signals are for the main thread. */
static bool
thread_start(struct mailer *mailer, struct tn_error *error)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&mailer->lock, NULL);
    pthread_cond_init(&mailer->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);

    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int answer = pthread_create(&mailer->thread, NULL, mailer_thread, mailer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (answer != 0)
        return error_set(error, TN_INTERNAL, "the mailer's thread: %s", strerror(answer));
    return true;
}

/* --- the mailer ------------------------------------------------------------------------------- */

static bool
open_server(struct mailer *mailer, struct tn_error *error)
{
    const char *from = mailer->options.from;
    if (!strchr(from, '@') || strpbrk(from, "\r\n"))
        return error_set(error, TN_CONFIGURATION,
            "--mail-from is \"%s\": write the address that mail comes from", from);

    if (smtp_new(mailer->options.target, from, &mailer->deadline_ms, &mailer->smtp, error) &&
        thread_start(mailer, error))
        return true;

    smtp_free(mailer->smtp);
    mailer->smtp = NULL;
    return false;
}

static bool
open_target(struct mailer *mailer, struct tn_error *error)
{
    const char *target = mailer->options.target;
    if (!target[0])
        return true;
    if (strcmp(target, "page") == 0)
        return kept_new(&mailer->kept, error);
    if (strncmp(target, "outbox:", 7) == 0 && target[7])
        return outbox_open(mailer, target + 7, error);
    if (strncmp(target, "smtp://", 7) == 0 || strncmp(target, "smtps://", 8) == 0)
        return open_server(mailer, error);
    return error_set(error, TN_CONFIGURATION,
        "--mail is \"%s\": write outbox:FILE, page, smtp://HOST or smtps://HOST", target);
}

bool
mailer_new(const struct mailer_options *options, struct mailer **ret_mailer, struct tn_error *error)
{
    struct mailer *mailer = calloc(1, sizeof *mailer);
    if (!mailer)
        return error_set(error, TN_INTERNAL, "no memory for the mailer");

    mailer->options = *options;
    mailer->outbox_fd = -1;
    atomic_init(&mailer->deadline_ms, LLONG_MAX);
    if (!open_target(mailer, error)) {
        mailer_free(mailer, 0);
        return false;
    }
    *ret_mailer = mailer;
    return true;
}

void
mailer_free(struct mailer *mailer, int patience_ms)
{
    if (!mailer)
        return;

    if (mailer->smtp) {
        atomic_store(&mailer->deadline_ms, time_monotonic_ms() + patience_ms);
        pthread_mutex_lock(&mailer->lock);
        mailer->is_ending = true;
        pthread_cond_signal(&mailer->changed);
        pthread_mutex_unlock(&mailer->lock);
        pthread_join(mailer->thread, NULL);
        pthread_cond_destroy(&mailer->changed);
        pthread_mutex_destroy(&mailer->lock);
        smtp_free(mailer->smtp);
    }
    if (mailer->outbox_fd >= 0)
        close(mailer->outbox_fd);
    kept_free(mailer->kept);
    free(mailer);
}

bool
mail_is_configured(const struct mailer *mailer)
{
    return mailer->outbox_fd >= 0 || mailer->kept || mailer->smtp;
}

bool
mail_is_kept(const struct mailer *mailer)
{
    return mailer->kept;
}

size_t
mail_kept(const struct mailer *mailer, struct arena *arena, const struct kept_mail **ret_mails)
{
    *ret_mails = NULL;
    return mailer->kept ? kept_list(mailer->kept, arena, ret_mails) : 0;
}

bool
mail_send(struct mailer *mailer, const struct mail *mail, struct tn_error *error)
{
    if (mailer->outbox_fd >= 0)
        return outbox_append(mailer, mail, error);
    if (mailer->kept)
        kept_put(mailer->kept, mail);
    if (!mailer->smtp)
        return true;

    pthread_mutex_lock(&mailer->lock);
    const bool has_room = mailer->count < mailer->options.queue_limit;
    if (has_room) {
        letter_put(mailer, letter_new(mail));
        mailer->count++;
        pthread_cond_signal(&mailer->changed);
    }
    pthread_mutex_unlock(&mailer->lock);
    return has_room || error_set(error, TN_OVERLOADED, "%d mails wait for the mail server",
                           mailer->options.queue_limit);
}
