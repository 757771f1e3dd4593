#include "verifier/rules.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { VIEW_DEPTH_MAX = 32 };

bool
rules_is_suspicion(enum audit_kind kind)
{
    return kind == AUDIT_VIEW_BYPASS || kind == AUDIT_SECDEF_BYPASS || kind == AUDIT_FK_CROSS ||
           kind == AUDIT_UNIQUE_CROSS || kind == AUDIT_SESSION_LEVEL;
}

/* --- views ----------------------------------------------------------------------------------- */

/* A way down from a view that `caller` reads. */
struct descent {
    const struct audit *audit;
    const struct role *caller;  /* what it may do anyway is no fault of the view */
    const struct role *current; /* whom security_invoker means: whoever fills it, in a matview */
    int depth;
};

/* Below `view`, which works as `executor`: a relation with tenants' rows whose policies do not hold
 * the executor. */
static const struct relation *
exposed_below(struct descent descent, const struct relation *view, const struct role *executor)
{
    const struct inventory *inventory = &descent.audit->inventory;
    if (++descent.depth > VIEW_DEPTH_MAX)
        return NULL;
    for (size_t i = 0; i < view->read_count; i++) {
        const struct relation *below = inventory_relation(inventory, view->reads[i]);
        const struct relation *found = NULL;
        if (!below)
            continue;
        const struct role *owner = inventory_role(inventory, below->owner);
        if (below->kind == 'v') {
            const struct role *next = below->is_invoker_view ? descent.current : owner;
            found = next ? exposed_below(descent, below, next) : NULL;
        } else if (below->kind == 'm') {
            struct descent inside = descent;
            inside.current = owner;
            found = owner && exposed_below(inside, below, owner) ? below : NULL;
        } else if (scope_is_guarded(below) && executor != descent.caller &&
                   access_bypasses(executor, below)) {
            found = below;
        }
        if (found)
            return found;
    }
    return NULL;
}

bool
rules_mind_tenant(const struct audit *audit, const char *text)
{
    const char *deep = scope_deep_source(audit, text_without_comments(text, audit->arena));
    for (size_t i = 0; i < audit->scope.tenant_setting_count; i++)
        if (strcasestr(deep, audit->scope.settings.items[i]))
            return true;
    return false;
}

/* Read by itself, or through a view. */
static void
report_matview(struct audit *audit, const struct relation *matview, const struct relation *through,
    const struct role *role)
{
    audit_add(&audit->findings,
        &(struct audit_report){ .kind = AUDIT_MATVIEW_EXPOSED,
            .object = matview->quoted,
            .role = role->quoted,
            .more = access_revoke(&audit->inventory, role, through, MAY_SELECT, audit->arena),
            .statement = arena_printf(
                audit->arena, "set role %s; select * from %s", role->quoted, through->quoted) });
}

static void
check_view(struct audit *audit, const struct relation *view, const struct role *role)
{
    const struct role *executor =
        view->is_invoker_view ? role : inventory_role(&audit->inventory, view->owner);
    const struct descent descent = { .audit = audit, .caller = role, .current = role };
    const struct relation *exposed = executor ? exposed_below(descent, view, executor) : NULL;
    if (!exposed)
        return;
    if (exposed->kind == 'm')
        report_matview(audit, exposed, view, role);

    const char *mend =
        view->is_invoker_view
            ? arena_printf(audit->arena,
                  "REVOKE ALL ON %s FROM %s -- or set security_invoker below it, over %s",
                  view->quoted, role->quoted, exposed->quoted)
            : arena_printf(
                  audit->arena, "ALTER VIEW %s SET (security_invoker = true)", view->quoted);
    if (rules_mind_tenant(audit, view->view_definition))
        audit_add_unproven(&audit->findings, view->quoted, role->quoted,
            "it works as its owner, whom no policy holds, and has a filter of its own: only an "
            "attack can tell");
    else
        audit_add(&audit->findings,
            &(struct audit_report){ .kind = AUDIT_VIEW_BYPASS,
                .object = view->quoted,
                .role = role->quoted,
                .other = view->owner_name,
                .more = mend,
                .statement = arena_printf(
                    audit->arena, "set role %s; select * from %s", role->quoted, view->quoted) });
}

static bool
holds_tenant_rows(const struct audit *audit, const struct relation *relation, int depth)
{
    if (relation->tenant)
        return true;
    for (size_t i = 0; i < relation->read_count && depth < VIEW_DEPTH_MAX; i++) {
        const struct relation *below = inventory_relation(&audit->inventory, relation->reads[i]);
        if (below && below != relation &&
            (scope_is_guarded(below) || holds_tenant_rows(audit, below, depth + 1)))
            return true;
    }
    return false;
}

