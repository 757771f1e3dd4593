#include "verifier/scope.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/tally.h"
#include "verifier/text.h"
#include "json/writer.h"

enum { FAR_FUTURE = 2147483647 };

#define SETTING_PATTERN "current_setting\\([[:space:]]*'([A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z0-9_.]+)'"

static bool
names_have(const struct audit_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

static void
vote_settings(struct audit *audit, struct tally *tally, const char *text, size_t votes)
{
    const char *at = text;
    for (const char *name = text_next(&at, SETTING_PATTERN, audit->arena); name;
         name = text_next(&at, SETTING_PATTERN, audit->arena))
        tally_vote(tally, name, votes);
}

/* All policies of the database as one text. */
static const char *
all_policies(const struct audit *audit)
{
    struct buffer out;
    buffer_init(&out, audit->arena, 4096);
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        for (size_t p = 0; p < relation->policy_count; p++) {
            const struct policy *policy = &relation->policies[p];
            buffer_printf(&out, "%s\n%s\n",
                policy->using_expression ? policy->using_expression : "",
                policy->check_expression ? policy->check_expression : "");
        }
    }
    return out.data;
}

bool
scope_names_column(const char *setting, const char *column)
{
    const char *tail = text_tail(setting);
    if (strncasecmp(tail, "current_", 8) == 0)
        tail += 8;
    const size_t length = strlen(tail);
    return strcasecmp(tail, column) == 0 ||
           (strncasecmp(tail, column, length) == 0 && strcasecmp(column + length, "_id") == 0);
}

static bool
names_some_column(const struct audit *audit, const char *setting)
{
    for (size_t i = 0; i < audit->scope.columns.count; i++)
        if (scope_names_column(setting, audit->scope.columns.items[i]))
            return true;
    return false;
}

/* --- claims ---------------------------------------------------------------------------------- */

/* What a token says of whoever holds it, and not of the tenant. */
static bool
is_about_the_token(const char *claim)
{
    return text_matches(text_tail(claim),
        "^(user_?)?role$|^(email|phone|aal|amr|aud|iss|exp|iat|session_id|provider|is_anonymous)$");
}

/* "(auth.jwt() -> 'app_metadata'::text) ->> 'org_id'::text" as app_metadata.org_id. */
static const char *
claim_path(const char *chain, struct arena *arena)
{
    struct buffer out;
    const char *key;
    buffer_init(&out, arena, 64);
    while ((key = text_next_quoted(&chain, arena)))
        buffer_printf(&out, "%s%s", out.length ? "." : "", key);
    return out.data;
}

static void
vote_claims(struct audit *audit, struct tally *tally, const char *text)
{
    enum { BEFORE = 60 };
    const char *at = text;
    const char *chain;
    while ((chain = text_next(&at,
                "((->[[:space:]]*'[A-Za-z0-9_]+'(::text)?[) ]*)*->>[[:space:]]*'[A-Za-z0-9_]+')",
                audit->arena))) {
        char before[BEFORE + 1] = "";
        const char *start = at - strlen(chain);
        const size_t back = start - text < BEFORE ? (size_t)(start - text) : BEFORE;
        memcpy(before, start - back, back);
        const char *path = claim_path(chain, audit->arena);
        if (text_matches(before, "jwt|claim") && !is_about_the_token(path))
            tally_vote(tally, path, names_some_column(audit, path) ? 1000 : 1);
    }
}

static void
find_claim(struct audit *audit, const char *deep)
{
    struct scope *scope = &audit->scope;
    struct tally tally = { 0 };
    scope->claim = audit->request->claim;
    if (scope->claim || !scope->settings.count || !strstr(scope->settings.items[0], "claims"))
        return;

    /* Whom auth.uid() names is asked by most; an organization in the token comes before it. */
    if (text_matches(deep, "auth\\.uid\\("))
        tally_vote(&tally, "sub", 500);
    vote_claims(audit, &tally, deep);
    scope->claim = tally_winner(&tally);
    if (!scope->claim)
        scope->claim = "sub";
    audit_note(&scope->assumptions, audit->arena, "the claim \"%s\" of %s names the tenant%s",
        scope->claim, scope->settings.items[0],
        strcmp(scope->claim, "sub") == 0 ? ", by way of the user" : "");
}

/* A dot goes one object deeper, but for those of an address: https://example.com/claims.org. */
static const char *
claim_dot(const char *claim)
{
    const char *slash = strrchr(claim, '/');
    return strchr(slash ? slash : claim, '.');
}

static void
claim_write(struct json_writer *writer, const char *claim, const char *value, struct arena *arena)
{
    const char *dot = claim_dot(claim);
    json_key(writer, dot ? arena_memdup(arena, claim, (size_t)(dot - claim)) : claim);
    if (!dot) {
        json_put_text(writer, value);
        return;
    }
    json_object_begin(writer);
    claim_write(writer, dot + 1, value, arena);
    json_object_end(writer);
}

