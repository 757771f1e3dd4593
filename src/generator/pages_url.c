#include "generator/pages_url.h"

#include <string.h>

bool
url_begin(struct pages_reader *reader, bool for_form, enum url_stage *ret_stage,
    enum url_prefix *ret_prefix)
{
    *ret_prefix = URL_AS_IT_STANDS;
    if (pages_looking_at(reader, "^/")) {
        reader->at++;
        *ret_prefix = URL_OUTSIDE;
        *ret_stage = URL_START;
        return true;
    }
    if (pages_looking_at(reader, "/")) {
        *ret_prefix = URL_OF_ORGANIZATION;
        *ret_stage = URL_START;
        return true;
    }
    if (for_form)
        return pages_fail(reader, reader->at,
            "a form goes to a path of this server: \"/…\" inside the organization, \"^/…\" "
            "outside");
    if (pages_looking_at(reader, "?") || pages_looking_at(reader, "#") ||
        pages_looking_at(reader, "mailto:") || pages_looking_at(reader, "tel:")) {
        *ret_stage = URL_QUERY;
        return true;
    }
    if (pages_looking_at(reader, "https://") || pages_looking_at(reader, "http://")) {
        *ret_stage = URL_AUTHORITY;
        return true;
    }
    return pages_fail(reader, reader->at,
        "an address begins with \"/\" (inside the organization), \"^/\" (outside), \"?\", \"#\", "
        "\"https://\", \"http://\", \"mailto:\" or \"tel:\"");
}

bool
url_character(struct pages_reader *reader, enum url_stage *stage)
{
    const char c = reader->text[reader->at];
    if (c == '\\' || c == '<' || c == '>' || (unsigned char)c <= ' ')
        return pages_fail(reader, reader->at,
            "this character cannot stand in an address; write it percent-encoded");

    switch (*stage) {
    case URL_START:
        *stage = URL_SLASH;
        return true;
    case URL_SLASH:
        if (c == '/')
            return pages_fail(reader, reader->at,
                "\"//\" begins the address of another host; write \"https://…\"");
        *stage = c == '?' || c == '#' ? URL_QUERY : URL_PATH;
        return true;
    case URL_AUTHORITY:
        /* The first slash that is not one of the scheme's own two ends the host. */
        if (c == '?' || c == '#')
            *stage = URL_QUERY;
        else if (c == '/' && !strchr(":/", reader->text[reader->at - 1]))
            *stage = URL_PATH;
        return true;
    case URL_PATH:
        if (c == '?' || c == '#')
            *stage = URL_QUERY;
        return true;
    case URL_QUERY:
        return true;
    }
    return true;
}

bool
url_value(struct pages_reader *reader, size_t offset, enum url_stage *stage)
{
    switch (*stage) {
    case URL_START:
        return pages_fail(reader, offset,
            "a value cannot be a whole address, it could be \"javascript:\" or another host; begin "
            "with a literal path, as in \"/invoices/{{ id }}\"");
    case URL_SLASH:
        return pages_fail(reader, offset,
            "a value cannot be the first part of a path, with an empty one \"//host\" could be "
            "written; begin with a literal part, as in \"/invoices/{{ id }}\"");
    case URL_AUTHORITY:
        return pages_fail(reader, offset,
            "a value cannot be part of a host's name; write the host literally, and a \"/\"");
    case URL_PATH:
    case URL_QUERY:
        return true;
    }
    return true;
}

bool
url_merge(struct pages_reader *reader, size_t offset, enum url_stage one, enum url_stage other,
    enum url_stage *ret_stage)
{
    if (one == other) {
        *ret_stage = one;
        return true;
    }
    if (one < URL_PATH || other < URL_PATH)
        return pages_fail(reader, offset,
            "the address begins differently in each branch; begin it before the condition, or "
            "write "
            "the attribute twice");

    /* Where it is not sure that "?" was written, a value is encoded as for a path. */
    *ret_stage = URL_PATH;
    return true;
}
