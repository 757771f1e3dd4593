#include "account/email.h"

#include <string.h>

static bool
is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool
is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Groups of letters, digits and _'+- parted by single dots; the last character is not an
 * apostrophe. */
static bool
local_part_is_valid(const char *part, size_t length)
{
    if (length == 0 || part[0] == '.' || part[length - 1] == '.' || part[length - 1] == '\'')
        return false;

    for (size_t i = 0; i < length; i++) {
        bool is_dot = part[i] == '.';
        if (is_dot && part[i - 1] == '.')
            return false;
        if (!is_dot && !is_letter(part[i]) && !is_digit(part[i]) && !strchr("_'+-", part[i]))
            return false;
    }
    return true;
}

/* Letters, digits and hyphens, not beginning with a hyphen. */
static bool
label_is_valid(const char *label, size_t length)
{
    if (length == 0 || label[0] == '-')
        return false;

    for (size_t i = 0; i < length; i++)
        if (!is_letter(label[i]) && !is_digit(label[i]) && label[i] != '-')
            return false;
    return true;
}

static bool
top_label_is_valid(const char *label, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_letter(label[i]))
            return false;
    return length >= 2;
}

static bool
domain_is_valid(const char *domain)
{
    const char *label = domain;
    for (const char *dot; (dot = strchr(label, '.')) != NULL; label = dot + 1)
        if (!label_is_valid(label, (size_t)(dot - label)))
            return false;
    return label != domain && top_label_is_valid(label, strlen(label));
}

bool
email_is_valid(const char *email)
{
    const char *at = strchr(email, '@');
    return at && strlen(email) <= EMAIL_BYTES_MAX &&
           local_part_is_valid(email, (size_t)(at - email)) && domain_is_valid(at + 1);
}

char *
email_normalise(const char *email, struct arena *arena)
{
    char *lower = arena_strdup(arena, email);
    for (char *at = lower; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + ('a' - 'A'));
    return lower;
}
