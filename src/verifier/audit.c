#include "verifier/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"

enum level_word { LEAK, WARN };

static const struct {
    const char *code;
    enum level_word level;
    const char *message;
    const char *mend;
} definitions[] = {
#define VERIFY_CODE(name, code, level, message, mend) \
    [AUDIT_##name] = { code, level, message, mend },
#include "verify_codes.def"
#undef VERIFY_CODE
};

const char *
audit_code(enum audit_kind kind)
{
    return definitions[kind].code;
}

const char *
audit_template(enum audit_kind kind)
{
    return definitions[kind].message;
}

enum audit_level
audit_level(enum audit_kind kind)
{
    return definitions[kind].level == LEAK ? AUDIT_LEAK : AUDIT_WARN;
}

const char *
audit_level_word(enum audit_level level)
{
    return level == AUDIT_LEAK ? "leak" : "warn";
}

const char *
audit_proof_word(enum audit_proof proof)
{
    static const char *const words[] = {
        [PROOF_CATALOGUE] = "catalogue", [PROOF_POLICY] = "policy", [PROOF_ATTACK] = "attack"
    };
    return words[proof];
}

static const char *
fill(struct arena *arena, const char *template, const struct audit_report *report)
{
    const struct {
        const char *place;
        const char *value;
    } places[] = { { "{object}", report->object }, { "{role}", report->role },
        { "{other}", report->other }, { "{more}", report->more } };
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

/* Room for one more of `bytes` in a list that doubles. */
static void *
grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return items;

    *capacity = *capacity ? 2 * *capacity : 16;
    void *longer = arena_array(arena, *capacity, bytes);
    if (count)
        memcpy(longer, items, count * bytes);
    return longer;
}

/* Is `name` one of `names`, which have ", " between? */
static bool
names_have(const char *names, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = names; at; at = strstr(at, ", "), at = at ? at + 2 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

/* The role stands in some messages and mends; those findings differ by role. */
static bool
speaks_of_role(enum audit_kind kind)
{
    return strstr(definitions[kind].mend, "{role}") != NULL;
}

/* What is said of a policy is one fault, whichever predicate its mend was written with. */
static bool
is_same_policy(const struct audit_finding *left, const struct audit_finding *right)
{
    return right->proof == PROOF_POLICY && right->kind != AUDIT_CHILD_EXPOSED && *right->about &&
           strcmp(left->about, right->about) == 0 && strcmp(left->message, right->message) == 0;
}

static struct audit_finding *
find_same(const struct audit_list *list, const struct audit_finding *finding, const char *mend)
{
    for (size_t i = 0; i < list->count; i++) {
        struct audit_finding *item = &list->items[i];
        const bool same_object = item->object && finding->object
                                     ? strcmp(item->object, finding->object) == 0
                                     : item->object == finding->object;
        if (item->kind == finding->kind && same_object &&
            (strcmp(item->mend, mend) == 0 || is_same_policy(item, finding)) &&
            (!speaks_of_role(item->kind) || strcmp(item->role, finding->role) == 0))
            return item;
    }
    return NULL;
}

void
audit_add(struct audit_list *list, const struct audit_report *report)
{
    list->changes++;
    struct audit_finding finding = { .kind = report->kind,
        .object = report->object,
        .role = report->role ? report->role : "",
        .about = report->other ? report->other : "",
        .message = fill(list->arena, definitions[report->kind].message, report),
        .mend = fill(list->arena, definitions[report->kind].mend, report),
        .statement = report->statement ? report->statement : "",
        .proof = report->proof };
    struct audit_finding *same = find_same(list, &finding, finding.mend);
    if (!same) {
        list->items =
            grown(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
        list->items[list->count++] = finding;
        return;
    }

    if (!names_have(same->role, finding.role))
        same->role = arena_printf(list->arena, "%s, %s", same->role, finding.role);
    if (finding.proof > same->proof) {
        same->proof = finding.proof;
        same->statement = finding.statement;
    }
}

void
audit_add_unproven(
    struct audit_list *list, const char *object, const char *role, const char *reason)
{
    for (size_t i = 0; i < list->unproven_count; i++)
        if (strcmp(list->unproven[i].object, object) == 0 &&
            strcmp(list->unproven[i].reason, reason) == 0)
            return;
    list->changes++;
    list->unproven = grown(list->arena, list->unproven, list->unproven_count,
        &list->unproven_capacity, sizeof *list->unproven);
    list->unproven[list->unproven_count++] =
        (struct audit_unproven){ .object = object, .role = role, .reason = reason };
}

void
audit_remove_unproven(struct audit_list *list, const char *object)
{
    for (size_t i = list->unproven_count; i-- > 0;) {
        if (strcmp(list->unproven[i].object, object) != 0)
            continue;
        memmove(list->unproven + i, list->unproven + i + 1,
            (list->unproven_count - i - 1) * sizeof *list->unproven);
        list->unproven_count--;
    }
}

struct audit_finding *
audit_find(const struct audit_list *list, enum audit_kind kind, const char *object)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == kind && list->items[i].object &&
            strcmp(list->items[i].object, object) == 0)
            return &list->items[i];
    return NULL;
}

void
audit_remove(struct audit_list *list, const struct audit_finding *finding)
{
    const size_t index = (size_t)(finding - list->items);
    memmove(list->items + index, list->items + index + 1,
        (list->count - index - 1) * sizeof *list->items);
    list->count--;
}

static int
finding_compare(const void *left_pointer, const void *right_pointer)
{
    const struct audit_finding *left = left_pointer;
    const struct audit_finding *right = right_pointer;
    const int by_level = (int)audit_level(left->kind) - (int)audit_level(right->kind);
    if (by_level)
        return by_level;
    const int by_code = strcmp(audit_code(left->kind), audit_code(right->kind));
    if (by_code)
        return by_code;
    const int by_object =
        strcmp(left->object ? left->object : "", right->object ? right->object : "");
    return by_object ? by_object : strcmp(left->message, right->message);
}

void
audit_sort(struct audit_list *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, finding_compare);
}

uint64_t
audit_fingerprint(const struct audit_finding *finding)
{
    char text[2048];
    const int length = snprintf(text, sizeof text, "%s|%s|%s", audit_code(finding->kind),
        finding->object ? finding->object : finding->role, finding->message);
    return hash_bytes(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void
audit_note(struct audit_names *names, struct arena *arena, const char *format, ...)
{
    if (names->count == AUDIT_LIST_MAX)
        return;

    va_list arguments;
    va_start(arguments, format);
    names->items[names->count++] = arena_vprintf(arena, format, arguments);
    va_end(arguments);
}
