#include "generator/together.h"

#include <string.h>

#include "generator/names.h"
#include "tenantry/query.h"

struct checker {
    struct project *project;
    struct arena *arena;
    struct compiled_together *compiled;
};

#define REFUSE(checker, offset, ...) \
    reject(&(checker)->compiled->rejection, (checker)->arena, "annotation", offset, __VA_ARGS__)

/* --- queries --------------------------------------------------------------------------------- */

static struct compiled *
compiled_find(const struct project *project, const char *name)
{
    for (int i = 0; i < project->query_count; i++) {
        const char *known = project->queries[i].query->name;
        if (known && strcmp(known, name) == 0)
            return &project->queries[i];
    }
    return NULL;
}

static bool
query_fits(const struct checker *checker, const struct compiled *compiled, int at)
{
    const struct query *query = compiled->query;
    if (query->scope == SCOPE_CROSS_ORG)
        return REFUSE(checker, at,
            "query %s reads all organizations, and each such use is recorded by itself: call it on "
            "its own",
            query->name);
    if (compiled->writes || query->mode == QUERY_EXEC || query->mode == QUERY_EXECROWS)
        return REFUSE(checker, at,
            "query %s writes or locks, and only what reads can go together: call it on its own, or "
            "in a transaction",
            query->name);
    if (query->mode == QUERY_STREAM)
        return REFUSE(checker, at,
            "query %s is a :stream, which has a connection of its own: call it on its own",
            query->name);
    if (query->is_slow)
        return REFUSE(checker, at,
            "query %s is `lane: slow`, and the others would wait for it: call it on its own",
            query->name);
    if (query->scope != checker->compiled->queries[0]->query->scope)
        return REFUSE(checker, at, "query %s takes another handle than query %s: make two of this",
            query->name, checker->compiled->queries[0]->query->name);
    return true;
}

static bool
query_add(struct checker *checker, const struct together_query *named)
{
    struct compiled_together *compiled = checker->compiled;
    struct compiled *found = compiled_find(checker->project, named->name);
    if (!found)
        return REFUSE(checker, named->file_offset,
            "there is no query %s in these files: correct its name, or give the file that has it",
            named->name);
    for (int i = 0; i < compiled->query_count; i++) {
        if (compiled->queries[i] == found)
            return REFUSE(
                checker, named->file_offset, "query %s is named twice: drop one", named->name);
    }
    compiled->queries[compiled->query_count++] = found;
    return found->rejection.reason || query_fits(checker, found, named->file_offset);
}

/* --- parameters ------------------------------------------------------------------------------ */

static bool
parameter_add(struct checker *checker, const struct compiled *owner,
    const struct parameter_value *value, int at)
{
    struct compiled_together *compiled = checker->compiled;
    const char *word = c_argument(value->name, checker->arena);
    for (int i = 0; i < compiled->parameter_count; i++) {
        const struct parameter_value *known = compiled->parameters[i];
        const bool is_same = strcmp(known->name, value->name) == 0;
        if (is_same && known->type.is_nullable != value->type.is_nullable)
            return REFUSE(checker, at,
                "in query %s :%s %s, and in one before it the other way round: give one of them "
                "another name",
                owner->query->name, value->name,
                value->type.is_nullable ? "can be NULL or left out" : "always has a value");
        if (is_same && !value_type_equal(&known->type, &value->type))
            return REFUSE(checker, at,
                "in query %s :%s is %s, and in one before it %s: give one of them another name",
                owner->query->name, value->name, value_type_word(&value->type, checker->arena),
                value_type_word(&known->type, checker->arena));
        if (is_same)
            return true;
        if (strcmp(c_argument(known->name, checker->arena), word) == 0)
            return REFUSE(checker, at,
                ":%s of query %s and :%s of one before it would both be `%s` in C: take another "
                "name",
                value->name, owner->query->name, known->name, word);
    }
    compiled->parameters[compiled->parameter_count++] = value;
    return true;
}