static void
check_matview(struct audit *audit, const struct relation *relation, const struct role *role)
{
    if (!holds_tenant_rows(audit, relation, 0))
        return;

    report_matview(audit, relation, relation, role);
}

/* --- functions ------------------------------------------------------------------------------- */

/* Where the name at `at` begins, with its schema and quotes. */
static const char *
name_start(const char *text, const char *at, const char *schema)
{
    const size_t length = strlen(schema);
    while (at > text && strchr("\".", at[-1]))
        at--;
    if ((size_t)(at - text) >= length && strncasecmp(at - length, schema, length) == 0)
        at -= length;
    return at > text && at[-1] == '"' ? at - 1 : at;
}

static bool
follows(const char *text, const char *at, const char *word)
{
    const size_t length = strlen(word);
    while (at > text && strchr(" \t\n", at[-1]))
        at--;
    return (size_t)(at - text) >= length && strncasecmp(at - length, word, length) == 0;
}

/* Is it made there (INSERT INTO t), or the type of a variable (v t; v t%ROWTYPE)? */
static bool
is_harmless(const char *text, const char *start, const char *end)
{
    static const char *const reads[] = { "from", "join", "update", "only", "table", "using", "," };
    if (follows(text, start, "into"))
        return true;
    end += *end == '"';
    if (*end != ';' && *end != '%')
        return false;
    for (size_t i = 0; i < COUNT_OF(reads); i++)
        if (follows(text, start, reads[i]))
            return false;
    return true;
}

/* A function that makes a tenant, as sign-up does, and does not look at others. */
static bool
only_makes(const char *text, const struct relation *root)
{
    for (const char *at = text; text_names(at, root->schema_name, root->name);) {
        const char *name = strcasestr(at, root->name);
        const char *end = name + strlen(root->name);
        if (!is_harmless(text, name_start(text, name, root->schema_name), end))
            return false;
        at = end;
    }
    return true;
}

/* Does the owner reach rows that policies keep from the caller? */
static const struct relation *
reaches_exposed(const struct audit *audit, const struct function *function)
{
    const struct role *owner = inventory_role(&audit->inventory, function->owner);
    const char *deep =
        scope_deep_source(audit, text_without_comments(function->source, audit->arena));
    for (size_t i = 0; owner && i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        if (scope_is_guarded(relation) && access_bypasses(owner, relation) &&
            text_names(deep, relation->schema_name, relation->name) &&
            (scope_is_tenant(relation) || !only_makes(deep, relation)))
            return relation;
    }
    return NULL;
}

static void
check_bypass(struct audit *audit, const struct function *function, const struct role *role)
{
    if (!reaches_exposed(audit, function))
        return;

    if (rules_mind_tenant(audit, function->source)) {
        audit_add_unproven(&audit->findings, function->signature, role->quoted,
            "it works as its owner, whom no policy holds, and minds the tenant somehow: only an "
            "attack can tell");
        return;
    }
    audit_add(&audit->findings,
        &(struct audit_report){ .kind = AUDIT_SECDEF_BYPASS,
            .object = function->signature,
            .role = role->quoted,
            .other = function->owner_name,
            .more = arena_printf(audit->arena, "ALTER %s %s SECURITY INVOKER",
                function->kind == 'p' ? "PROCEDURE" : "FUNCTION", function->signature),
            .statement = arena_printf(audit->arena, "set role %s; %s %s", role->quoted,
                function->kind == 'p' ? "call" : "select * from", function->signature) });
}

static const char *
search_path_of(const struct function *function)
{
    for (size_t i = 0; i < function->setting_count; i++)
        if (strncmp(function->settings[i], "search_path=", 12) == 0)
            return function->settings[i] + 12;
    return NULL;
}

/* A name on the path that is no schema yet, for a role that can make one. `path` is as it is kept
 * in proconfig: names parted by commas, quoted where they have to be. */
