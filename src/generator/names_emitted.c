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
    const char *owner;               /* for the message: "query a", "enum b" */
    const struct compiled *compiled; /* NULL: an enum's or a parameter's */
};

struct collection {
    struct emitted *list;
    int count;
    int capacity;
    struct arena *arena;
};

static void
add(struct collection *names, enum name_space space, const char *owner,
    const struct compiled *compiled, const char *name)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity > 0 ? 2 * names->capacity : 256;
        struct emitted *longer = ARENA_ARRAY(names->arena, names->capacity, struct emitted);
        if (names->count > 0)
            memcpy(longer, names->list, (size_t)names->count * sizeof *longer);
        names->list = longer;
    }
    names->list[names->count++] = (struct emitted){ name, space, owner, compiled };
}

/* Each format has the word once. */
static void
add_formats(struct collection *names, enum name_space space, const char *owner,
    const struct compiled *compiled, const char *const *formats, const char *word)
{
    for (; *formats; formats++) {
        const char *mark = strchr(*formats, '%');
        add(names, space, owner, compiled,
            arena_printf(
                names->arena, "%.*s%s%s", (int)(mark - *formats), *formats, word, mark + 1));
    }
}

static void
add_query(struct collection *names, const struct compiled *compiled)
{
    static const char *const ordinary[] = { "%", "query_%", "read_%", "reads_%", "types_%",
        "writes_%", NULL };
    static const char *const tags[] = { "%_row", "%_rows", NULL };
    static const char *const of_stream[] = { "%_next", "%_end", NULL };
    static const char *const stream_tag[] = { "%_stream", NULL };
    static const char *const of_sort[] = { "%_sort_labels", "%_sort_query", NULL };
    static const char *const sort_tag[] = { "%_sort", NULL };
    const struct query *query = compiled->query;
    const char *owner = arena_printf(names->arena, "the query %s", query->name);
    add_formats(names, ORDINARY, owner, compiled, ordinary, query->name);
    add_formats(names, TAG, owner, compiled, tags, query->name);
    if (query->mode == QUERY_STREAM) {
        add_formats(names, ORDINARY, owner, compiled, of_stream, query->name);
        add_formats(names, TAG, owner, compiled, stream_tag, query->name);
    }
    if (query->sort_count == 0)
        return;
    add_formats(names, ORDINARY, owner, compiled, of_sort, query->name);
    add_formats(names, TAG, owner, compiled, sort_tag, query->name);
    for (int i = 0; i < query->sort_count; i++)
        add(names, ORDINARY, owner, compiled,
            arena_printf(names->arena, "%s_SORT_%s", c_upper(query->name, names->arena),
                c_upper(query->sorts[i].name, names->arena)));
}

static void
add_enum(struct collection *names, const struct type *enumeration)
{
    static const char *const ordinary[] = { "%_label", "%_labels", "%_query", "raw_%_label",
        "raw_%_labels", "opt_%_get", "opt_%_of", "opt_%_null", "opt_%_array_get", "opt_%_array_of",
        "opt_%_array_null", NULL };
    static const char *const tags[] = { "%", "opt_%", "%_array", "opt_%_array", NULL };
    const char *word = c_name(enumeration->name, names->arena);
    const char *owner = arena_printf(names->arena, "the enum %s", enumeration->name);
    add_formats(names, ORDINARY, owner, NULL, ordinary, word);
    add_formats(names, TAG, owner, NULL, tags, word);
    for (int i = 0; i < enumeration->labels.count; i++)
        add(names, ORDINARY, owner, NULL,
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
           (left->compiled && right->compiled &&
               (left->compiled->query->scope == SCOPE_CROSS_ORG) !=
                   (right->compiled->query->scope == SCOPE_CROSS_ORG));
}

static void
refuse(const struct emitted *one, const struct emitted *other, struct arena *arena)
{
    const struct emitted *query = one->compiled ? one : other;
    if (!query->compiled)
        return; /* two enums: names_check says it where one is used */
    (void)reject(&((struct compiled *)query->compiled)->rejection, arena, "annotation", 0,
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