static bool
parameters_add(struct checker *checker, int index)
{
    const struct compiled *owner = checker->compiled->queries[index];
    const int at = checker->compiled->together->queries[index].file_offset;
    for (int i = 0; i < owner->parameter_count; i++) {
        if (!parameter_add(checker, owner, &owner->parameters[i], at))
            return false;
    }
    return true;
}

/* Each sort is an argument too, called after its query. */
static bool
sorts_check(const struct checker *checker)
{
    const struct compiled_together *compiled = checker->compiled;
    for (int q = 0; q < compiled->query_count; q++) {
        const char *word =
            arena_printf(checker->arena, "%s_sort", compiled->queries[q]->query->name);
        for (int i = 0; i < compiled->parameter_count; i++) {
            if (compiled->queries[q]->query->sort_count > 0 &&
                strcmp(c_argument(compiled->parameters[i]->name, checker->arena), word) == 0)
                return REFUSE(checker, compiled->together->queries[q].file_offset,
                    "the sort of query %s and :%s would both be `%s` in C: take another name",
                    compiled->queries[q]->query->name, compiled->parameters[i]->name, word);
        }
    }
    return true;
}

/* --- entry ----------------------------------------------------------------------------------- */

static bool
count_check(const struct checker *checker)
{
    const struct together *together = checker->compiled->together;
    if (together->query_count < 2)
        return REFUSE(checker, together->file_offset,
            "one query alone is called by its own name: name others that go with it");
    return together->query_count <= TN_CALLS_MAX ||
           REFUSE(checker, together->queries[TN_CALLS_MAX].file_offset,
               "more than %d queries hold up others for too long: make two of this", TN_CALLS_MAX);
}

static bool
name_check(const struct checker *checker)
{
    const struct together *own = checker->compiled->together;
    for (const struct together *other = checker->project->sources->togethers; other < own;
         other++) {
        if (strcmp(other->name, own->name) == 0)
            return REFUSE(checker, own->file_offset, "another one has this name too");
    }
    return true;
}

static bool
has_refused(const struct compiled_together *compiled)
{
    for (int i = 0; i < compiled->query_count; i++) {
        if (compiled->queries[i]->rejection.reason)
            return true;
    }
    return false;
}

static bool
compile(struct checker *checker, bool is_whole)
{
    struct compiled_together *compiled = checker->compiled;
    const struct together *together = compiled->together;
    int most = 0;
    if (compiled->rejection.reason || !name_check(checker) || !count_check(checker))
        return false;

    compiled->queries = ARENA_ARRAY(checker->arena, together->query_count, const struct compiled *);
    for (int i = 0; i < together->query_count; i++) {
        if (!query_add(checker, &together->queries[i]))
            return false;
        most += compiled->queries[i]->parameter_count;
    }
    if (has_refused(compiled))
        return false;

    compiled->parameters = ARENA_ARRAY(checker->arena, most, const struct parameter_value *);
    for (int i = 0; i < compiled->query_count; i++) {
        if (!parameters_add(checker, i))
            return false;
    }
    if (compiled->parameter_count > TN_PARAMETERS_MAX)
        return REFUSE(checker, together->file_offset,
            "together they have %d parameters, more than %d: make two of this",
            compiled->parameter_count, TN_PARAMETERS_MAX);
    return sorts_check(checker) &&
           (!is_whole || names_together_check(checker->project, compiled, checker->arena));
}

void
togethers_compile(struct project *project, bool is_whole, struct arena *arena)
{
    const struct query_list *sources = project->sources;
    project->togethers = ARENA_ARRAY(arena, sources->together_count, struct compiled_together);
    for (int i = 0; i < sources->together_count; i++) {
        struct compiled_together *compiled = &project->togethers[project->together_count++];
        struct checker checker = { .project = project, .arena = arena, .compiled = compiled };
        *compiled = (struct compiled_together){
            .together = &sources->togethers[i],
            .rejection = sources->togethers[i].rejection,
        };
        if (compile(&checker, is_whole)) {
            for (int q = 0; q < compiled->query_count; q++)
                compiled_find(project, compiled->queries[q]->query->name)->is_together = true;
        } else if (!compiled->rejection.reason) {
            project->together_count--;
        }
    }
}