static const char *
absent_on_path(const struct audit *audit, const char *path, const struct function *function)
{
    static const char known[] = "^(|pg_catalog|pg_temp|pg_toast|information_schema)$";
    while (*path) {
        const size_t length = strcspn(path, ",");
        const char *entry = arena_memdup(audit->arena, path, length);
        path += length + (path[length] == ',');
        entry += strspn(entry, " \"");
        const char *name = arena_memdup(audit->arena, entry, strcspn(entry, "\""));
        if (strcmp(name, "$user") == 0)
            name = function->owner_name;
        bool is_there = text_matches(name, known);
        for (size_t i = 0; i < audit->inventory.schema_count && !is_there; i++)
            is_there = strcmp(audit->inventory.schemas[i].name, name) == 0;
        if (!is_there)
            return name;
    }
    return NULL;
}

/* A schema on the path in which the role can make things. */
static const char *
writable_on_path(const struct audit *audit, const char *path, const struct role *role)
{
    for (size_t i = 0; i < audit->inventory.schema_count; i++) {
        const struct schema *schema = &audit->inventory.schemas[i];
        if (text_has_word(path, schema->name) &&
            access_schema(&audit->inventory, role, schema, MAY_CREATE))
            return schema->quoted;
    }
    return NULL;
}

/* A relation that the body names without its schema: pg_temp is searched first unless it is listed
 * last. */
static const char *
unqualified_relation(const struct audit *audit, const struct function *function)
{
    const char *at = text_without_comments(function->source, audit->arena);
    while (text_next(&at, "\\<(from|join|into|update|only|table|using)[[:space:]]", audit->arena)) {
        at += strspn(at, " \t\r\n");
        const size_t length =
            strspn(at, "\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");
        if (!length || at[length] == '.' || at[length + strspn(at + length, " ")] == '(')
            continue;
        const bool is_quoted = *at == '"';
        const char *word =
            arena_memdup(audit->arena, at + is_quoted, length - 2 * (size_t)is_quoted);
        for (size_t i = 0; i < audit->inventory.relation_count; i++)
            if (strcasecmp(audit->inventory.relations[i].name, word) == 0)
                return audit->inventory.relations[i].name;
    }
    return NULL;
}

static const char *
search_path_fault(
    const struct audit *audit, const struct function *function, const struct role *role)
{
    const char *path = search_path_of(function);
    if (!path)
        return "has no search_path of its own: its caller says what names mean in it";

    const char *schema = writable_on_path(audit, path, role);
    if (schema)
        return arena_printf(audit->arena,
            "looks names up in schema %s, in which the caller can make things", schema);

    const char *absent = role->makes_schemas ? absent_on_path(audit, path, function) : NULL;
    if (absent)
        return arena_printf(audit->arena,
            "looks names up in schema %s, which is not there: the caller can make it", absent);

    const char *relation = unqualified_relation(audit, function);
    if (relation && role->makes_temporary && !text_matches(path, "pg_temp\"?[[:space:]]*$"))
        return arena_printf(audit->arena,
            "names %s without its schema, and the caller's temporary table of that name comes "
            "first",
            relation);
    return NULL;
}

static void
check_search_path(struct audit *audit, const struct function *function, const struct role *role)
{
    const char *fault = search_path_fault(audit, function, role);
    const struct schema *home = inventory_schema(&audit->inventory, function->schema);
    if (!fault || function->is_bound || strcmp(function->language, "c") == 0 ||
        strcmp(function->language, "internal") == 0)
        return;

    audit_add(&audit->findings,
        &(struct audit_report){ .kind = AUDIT_SECDEF_SEARCH_PATH,
            .object = function->signature,
            .role = role->quoted,
            .other = fault,
            .more = arena_printf(audit->arena,
                "ALTER %s %s SET search_path = pg_catalog, %s, pg_temp",
                function->kind == 'p' ? "PROCEDURE" : "FUNCTION", function->signature,
                home && !access_schema(&audit->inventory, role, home, MAY_CREATE) ? home->quoted
                                                                                  : "pg_catalog"),
            .statement = arena_printf(audit->arena,
                "set role %s; create temporary table %s (...); select %s", role->quoted,
                unqualified_relation(audit, function) ? unqualified_relation(audit, function) : "t",
                function->signature) });
}

