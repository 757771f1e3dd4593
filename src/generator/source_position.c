/* From a place in a text that was made back to the file. */
#include "generator/source.h"

int
position_map_find(const struct position_map *map, int position)
{
    int found = position;
    for (int i = 0; i < map->count && position >= map->pairs[i].text; i++)
        found = map->pairs[i].file + position - map->pairs[i].text;
    return found;
}

void
source_location(
    const struct query *query, int variant, int position, int *ret_line, int *ret_column)
{
    if (query->header_line > 0) {
        *ret_line = query->header_line;
        *ret_column = 1;
        return;
    }

    const struct query_variant *text = &query->variants[variant];
    source_location_in_file(query->file_text,
        position_map_find(&text->expanded, position_map_find(&text->numbered, position)), ret_line,
        ret_column);
}

void
source_location_in_file(const char *file_text, int offset, int *ret_line, int *ret_column)
{
    *ret_line = 1;
    *ret_column = 1;
    for (int i = 0; i < offset && file_text[i]; i++) {
        if (file_text[i] == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)file_text[i] & 0xC0) != 0x80) {
            ++*ret_column;
        }
    }
}

int
source_byte_of_character(const char *text, int character)
{
    int at = 0;
    if (character <= 0)
        return -1;

    for (; text[at] && character > 1; character--) {
        at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}
