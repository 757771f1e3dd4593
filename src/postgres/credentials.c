#include "postgres/credentials.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

bool
credentials_of_url(const char *url, struct arena *arena, struct credentials *ret_credentials,
    struct tn_error *error)
{
    /* libpq's own message would repeat the string, and with it the password. */
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    PQconninfoOption *defaults = PQconndefaults();
    struct credentials credentials = { 0 };
    const PQconninfoOption *const sources[] = { options, defaults };
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        for (const PQconninfoOption *option = sources[i]; option && option->keyword; option++) {
            if (!option->val || !*option->val)
                continue;
            if (!credentials.user && strcmp(option->keyword, "user") == 0)
                credentials.user = arena_strdup(arena, option->val);
            if (!credentials.password && strcmp(option->keyword, "password") == 0)
                credentials.password = arena_strdup(arena, option->val);
        }
    const bool is_read = options && credentials.user;
    PQconninfoFree(options);
    PQconninfoFree(defaults);
    if (!is_read)
        return error_set(error, TN_CONFIGURATION,
            "a database's URL is not one that libpq understands, or names no user");

    *ret_credentials = credentials;
    return true;
}

bool
credentials_secret(struct direct *direct, const struct credentials *credentials,
    struct arena *arena, const char **ret_secret, struct tn_error *error)
{
    PGconn *connection = direct_libpq(direct);
    char *secret = PQencryptPasswordConn(
        connection, credentials->password, credentials->user, "scram-sha-256");
    if (!secret)
        return error_set(error, TN_DATABASE, "the password of %s: %s", credentials->user,
            PQerrorMessage(connection));

    *ret_secret = arena_strdup(arena, secret);
    PQfreemem(secret);
    return true;
}
