#include "verifier/report.h"

#include <string.h>

static const struct {
    const char *word;
    void (*write)(struct buffer *out, const struct audit *audit);
} formats[REPORT_FORMAT_COUNT] = {
    [REPORT_TABLE] = { "table", report_table },
    [REPORT_JSON] = { "json", report_json },
    [REPORT_SARIF] = { "sarif", report_sarif },
    [REPORT_JUNIT] = { "junit", report_junit },
    [REPORT_GITHUB] = { "github", report_github },
};

enum report_format
report_format_of(const char *word)
{
    int format = 0;
    while (format < REPORT_FORMAT_COUNT && strcmp(formats[format].word, word) != 0)
        format++;
    return (enum report_format)format;
}

const char *
report_formats(void)
{
    return "table, json, sarif, junit, github";
}

void
report_write(struct buffer *out, const struct audit *audit, enum report_format format)
{
    formats[format].write(out, audit);
}

bool
report_counts_finding(const struct audit_finding *finding)
{
    return !finding->is_baseline && !finding->waived;
}

struct report_counts
report_count(const struct audit *audit)
{
    struct report_counts counts = { 0 };
    for (size_t i = 0; i < audit->findings.count; i++) {
        const struct audit_finding *finding = &audit->findings.items[i];
        if (finding->waived)
            counts.waived++;
        else if (finding->is_baseline)
            counts.baseline++;
        else if (audit_level(finding->kind) == AUDIT_LEAK)
            counts.leaks++;
        else
            counts.warnings++;
    }
    return counts;
}

const char *
report_subject(const struct audit_finding *finding)
{
    return finding->object ? finding->object : finding->role;
}
