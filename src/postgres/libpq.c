#include "postgres/libpq.h"

#include <string.h>

void
libpq_keywords_fill(struct libpq_keywords *keywords, const char *url)
{
    /* Later ones win over what the URL says: all text here is UTF-8. */
    *keywords = (struct libpq_keywords){
        .names = { "dbname", "fallback_application_name", "client_encoding", NULL },
        .values = { url, "tenantry", "UTF8", NULL },
    };
}

bool
libpq_check_url(const char *url, struct tn_error *error)
{
    if (!url)
        return true;

    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    if (options) {
        PQconninfoFree(options);
        return true;
    }

    /* Not libpq's message: it repeats the part that it could not read, maybe the password. */
    PQfreemem(message);
    return error_set(error, TN_CONFIGURATION,
        "a database's URL is neither a postgresql:// address nor keyword=value pairs");
}

bool
libpq_error(
    const PGconn *connection, enum tn_error_code code, const char *what, struct tn_error *error)
{
    const char *message = connection ? PQerrorMessage(connection) : "no memory";
    const size_t length = strcspn(message, "\n");
    return error_set(error, code, "%s: %.*s", what, (int)length, message);
}

void
libpq_drop_notice(void *argument, const char *message)
{
    (void)argument;
    (void)message;
}
