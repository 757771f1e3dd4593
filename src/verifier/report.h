/* What a run found, for people and for programs. Each format is a file of its own. */
#pragma once

#include "base/buffer.h"
#include "verifier/audit.h"

enum report_format {
    REPORT_TABLE,
    REPORT_JSON,
    REPORT_SARIF,
    REPORT_JUNIT,
    REPORT_GITHUB,
    REPORT_FORMAT_COUNT,
};

/* REPORT_FORMAT_COUNT: no such format. */
enum report_format report_format_of(const char *word);
/* "table, json, …" */
const char *report_formats(void);

void report_write(struct buffer *out, const struct audit *audit, enum report_format format);

void report_table(struct buffer *out, const struct audit *audit);
void report_json(struct buffer *out, const struct audit *audit);
void report_sarif(struct buffer *out, const struct audit *audit);
void report_junit(struct buffer *out, const struct audit *audit);
void report_github(struct buffer *out, const struct audit *audit);

struct report_counts {
    size_t leaks;
    size_t warnings;
    size_t baseline; /* known before; in neither of the above */
    size_t waived;   /* likewise */
};
struct report_counts report_count(const struct audit *audit);
/* Neither known before nor waived. */
bool report_counts_finding(const struct audit_finding *finding);
/* What stands where a finding's object does: the object, or the role. */
const char *report_subject(const struct audit_finding *finding);
