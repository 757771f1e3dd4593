#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/report.h"
#include "json/writer.h"

#define SCHEMA                                                                      \
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/" \
    "sarif-schema-2.1.0.json"

static void
put(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void
put_message(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_object_begin(json);
    put(json, "text", text);
    json_object_end(json);
}

static const char *
level_word(enum audit_level level)
{
    return level == AUDIT_LEAK ? "error" : "warning";
}

/* Several kinds have one code; the first of them stands for it. */
static enum audit_kind
rule_of(enum audit_kind kind)
{
    int first = 0;
    while (strcmp(audit_code((enum audit_kind)first), audit_code(kind)) != 0)
        first++;
    return (enum audit_kind)first;
}

/* Its place in the array of rules. */
static int64_t
rule_index(enum audit_kind kind)
{
    int64_t index = 0;
    const enum audit_kind rule = rule_of(kind);
    for (int before = 0; before < (int)rule; before++)
        index += rule_of((enum audit_kind)before) == (enum audit_kind)before;
    return index;
}

static void
put_rules(struct json_writer *json)
{
    json_key(json, "rules");
    json_array_begin(json);
    for (int kind = 0; kind < AUDIT_KIND_COUNT; kind++) {
        if (rule_of((enum audit_kind)kind) != (enum audit_kind)kind)
            continue;
        json_object_begin(json);
        put(json, "id", audit_code((enum audit_kind)kind));
        put_message(json, "shortDescription", audit_template((enum audit_kind)kind));
        json_key(json, "defaultConfiguration");
        json_object_begin(json);
        put(json, "level", level_word(audit_level((enum audit_kind)kind)));
        json_object_end(json);
        json_object_end(json);
    }
    json_array_end(json);
}

static void
put_location(
    struct json_writer *json, const struct audit *audit, const struct audit_finding *finding)
{
    json_key(json, "locations");
    json_array_begin(json);
    json_object_begin(json);
    json_key(json, "logicalLocations");
    json_array_begin(json);
    json_object_begin(json);
    put(json, "fullyQualifiedName",
        arena_printf(audit->arena, "%s.%s", audit->inventory.database, report_subject(finding)));
    put(json, "kind", finding->object ? "object" : "role");
    json_object_end(json);
    json_array_end(json);
    json_object_end(json);
    json_array_end(json);
}

static void
put_suppressions(struct json_writer *json, const struct audit_finding *finding)
{
    put(json, "baselineState", finding->is_baseline ? "unchanged" : "new");
    if (!finding->waived)
        return;
    json_key(json, "suppressions");
    json_array_begin(json);
    json_object_begin(json);
    put(json, "kind", "external");
    put(json, "justification", finding->waived);
    json_object_end(json);
    json_array_end(json);
}

static void
put_result(struct json_writer *json, const struct audit *audit, const struct audit_finding *finding)
{
    char fingerprint[17];
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, audit_fingerprint(finding));
    json_object_begin(json);
    put(json, "ruleId", audit_code(finding->kind));
    json_key(json, "ruleIndex");
    json_put_integer(json, rule_index(finding->kind));
    put(json, "level", level_word(audit_level(finding->kind)));
    put_message(json, "message",
        arena_printf(audit->arena, "%s: %s. Mend: %s", report_subject(finding), finding->message,
            finding->mend));
    put_location(json, audit, finding);
    json_key(json, "partialFingerprints");
    json_object_begin(json);
    put(json, "tenantry/v1", fingerprint);
    json_object_end(json);
    put_suppressions(json, finding);
    json_key(json, "properties");
    json_object_begin(json);
    put(json, "role", finding->role);
    put(json, "statement", finding->statement);
    put(json, "fix", finding->mend);
    put(json, "proof", audit_proof_word(finding->proof));
    json_object_end(json);
    json_object_end(json);
}

/* What stayed unproven is said as a notification of the run. */
static void
put_invocation(struct json_writer *json, const struct audit *audit)
{
    json_key(json, "invocations");
    json_array_begin(json);
    json_object_begin(json);
    json_key(json, "executionSuccessful");
    json_put_boolean(json, true);
    json_key(json, "toolExecutionNotifications");
    json_array_begin(json);
    for (size_t i = 0; i < audit->findings.unproven_count; i++) {
        const struct audit_unproven *unproven = &audit->findings.unproven[i];
        json_object_begin(json);
        put(json, "level", "warning");
        put_message(json, "message",
            arena_printf(audit->arena, "unproven: %s: %s", unproven->object, unproven->reason));
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
    json_array_end(json);
}

void
report_sarif(struct buffer *out, const struct audit *audit)
{
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_begin(&json);
    put(&json, "$schema", SCHEMA);
    put(&json, "version", "2.1.0");
    json_key(&json, "runs");
    json_array_begin(&json);
    json_object_begin(&json);
    json_key(&json, "tool");
    json_object_begin(&json);
    json_key(&json, "driver");
    json_object_begin(&json);
    put(&json, "name", "tenantry verify");
    put(&json, "version", TENANTRY_VERSION);
    put_rules(&json);
    json_object_end(&json);
    json_object_end(&json);
    put_invocation(&json, audit);
    json_key(&json, "results");
    json_array_begin(&json);
    for (size_t i = 0; i < audit->findings.count; i++)
        put_result(&json, audit, &audit->findings.items[i]);
    json_array_end(&json);
    json_object_end(&json);
    json_array_end(&json);
    json_object_end(&json);
    buffer_character(out, '\n');
}
