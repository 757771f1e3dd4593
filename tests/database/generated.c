#include "generated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "migration/own.h"

/* The test's own schema file, in the database. */
static void
load_schema(void)
{
    FILE *file = fopen(getenv("TENANTRY_GENERATED_SCHEMA"), "re");
    static char text[8192];
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    fixture_run(text);
}

int
generated_set_up(void **state)
{
    (void)state;
    char *url = strdup(fixture_database());
    const struct migration_set sets[] = { migration_own_tenant() };
    const struct migration_target target = { .admin_url = url, .sets = sets, .set_count = 1 };
    struct tn_error error = { 0 };
    if (!migration_apply(&target, NULL, &error))
        fail_msg("%s", error.detail);
    free(url);
    load_schema();
    fixture_run(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON sample, entry TO tenantry_app;"
        "INSERT INTO entry SELECT 'harbour', n, 'other', n FROM generate_series(1, 900) n;");
    return 0;
}

struct tn_text
text_of(const char *text)
{
    return (struct tn_text){ text, strlen(text) };
}

void
must(bool done, const struct tn_error *error)
{
    if (!done)
        fail_msg("%s", error->detail);
}

void
entries_fill(struct tn_db db, int64_t count)
{
    enum { MOST = 1000 };
    static int64_t ids[MOST];
    static struct tn_text labels[MOST];
    static int32_t scores[MOST];
    struct tn_error error = { 0 };
    int64_t added;
    for (int i = 0; i < count; i++) {
        ids[i] = i + 1;
        labels[i] = text_of(i % 2 ? "odd" : "even");
        scores[i] = i / 3;
    }
    must(entries_add(db, arg_ids((struct tn_int64_array){ (size_t)count, ids }),
             arg_labels((struct tn_text_array){ (size_t)count, labels }),
             arg_scores((struct tn_int32_array){ (size_t)count, scores }), &added, &error),
        &error);
    assert_int_equal(added, count);
}
