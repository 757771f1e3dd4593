#include <inttypes.h>
#include <stdio.h>

#include "verifier/report.h"
#include "json/writer.h"

static void
put(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void
put_count(struct json_writer *json, const char *key, size_t count)
{
    json_key(json, key);
    json_put_integer(json, (int64_t)count);
}

static void
put_names(struct json_writer *json, const char *key, const struct audit_names *names, size_t count)
{
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        json_put_text(json, names->items[i]);
    json_array_end(json);
}

static void
put_finding(struct json_writer *json, const struct audit_finding *finding)
{
    char fingerprint[17];
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, audit_fingerprint(finding));
    json_object_begin(json);
    put(json, "code", audit_code(finding->kind));
    put(json, "severity", audit_level_word(audit_level(finding->kind)));
    put(json, "object", report_subject(finding));
    put(json, "role", finding->role);
    put(json, "message", finding->message);
    put(json, "statement", finding->statement);
    put(json, "fix", finding->mend);
    put(json, "proof", audit_proof_word(finding->proof));
    put(json, "fingerprint", fingerprint);
    json_key(json, "baseline");
    json_put_boolean(json, finding->is_baseline);
    put(json, "waived", finding->waived);
    json_object_end(json);
}

static void
put_summary(struct json_writer *json, const struct audit *audit)
{
    const struct report_counts counts = report_count(audit);
    json_object_begin(json);
    put(json, "tool", "tenantry " TENANTRY_VERSION);
    put(json, "database", audit->inventory.database);
    put_count(json, "server_version", (size_t)audit->inventory.server_version);
    put(json, "attacked", audit->attacked);
    put(json, "control", audit->control);
    put_count(json, "leaks", counts.leaks);
    put_count(json, "warnings", counts.warnings);
    put_count(json, "baseline", counts.baseline);
    put_count(json, "waived", counts.waived);
    put_count(json, "unproven", audit->findings.unproven_count);
    put_count(json, "tenant_tables", audit->table_count);
    put_count(json, "proven_tables", audit->proven_count);
    put_count(json, "attacks", audit->attack_count);
    put_count(json, "statements", audit->statement_count);
    put_count(json, "round_trips", audit->round_trip_count);
    json_key(json, "roles");
    json_array_begin(json);
    for (size_t i = 0; i < audit->scope.role_count; i++)
        json_put_text(json, audit->scope.roles[i]->name);
    json_array_end(json);
    put_names(json, "tenant_columns", &audit->scope.columns, audit->scope.columns.count);
    put_names(json, "tenant_settings", &audit->scope.settings, audit->scope.tenant_setting_count);
    put_names(json, "assumptions", &audit->scope.assumptions, audit->scope.assumptions.count);
    put_names(json, "notes", &audit->notes, audit->notes.count);
    json_object_end(json);
}

void
report_json(struct buffer *out, const struct audit *audit)
{
    struct json_writer json;
    json_writer_init(&json, out);
    json_object_begin(&json);
    json_key(&json, "findings");
    json_array_begin(&json);
    for (size_t i = 0; i < audit->findings.count; i++)
        put_finding(&json, &audit->findings.items[i]);
    json_array_end(&json);
    json_key(&json, "unproven");
    json_array_begin(&json);
    for (size_t i = 0; i < audit->findings.unproven_count; i++) {
        const struct audit_unproven *unproven = &audit->findings.unproven[i];
        json_object_begin(&json);
        put(&json, "object", unproven->object);
        put(&json, "role", unproven->role);
        put(&json, "reason", unproven->reason);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_key(&json, "summary");
    put_summary(&json, audit);
    json_object_end(&json);
    buffer_character(out, '\n');
}
