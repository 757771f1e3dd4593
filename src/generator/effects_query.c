#include <string.h>

#include "generator/effects_inside.h"

/* --- what follows from a body ---------------------------------------------------------------- */

/* Every body that one reaches; it may reach itself. */
struct reach {
    const struct body **list;
    int count;
};

static void
reach_add(struct reach *reach, const struct body *body)
{
    for (int i = 0; i < reach->count; i++) {
        if (reach->list[i] == body)
            return;
    }
    reach->list[reach->count++] = body;
    for (int i = 0; i < body->call_count; i++)
        reach_add(reach, body->calls[i]);
}

static struct reach
reach_of(const struct effects *effects, const struct body *body)
{
    struct reach reach = { .list = ARENA_ARRAY(
                               effects->arena, effects->body_count + 1, const struct body *) };
    reach_add(&reach, body);
    return reach;
}

static const struct relation *
relation_reached(const struct effects *effects, const struct body *body)
{
    const struct reach reach = reach_of(effects, body);
    for (int i = 0; i < reach.count; i++) {
        if (reach.list[i]->read.count > 0)
            return reach.list[i]->read.list[0];
        if (reach.list[i]->written.count > 0)
            return reach.list[i]->written.list[0];
    }
    return NULL;
}

/* What runs text can name any relation: how it does so, NULL if nothing does. */
static const char *
text_reached(const struct effects *effects, const struct body *body)
{
    const struct reach reach = reach_of(effects, body);
    for (int i = 0; i < reach.count; i++) {
        if (reach.list[i]->runs_text)
            return "runs text with EXECUTE, which can name any relation";
        if (reach.list[i]->reads_by_name)
            return "calls a function that reads any relation it is told to";
    }
    return NULL;
}

static bool
clock_reached(const struct effects *effects, const struct body *body)
{
    const struct reach reach = reach_of(effects, body);
    for (int i = 0; i < reach.count; i++) {
        if (reach.list[i]->reads_clock ||
            (reach.list[i]->is_opaque && !reach.list[i]->is_immutable))
            return true;
    }
    return false;
}

/* --- the schema ------------------------------------------------------------------------------ */

bool
effects_check(const struct effects *effects, struct tn_error *error)
{
    const char *path = effects->schema->configuration->path;
    for (int i = 0; i < effects->trigger_count; i++) {
        const struct trigger *trigger = &effects->triggers[i];
        const struct reach reach = reach_of(effects, trigger->body);
        for (int b = 0; b < reach.count; b++) {
            if (reach.list[b]->is_opaque && !reach.list[b]->is_immutable)
                return error_set(error, TN_GENERATOR,
                    "trigger %s on %s.%s runs %s.%s, and what that writes cannot be read: say "
                    "`function_writes = %s: TABLE ...` (or nothing behind the colon) in %s",
                    trigger->name, trigger->relation->schema, trigger->relation->name,
                    reach.list[b]->schema, reach.list[b]->name, reach.list[b]->name, path);
        }
    }
    for (int i = 0; i < effects->expression_count; i++) {
        const struct expression *expression = &effects->expressions[i];
        if (expression->body.reads_by_name)
            return error_set(error, TN_GENERATOR,
                "a default, check, index or trigger of %s.%s calls a function that reads any "
                "relation it is told to: nothing limits that to an organization",
                expression->relation->schema, expression->relation->name);
        for (int call = 0; call < expression->body.call_count; call++) {
            const struct body *body = expression->body.calls[call];
            const struct relation *relation = relation_reached(effects, body);
            if (relation)
                return error_set(error, TN_GENERATOR,
                    "a default, check, index or trigger of %s.%s calls %s.%s, which names %s.%s: "
                    "nothing limits that to an organization; give the value in the query, or in "
                    "a trigger's function",
                    expression->relation->schema, expression->relation->name, body->schema,
                    body->name, relation->schema, relation->name);
        }
    }
    return true;
}

/* --- a query --------------------------------------------------------------------------------- */

typedef bool call_visitor(const struct body *body, int position, void *context);

struct calls {
    const struct effects *effects;
    call_visitor *visit;
    void *context;
    bool reads_clock;
};

static bool
visit_calls(ProtobufCMessage *message, void *context)
{
    struct calls *calls = context;
    if (message->descriptor == &pg_query__func_call__descriptor) {
        const PgQuery__FuncCall *call = (PgQuery__FuncCall *)message;
        const char *name = tree_last_string(call->funcname, call->n_funcname);
        for (int i = 0; i < calls->effects->body_count && name; i++) {
            const struct body *body = &calls->effects->bodies[i];
            if (strcmp(body->name, name) == 0 &&
                (call->n_funcname < 2 ||
                    strcmp(body->schema, tree_string(call->funcname[0])) == 0) &&
                !calls->visit(body, call->location, calls->context))
                return false;
        }
    } else if (message->descriptor == &pg_query__a__const__descriptor) {
        const PgQuery__AConst *constant = (PgQuery__AConst *)message;
        if (constant->val_case == PG_QUERY__A__CONST__VAL_SVAL)
            calls->reads_clock |= effects_text_is_clock(constant->sval->sval);
    }
    return tree_children(message, visit_calls, calls);
}

struct refusal {
    const struct effects *effects;
    struct arena *arena;
    struct rejection *rejection;
};

static bool
refuse(const struct body *body, int position, void *context)
{
    const struct refusal *refusal = context;
    const struct relation *relation = relation_reached(refusal->effects, body);
    const char *text = text_reached(refusal->effects, body);
    if (text)
        return reject(refusal->rejection, refusal->arena, "function-not-allowed", position,
            "function %s.%s %s", body->schema, body->name, text);
    return !relation ||
           reject(refusal->rejection, refusal->arena, "function-not-allowed", position,
               "function %s.%s names %s.%s, and nothing limits its body to the organization",
               body->schema, body->name, relation->schema, relation->name);
}

