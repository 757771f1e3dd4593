#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "mail/curl.h"
#include "mail/inside.h"

#define CONNECT_TIMEOUT_MS 10000L
#define SEND_TIMEOUT_MS 30000L
/* Replies from here on say that asking again is in vain (RFC 5321, section 4.2.1). */
#define REPLY_FINAL 500

struct smtp {
    struct curl curl;
    CURL *handle;
    const char *from; /* the bare address */
    atomic_llong *deadline_ms;
    struct arena *arena;
};

struct upload {
    const struct buffer *message;
    size_t sent;
};

static size_t
read_message(char *target, size_t size, size_t count, void *argument)
{
    struct upload *upload = argument;
    const size_t left = upload->message->length - upload->sent;
    const size_t bytes = left < size * count ? left : size * count;
    memcpy(target, upload->message->data + upload->sent, bytes);
    upload->sent += bytes;
    return bytes;
}

static int
is_too_late(
    void *argument, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    (void)down_total;
    (void)down;
    (void)up_total;
    (void)up;
    const struct smtp *smtp = argument;
    return time_monotonic_ms() > atomic_load(smtp->deadline_ms);
}

/* "Acme <mail@acme.example>": what stands between the brackets. */
static const char *
bare_address(const char *from, struct arena *arena)
{
    const char *bracket = strchr(from, '<');
    return bracket ? arena_memdup(arena, bracket + 1, strcspn(bracket + 1, ">")) : from;
}

/* Is the server on this machine? */
static bool
is_here(const char *target)
{
    const char *host = strstr(target, "://") + 3;
    const char *at = strrchr(host, '@');
    host = at ? at + 1 : host;
    return strncmp(host, "localhost", 9) == 0 || strncmp(host, "127.", 4) == 0 ||
           strncmp(host, "[::1]", 5) == 0;
}

/* TLS wherever it is offered; and never a password without. */
static long
tls_of(const char *target)
{
    const bool has_password = strchr(target, '@') != NULL;
    return has_password && !is_here(target) ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY;
}

bool
smtp_new(const char *target, const char *from, atomic_llong *deadline_ms, struct smtp **ret_smtp,
    struct tn_error *error)
{
    struct curl curl;
    if (!curl_open(&curl, error))
        return false;

    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(error, TN_INTERNAL, "libcurl does not start");

    struct arena *arena = arena_new(1024);
    struct smtp *smtp = ARENA_NEW(arena, struct smtp);
    *smtp = (struct smtp){
        .curl = curl,
        .handle = curl.easy_init(),
        .from = bare_address(from, arena),
        .deadline_ms = deadline_ms,
        .arena = arena,
    };
    *ret_smtp = smtp;
    if (!smtp->handle)
        return error_set(error, TN_INTERNAL, "libcurl gives no handle");

    curl.easy_setopt(smtp->handle, CURLOPT_URL, target);
    curl.easy_setopt(smtp->handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl.easy_setopt(smtp->handle, CURLOPT_USE_SSL, tls_of(target));
    curl.easy_setopt(smtp->handle, CURLOPT_NOSIGNAL, 1L);
    curl.easy_setopt(smtp->handle, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl.easy_setopt(smtp->handle, CURLOPT_TIMEOUT_MS, SEND_TIMEOUT_MS);
    curl.easy_setopt(smtp->handle, CURLOPT_MAIL_FROM, smtp->from);
    curl.easy_setopt(smtp->handle, CURLOPT_READFUNCTION, read_message);
    curl.easy_setopt(smtp->handle, CURLOPT_UPLOAD, 1L);
    curl.easy_setopt(smtp->handle, CURLOPT_NOPROGRESS, 0L);
    curl.easy_setopt(smtp->handle, CURLOPT_XFERINFOFUNCTION, is_too_late);
    curl.easy_setopt(smtp->handle, CURLOPT_XFERINFODATA, smtp);
    return true;
}

void
smtp_free(struct smtp *smtp)
{
    if (!smtp)
        return;

    const struct curl curl = smtp->curl;
    curl.easy_cleanup(smtp->handle);
    arena_free(smtp->arena);
    curl.global_cleanup();
}

bool
smtp_send(struct smtp *smtp, const char *to, const struct buffer *message, bool *ret_final,
    struct tn_error *error)
{
    const struct curl *curl = &smtp->curl;
    struct upload upload = { .message = message };
    struct curl_slist *recipients = curl->slist_append(NULL, to);
    char problem[CURL_ERROR_SIZE] = "";
    curl->easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, recipients);
    curl->easy_setopt(smtp->handle, CURLOPT_READDATA, &upload);
    curl->easy_setopt(smtp->handle, CURLOPT_ERRORBUFFER, problem);

    const CURLcode answer = curl->easy_perform(smtp->handle);
    long reply = 0;
    curl->easy_getinfo(smtp->handle, CURLINFO_RESPONSE_CODE, &reply);
    curl->easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, NULL);
    curl->easy_setopt(smtp->handle, CURLOPT_ERRORBUFFER, NULL);
    curl->slist_free_all(recipients);
    if (answer == CURLE_OK)
        return true;

    *ret_final = reply >= REPLY_FINAL;
    return error_set(error, TN_UNAVAILABLE, "mail server: %s (reply %ld)",
        problem[0] ? problem : curl->easy_strerror(answer), reply);
}
