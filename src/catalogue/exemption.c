#include "catalogue/exemption.h"

#include <string.h>

static const char *
blanks_skip(const char *at)
{
    return at + strspn(at, " \t");
}

bool
exemption_has(const char *comment, const char *what)
{
    static const char mark[] = "tenantry:";
    for (const char *line = comment; line && *line;) {
        const char *at = blanks_skip(line);
        if (strncmp(at, mark, strlen(mark)) == 0) {
            at = blanks_skip(at + strlen(mark));
            const char *reason = at + strlen(what);
            if (strncmp(at, what, strlen(what)) == 0) {
                reason = blanks_skip(reason);
                if (*reason == ':' && *blanks_skip(reason + 1) && *blanks_skip(reason + 1) != '\n')
                    return true;
            }
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return false;
}
