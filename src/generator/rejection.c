#include "generator/rejection.h"

#include <stdarg.h>

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
