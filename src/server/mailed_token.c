#include "server/mailed_token.h"

#include "account/email.h"
#include "account/recovery.h"
#include "base/time.h"
#include "server/session_seal.h"
#include "json/writer.h"

/* By how much the clocks of two servers may differ. */
#define CLOCKS_APART_S 60

static struct session_seal
jwt_seal(const struct server *server)
{
    struct session_seal seal = *server->seal;
    seal.strategy = SESSION_SEAL_JWT;
    return seal;
}

static void
put_if_any(struct json_writer *json, const char *name, const char *text)
{
    if (!text)
        return;

    json_key(json, name);
    json_put_text(json, text);
}

const char *
mailed_token_make(
    const struct server *server, const struct mailed_token *token, struct arena *arena)
{
    struct buffer content;
    struct json_writer json;
    buffer_init(&content, arena, 256);
    json_writer_init(&json, &content);
    json_object_begin(&json);
    put_if_any(&json, "email", token->email);
    put_if_any(&json, "updateTo", token->update_to);
    put_if_any(&json, "requestType", token->request);
    put_if_any(&json, "userId", token->user_id);
    json_object_end(&json);

    const struct session_seal seal = jwt_seal(server);
    const int64_t now_us = time_now_us();
    return session_seal_close(
        &seal, &content, now_us, now_us + RECOVERY_LIFETIME_S * INT64_C(1000000));
}

static bool
read_member(const struct json_value *content, const char *name, const char **ret_text)
{
    const struct json_value *member = json_member(content, name);
    *ret_text = member->text;
    return member->kind == JSON_KIND_UNDEFINED || json_is_plain_text(member);
}

enum mailed_token_answer
mailed_token_read(const struct server *server, const char *text, struct arena *arena,
    struct mailed_token *ret_token)
{
    /* Whether it ran out is told apart, so that people know to ask for another. */
    const struct session_seal seal = jwt_seal(server);
    const struct json_value *content = session_seal_open(&seal, text, 0, arena);
    if (!content || !read_member(content, "email", &ret_token->email) || !ret_token->email ||
        !email_is_valid(ret_token->email) ||
        !read_member(content, "updateTo", &ret_token->update_to) ||
        !read_member(content, "requestType", &ret_token->request) ||
        !read_member(content, "userId", &ret_token->user_id))
        return MAILED_TOKEN_INVALID;

    const struct json_value *made_at = json_member(content, "iat");
    const bool says_when =
        made_at->kind == JSON_KIND_NUMBER && made_at->number >= 0 && made_at->number < 1e11;
    ret_token->made_at_s = says_when ? (int64_t)made_at->number : 0;

    /* One of the future would be good for longer than it should, and seem younger than what it must
     * not outlive. */
    const int64_t now_s = time_now_us() / 1000000;
    const bool is_good = json_member(content, "exp")->number > (double)now_s &&
                         ret_token->made_at_s <= now_s + CLOCKS_APART_S;
    return is_good ? MAILED_TOKEN_GOOD : MAILED_TOKEN_EXPIRED;
}
