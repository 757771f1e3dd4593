#include <string.h>

#include "verifier/report.h"

/* Text and attributes of XML; control characters have no place in it at all. */
static void
xml_text(struct buffer *out, const char *text)
{
    static const struct {
        char character;
        const char *entity;
    } entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
        { '\n', "&#10;" }, { '\t', "&#9;" } };
    for (; *text; text++) {
        const char *entity = NULL;
        for (size_t i = 0; i < COUNT_OF(entities) && !entity; i++)
            entity = *text == entities[i].character ? entities[i].entity : NULL;
        if (entity)
            buffer_text(out, entity);
        else
            buffer_character(out, (unsigned char)*text < ' ' ? '?' : *text);
    }
}

static void
attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_character(out, ' ');
    buffer_text(out, name);
    buffer_text(out, "=\"");
    xml_text(out, value);
    buffer_character(out, '"');
}

static void
attribute_count(struct buffer *out, const char *name, size_t count)
{
    buffer_character(out, ' ');
    buffer_text(out, name);
    buffer_text(out, "=\"");
    buffer_integer(out, (int64_t)count);
    buffer_character(out, '"');
}

static void
case_begin(struct buffer *out, const char *class, const char *name)
{
    buffer_text(out, "    <testcase");
    attribute(out, "classname", class);
    attribute(out, "name", name);
    buffer_text(out, ">");
}

static void
put_finding(struct buffer *out, const struct audit *audit, const struct audit_finding *finding)
{
    const bool is_failure =
        report_counts_finding(finding) && audit_level(finding->kind) == AUDIT_LEAK;
    case_begin(out, audit_code(finding->kind), report_subject(finding));
    const char *text = arena_printf(audit->arena, "role: %s\nshows: %s\nmend: %s", finding->role,
        finding->statement, finding->mend);
    if (is_failure) {
        buffer_text(out, "<failure");
        attribute(out, "type", audit_code(finding->kind));
        attribute(out, "message", finding->message);
        buffer_text(out, ">");
        xml_text(out, text);
        buffer_text(out, "</failure>");
    } else {
        buffer_text(out, "<system-out>");
        xml_text(out, finding->waived ? finding->waived : finding->message);
        xml_text(out, "\n");
        xml_text(out, text);
        buffer_text(out, "</system-out>");
    }
    buffer_text(out, "</testcase>\n");
}

static void
put_unproven(struct buffer *out, const struct audit_unproven *unproven)
{
    case_begin(out, "unproven", unproven->object);
    buffer_text(out, "<skipped");
    attribute(out, "message", unproven->reason);
    buffer_text(out, "/></testcase>\n");
}

void
report_junit(struct buffer *out, const struct audit *audit)
{
    const struct report_counts counts = report_count(audit);
    const size_t tests = audit->findings.count + audit->findings.unproven_count + 1;
    buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    attribute(
        out, "name", arena_printf(audit->arena, "tenantry verify %s", audit->inventory.database));
    attribute_count(out, "tests", tests);
    attribute_count(out, "failures", counts.leaks);
    attribute_count(out, "errors", 0);
    attribute_count(out, "skipped", audit->findings.unproven_count);
    buffer_text(out, ">\n");
    case_begin(out, "verify", "the catalogue was read and the policies judged");
    buffer_text(out, "</testcase>\n");
    for (size_t i = 0; i < audit->findings.count; i++)
        put_finding(out, audit, &audit->findings.items[i]);
    for (size_t i = 0; i < audit->findings.unproven_count; i++)
        put_unproven(out, &audit->findings.unproven[i]);
    buffer_text(out, "  </testsuite>\n</testsuites>\n");
}
