#include "verifier/fix.h"

#include <string.h>

#include "verifier/report.h"

/* Two findings often have one cause and one mend. */
static bool
is_repeated(const struct audit *audit, size_t index)
{
    for (size_t before = 0; before < index; before++)
        if (report_counts_finding(&audit->findings.items[before]) &&
            strcmp(audit->findings.items[before].mend, audit->findings.items[index].mend) == 0)
            return true;
    return false;
}

/* Prose stands behind " -- ", a mend that needs a decision begins with "--". */
static void
put_mend(struct buffer *out, const char *mend)
{
    const char *prose = strstr(mend, " -- ");
    if (strncmp(mend, "--", 2) == 0) {
        buffer_printf(out, "%s\n", mend);
        return;
    }
    const size_t length = prose ? (size_t)(prose - mend) : strlen(mend);
    buffer_append(out, mend, length);
    buffer_text(out, ";");
    buffer_printf(out, "%s\n", prose ? prose : "");
}

void
fix_write(struct buffer *out, const struct audit *audit)
{
    buffer_printf(out,
        "-- What `tenantry verify` would change in the database %s. Read it before you run it, as "
        "the owner of the\n"
        "-- tables: psql -v ON_ERROR_STOP=1 -f FILE. Indexes and constraints lock their tables "
        "while they are made.\n"
        "BEGIN;\n",
        audit->inventory.database);
    for (size_t i = 0; i < audit->findings.count; i++) {
        const struct audit_finding *finding = &audit->findings.items[i];
        if (!report_counts_finding(finding))
            continue;
        buffer_printf(out, "\n-- %s: %s: %s\n", audit_code(finding->kind), report_subject(finding),
            finding->message);
        if (is_repeated(audit, i))
            buffer_text(out, "-- mended above\n");
        else
            put_mend(out, finding->mend);
    }
    buffer_text(out, "\nCOMMIT;\n");
}
