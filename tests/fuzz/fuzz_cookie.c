/* Cookie headers as a browser sends them; what a signed or encrypted one says, to whom nothing was
 * said; and what a genuine one says that was tampered with. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/cookie.h"
#include "http/form.h"
#include "server/session_seal.h"
#include "json/writer.h"

#define PREFIX "better-auth."
#define SECRET "a secret that no input holds, of 40 letters"
#define CONTENT "{\"session\":{\"id\":\"1\"},\"user\":{\"name\":\"Ada\"}}"
#define EXPIRES_AT_US 60000000
#define LONG_AFTER_US 3600000000

static struct http_pairs
parse(char *first, char *second, const char *prefix, struct arena *arena)
{
    struct http_pair headers[] = { { "Cookie", first }, { "cookie", second } };
    const struct http_request request = { .arena = arena, .headers = { headers, second ? 2 : 1 } };
    return cookie_parse(&request, prefix);
}

/* One of it alone, encoded as we do, is read as the same. */
static void
check_again(const struct http_pair *cookie, struct arena *arena)
{
    if (!utf8_is_valid(cookie->value, strlen(cookie->value)))
        return;

    struct buffer line;
    buffer_init(&line, arena, 128);
    buffer_text(&line, cookie->name);
    buffer_character(&line, '=');
    percent_encode(&line, cookie->value, strlen(cookie->value));
    const struct http_pairs again = parse(line.data, NULL, "", arena);
    MUST(again.count == 1 && strcmp(again.items[0].name, cookie->name) == 0 &&
         strcmp(again.items[0].value, cookie->value) == 0);
}

/* With a prefix: those of all that have it, in their order. */
static void
check_prefix(const struct http_pairs *all, const struct http_pairs *some)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct http_pair *cookie = &all->items[i];
        if (strncmp(cookie->name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        MUST(count < some->count && strcmp(some->items[count].name, cookie->name) == 0 &&
             strcmp(some->items[count].value, cookie->value) == 0);
        count++;
    }
    MUST(count == some->count);
}

/* The secret is not in any corpus: whatever opens was forged. */
static void
check_seals(const char *value, struct arena *arena)
{
    struct session_seal seal = { .secret = SECRET, .key_id = "k" };
    for (seal.strategy = SESSION_SEAL_COMPACT; seal.strategy <= SESSION_SEAL_JWE; seal.strategy++)
        MUST(!session_seal_open(&seal, value, 0, arena));
}

static const char *
close_content(const struct session_seal *seal, struct arena *arena)
{
    struct buffer content;
    buffer_init(&content, arena, sizeof CONTENT);
    buffer_text(&content, CONTENT);
    return session_seal_close(seal, &content, 0, EXPIRES_AT_US);
}

/* `edit` says where, how many bytes go, and what comes there. */
static const char *
tamper(const char *value, const uint8_t *edit, size_t edit_bytes, struct arena *arena)
{
    const size_t length = strlen(value);
    const size_t at = (edit[0] | (size_t)edit[1] << 8) % (length + 1);
    const size_t left = length - at;
    const size_t goes = edit[2] < left ? edit[2] : left;
    struct buffer out;
    buffer_init(&out, arena, length + edit_bytes);
    buffer_append(&out, value, at);
    buffer_append(&out, (const char *)edit + 3, edit_bytes - 3);
    buffer_text(&out, value + at + goes);
    return out.data;
}

/* It says what it said, or nothing: of texts that decode to the same bytes one is as good as the
 * other. */
static void
check_tampered(const uint8_t *edit, size_t edit_bytes, struct arena *arena)
{
    struct session_seal seal = { .secret = SECRET, .key = { 1, 2, 3 }, .key_id = "k" };
    for (seal.strategy = SESSION_SEAL_COMPACT; seal.strategy <= SESSION_SEAL_JWE; seal.strategy++) {
        const char *genuine = close_content(&seal, arena);
        const char *value = tamper(genuine, edit, edit_bytes, arena);
        MUST(session_seal_open(&seal, genuine, 1, arena));
        MUST(!session_seal_open(&seal, genuine, LONG_AFTER_US, arena));
        const struct json_value *content = session_seal_open(&seal, value, 1, arena);
        if (!content)
            continue;

        struct json_writer json;
        struct buffer text;
        buffer_init(&text, arena, sizeof CONTENT);
        json_writer_init(&json, &text);
        json_put_value(&json, content);
        MUST(strstr(text.data, "{\"id\":\"1\"}") && strstr(text.data, "{\"name\":\"Ada\"}"));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1024);
    char *text = arena_memdup(arena, (const char *)data, bytes);

    /* Two headers, cut at the first line's end. */
    char *second = strchr(text, '\n');
    if (second)
        *second++ = '\0';
    const struct http_pairs cookies = parse(text, second, "", arena);
    const struct http_pairs ours = parse(text, second, PREFIX, arena);
    check_prefix(&cookies, &ours);
    for (size_t i = 0; i < cookies.count; i++) {
        MUST(strlen(cookies.items[i].name) + strlen(cookies.items[i].value) <= bytes);
        check_again(&cookies.items[i], arena);
        check_seals(cookies.items[i].value, arena);
    }
    if (bytes >= 3)
        check_tampered(data, bytes < 128 ? bytes : 128, arena);
    arena_free(arena);
    return 0;
}
