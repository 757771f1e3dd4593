#include "search.h"

#include <string.h>

struct tn_opt_text
search_pattern(struct tn_request *request, const char *words)
{
    if (!words[0])
        return (struct tn_opt_text){ .is_null = true };

    char *pattern = tn_request_alloc(request, 2 * strlen(words) + 3);
    size_t bytes = 0;

    pattern[bytes++] = '%';
    for (const char *at = words; *at; at++) {
        if (strchr("%_\\", *at))
            pattern[bytes++] = '\\';
        pattern[bytes++] = *at;
    }
    pattern[bytes++] = '%';

    return tn_opt_text_of(tn_text_of(pattern));
}
