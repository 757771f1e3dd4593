#include "verifier/pattern.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

enum { REPEATS_MAX = 64, CLASS_MAX = 128 };

struct reader {
    const char *at;
    struct arena *arena;
    unsigned number;
    bool failed;
};

/* The characters of a class, letters and digits first to be taken. */
struct set {
    char items[CLASS_MAX];
    size_t count;
};

static void
set_add(struct set *set, char first, char last)
{
    const unsigned char end = (unsigned char)last;
    for (unsigned character = (unsigned char)first; character <= end && set->count < CLASS_MAX;
         character++)
        set->items[set->count++] = (char)character;
}

static void
set_escape(struct set *set, char escape)
{
    if (escape == 'd') {
        set_add(set, '0', '9');
    } else if (escape == 'w') {
        set_add(set, 'a', 'z');
        set_add(set, '0', '9');
    } else if (escape == 's') {
        set_add(set, ' ', ' ');
    } else {
        set_add(set, escape, escape);
    }
}

static void
set_class(struct reader *reader, struct set *set)
{
    const bool negated = *reader->at == '^';
    struct set named = { .count = 0 };
    reader->at += negated;
    for (bool first = true; *reader->at && (first || *reader->at != ']'); first = false) {
        if (*reader->at == '\\' && reader->at[1]) {
            set_escape(&named, reader->at[1]);
            reader->at += 2;
        } else if (strncmp(reader->at, "[:alnum:]", 9) == 0 ||
                   strncmp(reader->at, "[:alpha:]", 9) == 0 ||
                   strncmp(reader->at, "[:lower:]", 9) == 0) {
            set_add(&named, 'a', 'z');
            reader->at += 9;
        } else if (strncmp(reader->at, "[:digit:]", 9) == 0) {
            set_add(&named, '0', '9');
            reader->at += 9;
        } else if (reader->at[1] == '-' && reader->at[2] && reader->at[2] != ']') {
            set_add(&named, reader->at[0], reader->at[2]);
            reader->at += 3;
        } else {
            set_add(&named, *reader->at, *reader->at);
            reader->at++;
        }
    }
    reader->failed |= *reader->at != ']';
    reader->at += *reader->at == ']';
    if (!negated) {
        *set = named;
        return;
    }
    for (int character = 'a'; character <= 'z'; character++)
        if (!memchr(named.items, character, named.count))
            set_add(set, (char)character, (char)character);
}

static void
repeats(struct reader *reader, unsigned *ret_count)
{
    *ret_count = 1;
    if (*reader->at == '*' || *reader->at == '?' || *reader->at == '+') {
        *ret_count = *reader->at == '+' ? 6 : 0;
        reader->at++;
    } else if (*reader->at == '{') {
        char *end;
        *ret_count = (unsigned)strtoul(reader->at + 1, &end, 10);
        /* {2,} and {2,20}: room for a number that makes it unlike others. */
        if (*end == ',') {
            const unsigned most =
                isdigit((unsigned char)end[1]) ? (unsigned)strtoul(end + 1, &end, 10) : 12;
            end = strchr(end, '}');
            *ret_count = *ret_count >= 8 ? *ret_count : most < 8 ? most : 8;
        }
        reader->failed |= !end || *end != '}' || *ret_count > REPEATS_MAX;
        reader->at = end && *end == '}' ? end + 1 : reader->at + strlen(reader->at);
    }
    reader->at += *reader->at == '?';
}

static void alternatives(struct reader *reader, struct buffer *out);

/* One thing and how often it stands. */
static void
piece(struct reader *reader, struct buffer *out)
{
    unsigned count;
    struct buffer group;
    struct set set = { .count = 0 };
    buffer_init(&group, reader->arena, 32);
    const char character = *reader->at++;
    if (character == '(') {
        if (strncmp(reader->at, "?:", 2) == 0)
            reader->at += 2;
        reader->failed |= *reader->at == '?';
        alternatives(reader, &group);
        reader->failed |= *reader->at != ')';
        reader->at += *reader->at == ')';
    } else if (character == '[') {
        set_class(reader, &set);
    } else if (character == '\\' && *reader->at) {
        set_escape(&set, *reader->at++);
    } else if (character == '.') {
        set_add(&set, 'a', 'z');
    } else {
        set_add(&set, character, character);
    }
    repeats(reader, &count);
    for (unsigned i = 0; i < count && !reader->failed; i++) {
        if (set.count) {
            buffer_character(out, set.items[reader->number % set.count]);
            reader->number = reader->number / 3 + i;
        } else {
            buffer_append(out, group.data, group.length);
        }
    }
}

static void
alternatives(struct reader *reader, struct buffer *out)
{
    struct buffer unused;
    struct buffer *into = out;
    buffer_init(&unused, reader->arena, 32);
    while (*reader->at && *reader->at != ')' && !reader->failed) {
        if (*reader->at == '|') {
            reader->at++;
            into = &unused;
        } else if (*reader->at == '^' || *reader->at == '$') {
            reader->at++;
        } else {
            piece(reader, into);
        }
    }
}

const char *
pattern_sample(const char *expression, unsigned number, struct arena *arena)
{
    struct buffer out;
    struct reader reader = { .at = expression, .arena = arena, .number = number };
    buffer_init(&out, arena, 64);
    alternatives(&reader, &out);
    return reader.failed || *reader.at ? NULL : out.data;
}
