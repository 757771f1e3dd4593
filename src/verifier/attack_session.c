#include "verifier/attack.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

/* The setting's name as the argument has to say it, where the source puts the first part before it;
 * NULL: the argument is not for names. */
static const char *
setting_asked(const struct function *function, size_t argument, const char *setting)
{
    const char *name =
        argument < function->argument_name_count ? function->argument_names[argument] : "";
    if (!text_matches(name, "key|name|setting|param|var") || strcasestr(function->source, setting))
        return NULL;
    return text_matches(function->source, "[.]'[[:space:]]*\\|\\|") ? text_tail(setting) : setting;
}

/* The tenant's value for each of the first `count` arguments that could carry it. */
static const char *
arguments_of(
    struct attack *attack, const struct function *function, size_t count, const char *setting)
{
    struct buffer out;
    struct arena *arena = attack->audit->arena;
    const struct tenant *tenant = &attack->values->tenants[TENANT_A];
    buffer_init(&out, arena, 64);
    for (size_t a = 0; a < count; a++) {
        const char *type = function->argument_types[a];
        const char *asked = setting_asked(function, a, setting);
        const char *value = asked                                             ? asked
                            : strcmp(type, "uuid") == 0                       ? tenant->uuid
                            : text_matches(type, "^(integer|bigint|numeric)") ? tenant->integer
                            : strcmp(type, "smallint") == 0                   ? tenant->small
                            : text_matches(type, "^bool")                     ? "true"
                                                                              : tenant->text;
        buffer_printf(&out, "%s%s::%s", a ? ", " : "", text_literal(value, arena), type);
    }
    return out.data;
}

/* Called and committed, in a transaction that may not write: settings outlive it, and nothing else
 * could. */
static bool
try_call(struct attack *attack, struct session *session, const struct role *role,
    const struct function *function, size_t arguments, const char *setting, struct tn_error *error)
{
    static const enum audit_kind kinds[] = { AUDIT_SESSION_LEVEL, AUDIT_KIND_COUNT };
    AUTO_OUTCOME called = { 0 };
    AUTO_OUTCOME after = { 0 };
    struct arena *arena = attack->audit->arena;
    struct suspicion *suspicion =
        attack_suspicion(attack, AUDIT_SESSION_LEVEL, function->signature, NULL);
    const char *sql = arena_printf(arena, "%s %s(%s)", function->kind == 'p' ? "call" : "select",
        function->quoted, arguments_of(attack, function, arguments, setting));
    attack->audit->attack_count++;
    if (!session_run(session,
            arena_printf(arena, "%s; BEGIN READ ONLY", session_become(session, role, false)),
            error) ||
        !session_try(session, sql, &called, error) || !session_run(session, "COMMIT", error) ||
        !session_try(session,
            arena_printf(arena, "select nullif(pg_catalog.current_setting(%s, true), '')",
                text_literal(setting, arena)),
            &after, error) ||
        !session_run(session,
            arena_printf(arena, "%s; RESET %s", session_become(session, NULL, false), setting),
            error))
        return false;

    const char *left = after.succeeded && after.rows.count ? rows_text(&after.rows, 0) : NULL;
    if (called.succeeded && left) {
        suspicion->shown++;
        attack_confirm(attack, function->signature, kinds,
            attack_statement(attack, role, -1,
                arena_printf(arena, "begin; %s; commit; select current_setting('%s', true) -- %s",
                    sql, setting, left)));
    } else if (called.succeeded) {
        suspicion->refused++;
    } else {
        suspicion->unknown++;
    }
    return true;
}

/* Once with everything said, and once with what its defaults make of it. */
static bool
try_function(struct attack *attack, struct session *session, const struct role *role,
    const struct function *function, const char *setting, struct tn_error *error)
{
    const size_t all = function->argument_count;
    const size_t least = all - (size_t)function->default_count;
    return try_call(attack, session, role, function, all, setting, error) &&
           (least == all || try_call(attack, session, role, function, least, setting, error));
}

bool
attack_sessions(struct attack *attack, const char *url, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    AUTO_SESSION session = { 0 };
    for (size_t f = 0; f < audit->inventory.function_count; f++) {
        const struct function *function = &audit->inventory.functions[f];
        const struct audit_finding *finding =
            audit_find(&audit->findings, AUDIT_SESSION_LEVEL, function->signature);
        if (!finding || attack_reaches_out(audit, function))
            continue;
        if (!session.direct && !session_open(audit, url, true, &session, error))
            return false;
        for (size_t r = 0; r < audit->scope.role_count; r++)
            if (access_function(&audit->inventory, audit->scope.roles[r], function) &&
                !audit->scope.roles[r]->is_lent && !audit->scope.roles[r]->is_out_of_reach &&
                !try_function(
                    attack, &session, audit->scope.roles[r], function, finding->about, error))
                return false;
    }
    return true;
}
