/* Every name that the C of a project declares, so that two that are one are found here and not by a
 * compiler. In C structs, enums and unions share their names, and everything else does. */
#include <stdlib.h>
#include <string.h>

#include "generator/names.h"

enum name_space {
    ORDINARY, /* functions, constants, members of enums */
    TAG,
};

struct emitted {
    const char *name;
    enum name_space space;
    const char *owner;           /* for the message: "query a", "enum b" */
    struct rejection *rejection; /* the owner's; NULL: an enum's */
    int position;                /* for that */
    bool is_raw;
};

struct collection {
    struct emitted *list;
    int count;
    int capacity;
    struct arena *arena;
};

static void
add(struct collection *names, enum name_space space, const struct emitted *owner, const char *name)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity > 0 ? 2 * names->capacity : 256;
        struct emitted *longer = ARENA_ARRAY(names->arena, names->capacity, struct emitted);
        if (names->count > 0)
            memcpy(longer, names->list, (size_t)names->count * sizeof *longer);
        names->list = longer;
    }
    struct emitted *emitted = &names->list[names->count++];
    *emitted = *owner;
    emitted->name = name;
    emitted->space = space;
}

/* Each format has the word once. */
static void
add_formats(struct collection *names, enum name_space space, const struct emitted *owner,
    const char *const *formats, const char *word)
{
    for (; *formats; formats++) {
        const char *mark = strchr(*formats, '%');
        add(names, space, owner,
            arena_printf(
                names->arena, "%.*s%s%s", (int)(mark - *formats), *formats, word, mark + 1));
    }
}

static void
add_query(struct collection *names, struct compiled *compiled)
{
    static const char *const ordinary[] = { "%", "query_%", "read_%", "reads_%", "types_%",
        "writes_%", NULL };
    static const char *const tags[] = { "%_row", "%_rows", NULL };
    static const char *const of_stream[] = { "%_next", "%_end", NULL };
    static const char *const stream_tag[] = { "%_stream", NULL };
    static const char *const of_sort[] = { "%_sort_labels", "%_sort_query", NULL };
    static const char *const sort_tag[] = { "%_sort", NULL };
    static const char *const of_together[] = { "ask_%", "answer_%", NULL };
    static const char *const of_maybe[] = { "opt_%_row_get", "opt_%_row_of", "opt_%_row_null",
        NULL };
    static const char *const maybe_tag[] = { "opt_%_row", NULL };
    const struct query *query = compiled->query;
    const struct emitted own = { .owner = arena_printf(names->arena, "the query %s", query->name),
        .rejection = &compiled->rejection,
        .is_raw = query->scope == SCOPE_CROSS_ORG };
    const struct emitted *owner = &own;
    add_formats(names, ORDINARY, owner, ordinary, query->name);
    add_formats(names, TAG, owner, tags, query->name);
    if (query->mode == QUERY_STREAM) {
        add_formats(names, ORDINARY, owner, of_stream, query->name);
        add_formats(names, TAG, owner, stream_tag, query->name);
    }
    if (compiled->is_together)
        add_formats(names, ORDINARY, owner, of_together, query->name);
    if (compiled->is_together && query->mode == QUERY_MAYBE) {
        add_formats(names, ORDINARY, owner, of_maybe, query->name);
        add_formats(names, TAG, owner, maybe_tag, query->name);
    }
    if (query->sort_count == 0)
        return;
    add_formats(names, ORDINARY, owner, of_sort, query->name);
    add_formats(names, TAG, owner, sort_tag, query->name);
    for (int i = 0; i < query->sort_count; i++)
        add(names, ORDINARY, owner,
            arena_printf(names->arena, "%s_SORT_%s", c_upper(query->name, names->arena),
                c_upper(query->sorts[i].name, names->arena)));
}

static void
add_together(struct collection *names, struct compiled_together *compiled)
{
    const struct together *together = compiled->together;
    const struct emitted owner = {
        .owner = arena_printf(names->arena, "the together %s", together->name),
        .rejection = &compiled->rejection,
        .position = together->file_offset,
    };
    add(names, ORDINARY, &owner, together->name);
    add(names, TAG, &owner, arena_printf(names->arena, "%s_rows", together->name));
}

static void
add_enum(struct collection *names, const struct type *enumeration)
{
    static const char *const ordinary[] = { "%_label", "%_labels", "%_query", "raw_%_label",
        "raw_%_labels", "opt_%_get", "opt_%_of", "opt_%_null", "opt_%_array_get", "opt_%_array_of",
        "opt_%_array_null", NULL };
    static const char *const tags[] = { "%", "opt_%", "%_array", "opt_%_array", NULL };
    const char *word = c_name(enumeration->name, names->arena);
    const struct emitted owner = { .owner = arena_printf(
                                       names->arena, "the enum %s", enumeration->name) };
    add_formats(names, ORDINARY, &owner, ordinary, word);
    add_formats(names, TAG, &owner, tags, word);
    for (int i = 0; i < enumeration->labels.count; i++)
        add(names, ORDINARY, &owner,
            arena_printf(names->arena, "%s_%s", c_upper(enumeration->name, names->arena),
                c_upper(enumeration->labels.names[i], names->arena)));
}

static int
emitted_compare(const void *left, const void *right)
{
    const struct emitted *a = left;
    const struct emitted *b = right;
    if (a->space != b->space)
        return a->space < b->space ? -1 : 1;
    const int names = strcmp(a->name, b->name);
    return names != 0 ? names : strcmp(a->owner, b->owner);
}

/* The request path and the scripts are two programs, which share nothing but enums. */
static bool
are_apart(const struct emitted *left, const struct emitted *right)
{
    return strcmp(left->owner, right->owner) == 0 ||
           (left->rejection && right->rejection && left->is_raw != right->is_raw);
}

static void
refuse(const struct emitted *one, const struct emitted *other, struct arena *arena)
{
    /* What names queries gives way to them. */
    const struct emitted *refused = one->rejection && other->position == 0 ? one : other;
    if (!refused->rejection)
        return; /* two enums: names_check says it where one is used */
    (void)reject(refused->rejection, arena, "annotation", refused->position,
        "%s and %s would both make `%s` in C: take another name", one->owner, other->owner,
        one->name);
}

void
names_emitted_check(struct project *project, struct arena *arena)
{
    struct collection names = { .arena = arena };
    for (int i = 0; i < project->query_count; i++) {
        if (!project->queries[i].rejection.reason)
            add_query(&names, &project->queries[i]);
    }
    for (int i = 0; i < project->together_count; i++) {
        if (!project->togethers[i].rejection.reason)
            add_together(&names, &project->togethers[i]);
    }
    for (int i = 0; i < project->enum_count; i++)
        add_enum(&names, project->enums[i]);
    if (names.count > 0)
        qsort(names.list, (size_t)names.count, sizeof *names.list, emitted_compare);
    for (int i = 1; i < names.count; i++) {
        const struct emitted *one = &names.list[i - 1];
        const struct emitted *other = &names.list[i];
        if (one->space == other->space && strcmp(one->name, other->name) == 0 &&
            !are_apart(one, other))
            refuse(one, other, arena);
    }
}
