#include "catalogue/finding.h"

#include <string.h>

enum level { LEAK, WARN };
enum start { REFUSES, ALLOWS };

static const struct {
    const char *code;
    enum level level;
    enum start start;
    const char *message;
    const char *mend;
} definitions[] = {
#define FINDING(name, code, level, start, message, mend) \
    [FINDING_##name] = { code, level, start, message, mend },
#include "findings.def"
#undef FINDING
};

/* A template with its places filled. */
static char *
fill(struct arena *arena, const char *template, const struct finding *finding, const char *other,
    const char *more)
{
    const struct {
        const char *place;
        const char *value;
    } places[] = { { "{object}", finding->object }, { "{role}", finding->role },
        { "{other}", other }, { "{more}", more } };
    struct buffer out;
    buffer_init(&out, arena, 128);
    while (*template) {
        size_t taken = 0;
        for (size_t i = 0; i < COUNT_OF(places) && !taken; i++) {
            const size_t length = strlen(places[i].place);
            if (strncmp(template, places[i].place, length) != 0)
                continue;
            buffer_text(&out, places[i].value ? places[i].value : "");
            taken = length;
        }
        if (!taken)
            buffer_character(&out, *template);
        template += taken ? taken : 1;
    }
    return out.data;
}

void
finding_add(struct finding_list *list, enum finding_kind kind, const char *object, const char *role,
    const char *other, const char *more)
{
    struct finding finding = { .kind = kind, .object = object, .role = role };
    finding.message = fill(list->arena, definitions[kind].message, &finding, other, more);
    finding.mend = fill(list->arena, definitions[kind].mend, &finding, other, more);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == kind && strcmp(list->items[i].mend, finding.mend) == 0 &&
            strcmp(list->items[i].message, finding.message) == 0)
            return;

    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 16;
        struct finding *items = ARENA_ARRAY(list->arena, capacity, struct finding);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = finding;
}

const char *
finding_code(enum finding_kind kind)
{
    return definitions[kind].code;
}

bool
finding_is_leak(enum finding_kind kind)
{
    return definitions[kind].level == LEAK;
}

bool
finding_refuses(enum finding_kind kind)
{
    return definitions[kind].start == REFUSES;
}

size_t
finding_refusal_count(const struct finding *findings, size_t count)
{
    size_t refusals = 0;
    for (size_t i = 0; i < count; i++)
        refusals += finding_refuses(findings[i].kind);
    return refusals;
}

void
finding_append(struct buffer *out, const struct finding *finding)
{
    buffer_printf(out, "%s: ", finding_code(finding->kind));
    if (finding->object)
        buffer_printf(out, "%s, ", finding->object);
    buffer_printf(out, "role %s: %s; mend: %s", finding->role, finding->message, finding->mend);
}
