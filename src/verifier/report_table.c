#include <string.h>

#include "verifier/report.h"

enum { WIDTH = 100 };

/* Indented, broken between words; a statement may be longer than a line. */
static void
wrap(struct buffer *out, const char *first, const char *text)
{
    const size_t indent = strlen(first);
    size_t column = indent;
    buffer_text(out, first);
    while (*text) {
        const size_t word = strcspn(text, " ");
        if (column > indent && column + word + 1 > WIDTH) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            buffer_character(out, ' ');
            column++;
        }
        buffer_append(out, text, word);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    buffer_character(out, '\n');
}

static void
put_names(struct buffer *out, const char *title, const struct audit_names *names)
{
    if (!names->count)
        return;
    buffer_printf(out, "%s\n", title);
    for (size_t i = 0; i < names->count; i++)
        wrap(out, "  - ", names->items[i]);
    buffer_character(out, '\n');
}

static void
put_finding(struct buffer *out, const struct audit_finding *finding)
{
    buffer_printf(out, "%-4s  %-24s %s%s\n", audit_level_word(audit_level(finding->kind)),
        audit_code(finding->kind), report_subject(finding),
        finding->is_baseline ? "   (known before)" : "");
    if (finding->object && *finding->role)
        wrap(out, "      role   ", finding->role);
    wrap(out, "      what   ", finding->message);
    if (finding->waived)
        wrap(out, "      waived ", finding->waived);
    if (*finding->statement)
        wrap(out, finding->proof == PROOF_ATTACK ? "      got in " : "      shows  ",
            finding->statement);
    wrap(out, "      mend   ", finding->mend);
    buffer_character(out, '\n');
}

static void
put_unproven(struct buffer *out, const struct audit *audit)
{
    const size_t count = audit->findings.unproven_count;
    if (!count)
        return;
    buffer_printf(out, "Unproven (%zu): not attacked, so not known to be safe\n", count);
    for (size_t i = 0; i < count; i++) {
        const struct audit_unproven *unproven = &audit->findings.unproven[i];
        wrap(out, "  - ", arena_printf(audit->arena, "%s: %s", unproven->object, unproven->reason));
    }
    buffer_character(out, '\n');
}

static void
put_sum(struct buffer *out, const struct audit *audit)
{
    const struct report_counts counts = report_count(audit);
    buffer_printf(out, "%zu leaks, %zu warnings", counts.leaks, counts.warnings);
    if (counts.baseline)
        buffer_printf(out, ", %zu known before", counts.baseline);
    if (counts.waived)
        buffer_printf(out, ", %zu waived", counts.waived);
    buffer_printf(out, ", %zu unproven; %zu tenant tables", audit->findings.unproven_count,
        audit->table_count);
    if (audit->attacked)
        buffer_printf(out, ", %zu of them proven by %zu attacks %s (control: %s)",
            audit->proven_count, audit->attack_count, audit->attacked, audit->control);
    else
        buffer_text(out, ", read and judged, not attacked");
    buffer_character(out, '\n');
}

void
report_table(struct buffer *out, const struct audit *audit)
{
    put_names(out,
        "Assumed (say otherwise with --app-role, --tenant-column, --tenant-setting, "
        "--tenant-claim):",
        &audit->scope.assumptions);
    for (size_t i = 0; i < audit->findings.count; i++)
        put_finding(out, &audit->findings.items[i]);
    put_unproven(out, audit);
    put_names(out, "Notes", &audit->notes);
    put_sum(out, audit);
}
