/* What the queries of a project have in common, once each is compiled: types of parameters, enums,
 * names; and where in the file each refusal points. */
#include <string.h>

#include "generator/decimals.h"
#include "generator/names.h"
#include "generator/project.h"
#include "generator/together.h"

static bool
share_parameter(struct project *project, struct arena *arena, struct compiled *compiled,
    const struct parameter_value *value)
{
    for (int i = 0; i < project->parameter_count; i++) {
        const struct parameter_value *known = &project->parameters[i];
        if (strcmp(known->name, value->name) != 0)
            continue;
        if (!value_type_equal(&known->type, &value->type))
            return reject(&compiled->rejection, arena, "annotation", 0,
                ":%s has another type in another query (%s there, %s here): one name, one type",
                value->name, value_type_word(&known->type, arena),
                value_type_word(&value->type, arena));
        if (known->type.is_nullable == value->type.is_nullable)
            return true;
    }

    struct parameter_value *longer =
        ARENA_ARRAY(arena, project->parameter_count + 1, struct parameter_value);
    int at = project->parameter_count++;
    if (at > 0)
        memcpy(longer, project->parameters, (size_t)at * sizeof *longer);
    for (; at > 0 && strcmp(longer[at - 1].name, value->name) > 0; at--)
        longer[at] = longer[at - 1];
    longer[at] = *value;
    project->parameters = longer;
    return true;
}

static void
share_enum(struct project *project, struct arena *arena, const struct value_type *type)
{
    if (type->kind != VALUE_ENUM)
        return;
    for (int i = 0; i < project->enum_count; i++) {
        if (project->enums[i] == type->enumeration)
            return;
    }

    const struct type **longer = ARENA_ARRAY(arena, project->enum_count + 1, const struct type *);
    int at = project->enum_count++;
    if (at > 0)
        memcpy(longer, project->enums, (size_t)at * sizeof *longer);
    for (; at > 0 && strcmp(longer[at - 1]->name, type->enumeration->name) > 0; at--)
        longer[at] = longer[at - 1];
    longer[at] = type->enumeration;
    project->enums = longer;
}

static bool
share(struct project *project, struct arena *arena, struct compiled *compiled)
{
    for (int i = 0; i < compiled->parameter_count; i++) {
        share_enum(project, arena, &compiled->parameters[i].type);
        if (!share_parameter(project, arena, compiled, &compiled->parameters[i]))
            return false;
    }
    for (int i = 0; i < compiled->column_count; i++)
        share_enum(project, arena, &compiled->columns[i].type);
    for (const struct compiled *other = project->queries; other < compiled; other++) {
        if (strcmp(other->query->name, compiled->query->name) == 0)
            return reject(
                &compiled->rejection, arena, "annotation", 0, "another query has this name too");
    }
    return true;
}

void
project_finish(struct project *project, bool is_whole, struct arena *arena)
{
    decimals_agree(project);
    for (int i = 0; i < project->query_count && is_whole; i++) {
        if (!project->queries[i].rejection.reason)
            (void)!share(project, arena, &project->queries[i]);
    }
    for (int i = 0; i < project->query_count && is_whole; i++) {
        struct compiled *compiled = &project->queries[i];
        compiled->rejected_variant =
            compiled->rejection.reason ? compiled->rejected_variant : compiled->query->whole;
        if (!compiled->rejection.reason)
            (void)!names_check(project, compiled, arena, &compiled->rejection);
    }
    togethers_compile(project, is_whole, arena);
    if (is_whole)
        names_emitted_check(project, arena);
    for (int i = 0; i < project->query_count; i++) {
        struct compiled *compiled = &project->queries[i];
        if (!compiled->rejection.reason)
            continue;
        project->rejected_count++;
        source_location(compiled->query, compiled->rejected_variant,
            compiled->rejection.position < 0 ? 0 : compiled->rejection.position,
            &compiled->rejection_line, &compiled->rejection_column);
    }
    for (int i = 0; i < project->together_count; i++) {
        struct compiled_together *together = &project->togethers[i];
        if (!together->rejection.reason)
            continue;
        project->rejected_count++;
        source_location_in_file(together->together->file_text, together->rejection.position,
            &together->rejection_line, &together->rejection_column);
    }
}
