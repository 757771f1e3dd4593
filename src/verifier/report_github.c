#include <string.h>

#include "verifier/report.h"

/* GitHub's own escapes for workflow commands; a property needs two more. */
static void
escaped(struct buffer *out, const char *text, bool is_property)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '\n' || *text == '\r' ||
            (is_property && (*text == ':' || *text == ','))) {
            static const char digits[] = "0123456789ABCDEF";
            buffer_character(out, '%');
            buffer_character(out, digits[(unsigned char)*text >> 4]);
            buffer_character(out, digits[(unsigned char)*text & 15]);
        } else {
            buffer_character(out, *text);
        }
    }
}

static void
command(struct buffer *out, const char *word, const char *title, const char *text)
{
    buffer_printf(out, "::%s title=", word);
    escaped(out, title, true);
    buffer_text(out, "::");
    escaped(out, text, false);
    buffer_character(out, '\n');
}

void
report_github(struct buffer *out, const struct audit *audit)
{
    for (size_t i = 0; i < audit->findings.count; i++) {
        const struct audit_finding *finding = &audit->findings.items[i];
        if (!report_counts_finding(finding))
            continue;
        command(out, audit_level(finding->kind) == AUDIT_LEAK ? "error" : "warning",
            arena_printf(audit->arena, "%s %s", audit_code(finding->kind), report_subject(finding)),
            arena_printf(audit->arena, "%s\nshows: %s\nmend: %s", finding->message,
                finding->statement, finding->mend));
    }
    for (size_t i = 0; i < audit->findings.unproven_count; i++)
        command(out, "notice",
            arena_printf(audit->arena, "unproven %s", audit->findings.unproven[i].object),
            audit->findings.unproven[i].reason);
}
