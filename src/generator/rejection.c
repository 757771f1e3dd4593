#include "generator/rejection.h"

#include <stdarg.h>
#include <string.h>

bool
reject(struct rejection *rejection, struct arena *arena, const char *reason, int position,
    const char *format, ...)
{
    if (rejection->reason)
        return false;

    va_list arguments;
    va_start(arguments, format);
    rejection->message = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    rejection->reason = reason;
    rejection->position = position;
    return false;
}

const char *
rejection_mend(const char *reason)
{
#define REJECTION(word, when, mend) { word, mend },
    static const struct {
        const char *reason;
        const char *mend;
    } mends[] = {
#include "rejections.def"
    };
#undef REJECTION
    for (size_t i = 0; i < COUNT_OF(mends); i++) {
        if (strcmp(mends[i].reason, reason) == 0)
            return mends[i].mend;
    }
    return "";
}
