#include <stdio.h>
#include <string.h>

#include "catalogue/placement.h"
#include "catalogue/rules.h"
#include "comparison/ledger.h"
#include "comparison/read.h"
#include "migration/roles.h"
#include "programs/migrate/options.h"

struct verifying {
    const struct options *options;
    struct arena *arena;
    struct worlds worlds;
    size_t errors;
    size_t warnings;
};

static void
found(struct verifying *verifying, bool is_error, const char *where, const char *what)
{
    printf("%s: %s: %s\n", is_error ? "error" : "warning", where, what);
    if (is_error)
        verifying->errors++;
    else
        verifying->warnings++;
}

/* --- the files
 * ------------------------------------------------------------------------------------
 */

static bool
schema_verify(struct verifying *verifying, struct tn_error *error)
{
    struct worlds *worlds = &verifying->worlds;
    struct snapshot have;
    struct snapshot want;
    struct text_list lines = { 0 };
    if (!worlds_load_schema(worlds, error))
        return false;
    for (size_t i = 0; i < worlds->faults.count; i++)
        found(verifying, true, verifying->options->schema_path, worlds->faults.texts[i]);
    if (worlds->faults.count)
        return true;

    if (!worlds_snapshot(worlds, worlds->have_url, &have, error) ||
        !worlds_snapshot(worlds, worlds->want_url, &want, error))
        return false;
    const char *same = folder_same_number(&worlds->folder, verifying->arena);
    if (same)
        found(verifying, false, verifying->options->migrations_path, same);
    difference_find(&have, &want);
    compare_describe(&have, &want, verifying->arena, &lines);
    for (size_t i = 0; i < lines.count; i++)
        found(verifying, true, verifying->options->migrations_path,
            arena_printf(verifying->arena, "%s, by %s; mend: migrate new NAME", lines.texts[i],
                verifying->options->schema_path));
    return true;
}

/* --- a database
 * -----------------------------------------------------------------------------------
 */

static bool
ledger_verify(struct verifying *verifying, struct direct *direct, bool *ret_is_current,
    struct tn_error *error)
{
    const struct options *options = verifying->options;
    const struct migration_set sets[] = {
        options->base_count > 0 ? options->base[0] : (struct migration_set){ .plane = "" },
        options->base_count > 1 ? options->base[1] : (struct migration_set){ .plane = "" },
        { options->plane, verifying->worlds.folder.migrations, verifying->worlds.folder.count },
    };
    struct ledger_line *lines = NULL;
    size_t count = 0;
    if (!ledger_read(direct, sets, COUNT_OF(sets), verifying->arena, &lines, &count, error))
        return false;

    *ret_is_current = true;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].state == LEDGER_APPLIED)
            continue;
        *ret_is_current = false;
        found(verifying, true,
            arena_printf(verifying->arena, "%s/%s", lines[i].plane, lines[i].name),
            ledger_words(&lines[i], verifying->arena));
    }
    return true;
}

/* Does the database differ from what the same files make of an empty one? The mend is in words of
 * SQL: what would bring it back. */
static bool
drift_verify(struct verifying *verifying, struct direct *direct, struct tn_error *error)
{
    struct snapshot have;
    struct snapshot want;
    if (!snapshot_read(direct, verifying->arena, &have, error) ||
        !worlds_snapshot(&verifying->worlds, verifying->worlds.have_url, &want, error))
        return false;

    struct text_list lines = { 0 };
    struct text_list mends = { 0 };
    difference_find(&have, &want);
    compare_describe(&have, &want, verifying->arena, &lines);
    compare_mends(&have, &want, verifying->arena, &mends);
    for (size_t i = 0; i < lines.count; i++)
        found(verifying, true, "drift", lines.texts[i]);
    for (size_t i = 0; i < mends.count; i++)
        printf("  mend: %s;\n", mends.texts[i]);
    return true;
}

/* --- the rules
 * ------------------------------------------------------------------------------------
 */

static void
findings_print(
    struct verifying *verifying, const struct finding *findings, size_t count, bool refuses_all)
{
    for (size_t i = 0; i < count; i++) {
        struct buffer text;
        buffer_init(&text, verifying->arena, 256);
        finding_append(&text, &findings[i]);
        found(verifying, refuses_all || finding_refuses(findings[i].kind), "rules", text.data);
    }
}

static bool
rules_verify(struct verifying *verifying, struct direct *direct, struct tn_error *error)
{
    struct finding *findings = NULL;
    size_t count = 0;
    if (!catalogue_check_tenant(
            direct, ROLE_APPLICATION, NULL, verifying->arena, &findings, &count, error))
        return false;
    findings_print(verifying, findings, count, false);
    if (!placement_check(
            direct, verifying->options->is_citus, verifying->arena, &findings, &count, error))
        return false;
    findings_print(verifying, findings, count, verifying->options->is_citus);
    if (strstr(verifying->options->planes, "identity")) {
        if (!catalogue_check_identity(
                direct, ROLE_IDENTITY, NULL, verifying->arena, &findings, &count, error))
            return false;
        findings_print(verifying, findings, count, false);
    }
    return true;
}

static bool
database_verify(struct verifying *verifying, struct tn_error *error)
{
    struct direct *direct = NULL;
    bool is_current = false;
    const bool is_done = direct_open(verifying->options->admin_url, &direct, error) &&
                         ledger_verify(verifying, direct, &is_current, error) &&
                         (!is_current || drift_verify(verifying, direct, error)) &&
                         rules_verify(verifying, direct, error);
    direct_close(direct);
    return is_done;
}

static bool
files_rules_verify(struct verifying *verifying, struct tn_error *error)
{
    struct direct *direct = NULL;
    const bool is_done = direct_open(verifying->worlds.have_url, &direct, error) &&
                         rules_verify(verifying, direct, error);
    direct_close(direct);
    return is_done;
}

static bool
all_verify(struct verifying *verifying, struct tn_error *error)
{
    if (!schema_verify(verifying, error))
        return false;
    return verifying->options->admin_url ? database_verify(verifying, error)
                                         : files_rules_verify(verifying, error);
}

int
migrate_verify(const struct options *options, struct arena *arena)
{
    struct verifying verifying = { .options = options, .arena = arena };
    const struct worlds_request request = { .schema_path = options->schema_path,
        .migrations_path = options->migrations_path,
        .plane = options->plane,
        .base = options->base,
        .base_count = options->base_count,
        .extensions = options->extensions,
        .is_citus = options->is_citus };
    struct tn_error error = { 0 };
    const bool is_done =
        worlds_begin(&verifying.worlds, &request, arena, &error) && all_verify(&verifying, &error);
    worlds_end(&verifying.worlds);
    if (!is_done)
        return cannot(&error);

    /* Behind what they count, also where both go to one log. */
    fflush(stdout);
    fprintf(stderr, "%zu errors, %zu warnings\n", verifying.errors, verifying.warnings);
    return verifying.errors ? EXIT_FINDINGS : EXIT_FINE;
}