bool
effects_allow(const struct effects *effects, const struct scoped *scoped, struct arena *arena,
    struct rejection *rejection)
{
    struct refusal refusal = { effects, arena, rejection };
    struct calls calls = { .effects = effects, .visit = refuse, .context = &refusal };
    return visit_calls((ProtobufCMessage *)&scoped->tree->base, &calls);
}

bool
effects_allow_function(const struct effects *effects, const char *schema_name, const char *name,
    int position, struct arena *arena, struct rejection *rejection)
{
    struct refusal refusal = { effects, arena, rejection };
    for (int i = 0; i < effects->body_count; i++) {
        const struct body *body = &effects->bodies[i];
        if (strcmp(body->name, name) == 0 && strcmp(body->schema, schema_name) == 0 &&
            !refuse(body, position, &refusal))
            return false;
    }
    return true;
}

static bool
note_clock(const struct body *body, int position, void *context)
{
    struct calls *calls = context;
    (void)position;
    calls->reads_clock |= clock_reached(calls->effects, body);
    return true;
}

static bool
default_reads_clock(const struct effects *effects, const struct relation *relation)
{
    for (int i = 0; i < effects->expression_count; i++) {
        const struct expression *expression = &effects->expressions[i];
        if (expression->relation == relation && expression->is_default &&
            clock_reached(effects, &expression->body))
            return true;
    }
    return false;
}

bool
effects_read_clock(const struct effects *effects, const struct scoped *scoped, bool answers_rows)
{
    struct calls calls = { .effects = effects, .visit = note_clock };
    calls.context = &calls;
    visit_calls((ProtobufCMessage *)&scoped->tree->base, &calls);
    for (int i = 0; i < scoped->inserted.count && answers_rows; i++)
        calls.reads_clock |= default_reads_clock(effects, scoped->inserted.list[i]);
    for (int i = 0; i < scoped->updated.count && answers_rows; i++)
        calls.reads_clock |= default_reads_clock(effects, scoped->updated.list[i]);
    return calls.reads_clock || scoped->reads_clock;
}

/* --- what is written ------------------------------------------------------------------------- */

struct writing {
    const struct effects *effects;
    struct relation_set *written;
    struct arena *arena;
    unsigned char *verbs; /* of each relation of the schema: what happened to it already */
};

static void write_relation(struct writing *writing, const struct relation *relation, int verbs);

static void
note_parents(struct writing *writing, const struct relation *relation)
{
    for (int i = 0; i < writing->effects->parent_count; i++) {
        const struct parent *parent = &writing->effects->parents[i];
        if (parent->child != relation)
            continue;
        relation_set_add(writing->written, parent->parent, writing->arena);
        note_parents(writing, parent->parent);
    }
}

/* Who reads a parent reads its children's rows, and the other way round. */
static void
write_family(struct writing *writing, const struct relation *relation, int verbs)
{
    for (int i = 0; i < writing->effects->parent_count; i++) {
        const struct parent *parent = &writing->effects->parents[i];
        if (parent->parent == relation)
            write_relation(writing, parent->child, verbs);
    }
    note_parents(writing, relation);
}

static void
write_cascades(struct writing *writing, const struct relation *relation, int verbs)
{
    const struct schema *schema = writing->effects->schema;
    for (int i = 0; i < schema->cascade_count; i++) {
        const struct cascade *cascade = &schema->cascades[i];
        const struct relation *other = schema_relation_by_oid(schema, cascade->referencing);
        if (cascade->referenced != relation->oid || !other)
            continue;
        if (verbs & VERB_DELETE && cascade->on_delete)
            write_relation(writing, other, VERB_DELETE | VERB_UPDATE);
        if (verbs & VERB_UPDATE && cascade->on_update)
            write_relation(writing, other, VERB_UPDATE);
    }
}

static void
write_triggers(struct writing *writing, const struct relation *relation, int verbs)
{
    for (int i = 0; i < writing->effects->trigger_count; i++) {
        const struct trigger *trigger = &writing->effects->triggers[i];
        if (trigger->relation != relation || !(trigger->verbs & verbs))
            continue;
        const struct reach reach = reach_of(writing->effects, trigger->body);
        for (int b = 0; b < reach.count; b++) {
            for (int r = 0; r < reach.list[b]->written.count; r++)
                write_relation(writing, reach.list[b]->written.list[r], VERB_ANY);
        }
    }
}

static void
write_relation(struct writing *writing, const struct relation *relation, int verbs)
{
    unsigned char *known = &writing->verbs[relation - writing->effects->schema->relations];
    const int fresh = verbs & ~*known;
    if (fresh == 0)
        return;

    *known |= (unsigned char)fresh;
    relation_set_add(writing->written, relation, writing->arena);
    write_family(writing, relation, fresh);
    write_cascades(writing, relation, fresh);
    write_triggers(writing, relation, fresh);
}

void
effects_add_written(const struct effects *effects, const struct scoped *scoped,
    struct relation_set *written, struct arena *arena)
{
    struct writing writing = { .effects = effects,
        .written = written,
        .arena = arena,
        .verbs = ARENA_ARRAY(arena, effects->schema->relation_count, unsigned char) };
    for (int i = 0; i < scoped->inserted.count; i++)
        write_relation(&writing, scoped->inserted.list[i], VERB_INSERT);
    for (int i = 0; i < scoped->updated.count; i++)
        write_relation(&writing, scoped->updated.list[i], VERB_UPDATE);
    for (int i = 0; i < scoped->deleted.count; i++)
        write_relation(&writing, scoped->deleted.list[i], VERB_DELETE);
}
