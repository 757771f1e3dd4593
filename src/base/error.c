#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int status;
    const char *type;
    const char *sentence;
} definitions[] = {
    [TN_NO_ERROR] = { 200, "ok", "" },
#define ERROR(name, status, type, sentence) [TN_##name] = { status, type, sentence },
#include "errors.def"
#undef ERROR
};

bool
tn_error_set(struct tn_error *error, enum tn_error_code code, const char *format, ...)
{
    if (error->code != TN_NO_ERROR)
        return false;

    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
    error->code = code;
    return false;
}

void
error_prefix(struct tn_error *error, const char *format, ...)
{
    char detail[sizeof error->detail];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length + 2 >= sizeof detail)
        return;

    /* The end of a long detail is what gives way. */
    const size_t start = (size_t)length;
    const size_t room = sizeof detail - start - 3;
    const size_t kept = strnlen(error->detail, room);
    memcpy(detail + start, ": ", 2);
    memcpy(detail + start + 2, error->detail, kept);
    detail[start + 2 + kept] = '\0';
    memcpy(error->detail, detail, sizeof detail);
}

int
tn_error_status(enum tn_error_code code)
{
    return definitions[code].status;
}

const char *
tn_error_type(enum tn_error_code code)
{
    return definitions[code].type;
}

const char *
tn_error_sentence(enum tn_error_code code)
{
    return definitions[code].sentence;
}