/* "#>> '{app_metadata,org_id}'" */
static const char *
claim_operator(const char *claim, struct arena *arena)
{
    struct buffer path;
    const char *dot = claim_dot(claim);
    if (!dot)
        return arena_printf(arena, "->> %s", text_literal(claim, arena));

    buffer_init(&path, arena, 64);
    buffer_character(&path, '{');
    for (; dot; claim = dot + 1, dot = claim_dot(claim))
        buffer_printf(&path, "%.*s,", (int)(dot - claim), claim);
    buffer_printf(&path, "%s}", claim);
    return arena_printf(arena, "#>> %s", text_literal(path.data, arena));
}

/* --- settings --------------------------------------------------------------------------------- */

void
scope_find_settings(struct audit *audit)
{
    struct scope *scope = &audit->scope;
    struct tally tally = { 0 };
    const char *policies = all_policies(audit);
    const char *deep = scope_deep_source(audit, policies);
    vote_settings(audit, &tally, policies, 10);
    vote_settings(audit, &tally, deep, 1);
    for (size_t i = 0; i < tally.count; i++) {
        tally.votes[i] += names_some_column(audit, tally.names[i]) ? 1000 : 0;
        tally.votes[i] += strstr(tally.names[i], "claims") ? 500 : 0;
    }

    scope->settings = audit->request->settings;
    for (size_t i = 0; i < scope->settings.count; i++) {
        bool is_read = false;
        for (size_t t = 0; t < tally.count; t++)
            is_read |= strcasecmp(tally.names[t], scope->settings.items[i]) == 0;
        if (!is_read)
            audit_note(&scope->assumptions, audit->arena,
                "no policy reads the setting %s, as far as its text tells",
                scope->settings.items[i]);
    }
    const char *winner = tally_winner(&tally);
    if (!scope->settings.count && winner) {
        scope->settings.items[scope->settings.count++] = winner;
        audit_note(&scope->assumptions, audit->arena,
            "the setting %s carries the tenant: policies read it", winner);
    }
    scope->tenant_setting_count = scope->settings.count;
    for (size_t i = 0; i < tally.count && scope->settings.count < AUDIT_LIST_MAX; i++)
        if (!names_have(&scope->settings, tally.names[i]))
            scope->settings.items[scope->settings.count++] = tally.names[i];
    find_claim(audit, deep);
}

/* PostgREST has all claims in one setting, whose name was request.jwt.claim once. */
static bool
is_document(const struct audit *audit, const char *setting)
{
    return strstr(setting, "claims") || text_matches(setting, "\\.claim$") ||
           (audit->scope.claim && strcmp(setting, audit->scope.settings.items[0]) == 0);
}

const char *
scope_setting_value(const struct audit *audit, const char *setting, const char *value)
{
    struct buffer out;
    struct json_writer writer;
    if (!is_document(audit, setting))
        return text_matches(setting, "\\.claim\\.role$") ? "authenticated" : value;

    const char *claim = audit->scope.claim ? audit->scope.claim : "sub";
    buffer_init(&out, audit->arena, 256);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    claim_write(&writer, claim, value, audit->arena);
    if (strcmp(claim, "sub") != 0) {
        json_key(&writer, "sub");
        json_put_text(&writer, value);
    }
    json_key(&writer, "role");
    json_put_text(&writer, "authenticated");
    /* Some look whether the token is theirs and still good. */
    json_key(&writer, "aud");
    json_put_text(&writer, "authenticated");
    json_key(&writer, "exp");
    json_put_integer(&writer, FAR_FUTURE);
    /* Where Supabase keeps what the user himself cannot write. */
    if (!claim_dot(claim) && strcmp(claim, "sub") != 0) {
        json_key(&writer, "app_metadata");
        json_object_begin(&writer);
        claim_write(&writer, claim, value, audit->arena);
        json_object_end(&writer);
    }
    json_object_end(&writer);
    return out.data;
}

const char *
scope_predicate(const struct audit *audit, const struct column *column)
{
    const struct scope *scope = &audit->scope;
    const char *setting = scope->tenant_setting_count ? scope->settings.items[0] : "app.tenant_id";
    if (scope->model && strcmp(scope->model_column->name, column->name) == 0 &&
        strcmp(scope->model_column->type, column->type) == 0)
        return scope->model;

    const char *cast =
        strcmp(column->type, "text") == 0 ? "" : arena_printf(audit->arena, "::%s", column->type);
    if (scope->claim)
        return arena_printf(audit->arena,
            "%s = (select (nullif(current_setting(%s, true), '')::jsonb %s)%s)", column->quoted,
            text_literal(setting, audit->arena), claim_operator(scope->claim, audit->arena), cast);
    return arena_printf(audit->arena, "%s = (select nullif(current_setting(%s, true), '')%s)",
        column->quoted, text_literal(setting, audit->arena), cast);
}