/* Which tenant setting the source sets beyond the transaction; NULL: none. */
static const char *
session_setting(const struct audit *audit, const struct function *function)
{
    const char *source = text_without_comments(function->source, audit->arena);
    const bool calls =
        text_matches(source, "set_config[[:space:]]*\\(") &&
        !text_matches(source, "set_config[^;]*,[[:space:]]*(is_local[[:space:]]*=>[[:space:]]*)?("
                              "true|'t'|'true')(::bool(ean)?)?[[:space:]]*\\)");
    for (size_t i = 0; i < audit->scope.settings.count; i++) {
        const char *setting = audit->scope.settings.items[i];
        if (!strcasestr(source, setting)) {
            /* set_config('app.' || key, …): whichever the caller asks for, thus this one too. */
            if (calls && i == 0 &&
                text_matches(source,
                    "set_config[[:space:]]*\\([[:space:]]*(('[^']*'[[:space:]]*\\|\\|)|[a-z_$])"))
                return setting;
            continue;
        }
        const char *before = strcasestr(source, setting);
        if (calls)
            return setting;
        for (; before; before = strcasestr(before + 1, setting)) {
            char words[33] = "";
            const size_t back = (size_t)(before - source) < 32 ? (size_t)(before - source) : 32;
            memcpy(words, before - back, back);
            if (text_matches(words, "\\<set[[:space:]]+(session[[:space:]]+)?[\"'%]?$"))
                return setting;
        }
        if (text_matches(source, "set_config[^;]*,[[:space:]]*(is_local[[:space:]]*=>[[:space:]]*)?"
                                 "(false|'f'|'false')(::bool(ean)?)?[[:space:]]*\\)"))
            return setting;
    }
    return NULL;
}

/* The function as it is, but for the one word; a SET has to be rewritten by hand. */
static const char *
session_mend(const struct audit *audit, const struct function *function, const struct role *role)
{
    struct buffer out;
    bool changed = false;
    const char *before;
    const char *at = function->definition;
    buffer_init(&out, audit->arena, 512);
    while (at && (before = strcasestr(at, "set_config"))) {
        const char *word = strcasestr(before, "false");
        const size_t statement = strcspn(before, ";$");
        buffer_append(&out, at, (size_t)(before - at));
        at = before + strlen("set_config");
        if (word && (size_t)(word - before) < statement) {
            buffer_append(&out, before, (size_t)(word - before));
            buffer_text(&out, "true");
            at = word + strlen("false");
            changed = true;
        } else {
            buffer_text(&out, "set_config");
        }
    }
    if (changed) {
        buffer_text(&out, at);
        return out.data;
    }
    return arena_printf(audit->arena,
        "REVOKE ALL ON %s %s FROM PUBLIC, %s -- and use set_config(..., ..., true) in it",
        function->kind == 'p' ? "PROCEDURE" : "FUNCTION", function->signature, role->quoted);
}

static void
check_session(struct audit *audit, const struct function *function, const struct role *role)
{
    const char *setting = session_setting(audit, function);
    if (!setting)
        return;

    audit_add(
        &audit->findings, &(struct audit_report){ .kind = AUDIT_SESSION_LEVEL,
                              .object = function->signature,
                              .role = role->quoted,
                              .other = setting,
                              .more = session_mend(audit, function, role),
                              .statement = arena_printf(audit->arena,
                                  "begin; select %s; commit; select current_setting('%s', true)",
                                  function->signature, setting) });
}

static void
check_function(struct audit *audit, const struct function *function, const struct role *role)
{
    if (function->is_extension || role->is_superuser ||
        !access_function(&audit->inventory, role, function))
        return;

    const bool is_callable = strcmp(function->return_type, "trigger") != 0 &&
                             strcmp(function->return_type, "event_trigger") != 0;
    if (function->is_leakproof && is_callable)
        audit_add(&audit->findings, &(struct audit_report){ .kind = AUDIT_LEAKPROOF,
                                        .object = function->signature,
                                        .role = role->quoted,
                                        .statement = arena_printf(audit->arena,
                                            "set role %s; select * from %s where %s ...",
                                            role->quoted, "some_table", function->quoted) });
    if (function->is_definer && is_callable) {
        check_bypass(audit, function, role);
        check_search_path(audit, function, role);
    }
    if (is_callable)
        check_session(audit, function, role);
}

void
rules_routines(struct audit *audit)
{
    for (size_t r = 0; r < audit->scope.role_count; r++) {
        const struct role *role = audit->scope.roles[r];
        for (size_t i = 0; i < audit->inventory.relation_count && !role->is_superuser; i++) {
            const struct relation *relation = &audit->inventory.relations[i];
            const unsigned may = access_relation(&audit->inventory, role, relation);
            if (relation->kind == 'v' && (may & MAY_DATA))
                check_view(audit, relation, role);
            else if (relation->kind == 'm' && (may & MAY_SELECT))
                check_matview(audit, relation, role);
        }
        for (size_t i = 0; i < audit->inventory.function_count; i++)
            check_function(audit, &audit->inventory.functions[i], role);
    }
}
