#include "verifier/known.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "verifier/report.h"
#include "verifier/text.h"
#include "json/reader.h"

enum { FILE_BYTES_MAX = 64 << 20 };

static bool
file_read(const char *path, struct arena *arena, struct buffer *out, struct tn_error *error)
{
    char block[65536];
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(errno));
    buffer_init(out, arena, 4096);
    size_t bytes;
    while ((bytes = fread(block, 1, sizeof block, file)) > 0 && out->length < FILE_BYTES_MAX)
        buffer_append(out, block, bytes);
    const bool failed = ferror(file) || out->length >= FILE_BYTES_MAX;
    fclose(file);
    return !failed ||
           error_set(error, TN_CONFIGURATION, "%s: it cannot be read, or is too large", path);
}

bool
known_baseline(struct audit *audit, const char *path, struct tn_error *error)
{
    struct buffer text;
    const struct json_value *report;
    struct tn_error unread = { 0 };
    if (!file_read(path, audit->arena, &text, error))
        return false;
    if (!json_read(text.data, text.length, audit->arena, &report, &unread) ||
        json_member(report, "findings")->kind != JSON_KIND_ARRAY)
        return error_set(error, TN_CONFIGURATION,
            "%s: a baseline is what `tenantry verify --format json` wrote, and this is not", path);

    const struct json_value *findings = json_member(report, "findings");
    size_t gone = 0;
    for (size_t i = 0; i < findings->count; i++) {
        bool is_there = false;
        const struct json_value *wanted = json_member(&findings->items[i], "fingerprint");
        for (size_t f = 0; f < audit->findings.count && wanted->kind == JSON_KIND_STRING; f++) {
            char fingerprint[17];
            struct audit_finding *finding = &audit->findings.items[f];
            snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, audit_fingerprint(finding));
            if (strcmp(fingerprint, wanted->text) == 0)
                is_there = finding->is_baseline = true;
        }
        gone += !is_there;
    }
    if (gone)
        audit_note(&audit->notes, audit->arena,
            "%zu findings of the baseline are gone: write it anew, so that they cannot come back "
            "unseen",
            gone);
    return true;
}

/* --- waivers --------------------------------------------------------------------------------- */

struct waiver {
    char *code;
    char *object;
    char *until;
    char *reason;
};

static char *
trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t length = strlen(text); length && strchr(" \t\r", text[length - 1]);)
        text[--length] = '\0';
    return text;
}

static bool
waiver_parse(char *line, struct waiver *waiver)
{
    char **const fields[] = { &waiver->code, &waiver->object, &waiver->until, &waiver->reason };
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        char *bar = i + 1 < COUNT_OF(fields) ? strchr(line, '|') : NULL;
        if (i + 1 < COUNT_OF(fields) && !bar)
            return false;
        if (bar)
            *bar = '\0';
        *fields[i] = trim(line);
        line = bar ? bar + 1 : line;
    }
    return *waiver->code && *waiver->object && *waiver->reason &&
           (!*waiver->until || text_matches(waiver->until, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
}

static void
waiver_apply(struct audit *audit, const struct waiver *waiver, const char *today)
{
    bool fits = false;
    const bool has_ended = *waiver->until && strcmp(waiver->until, today) < 0;
    for (size_t i = 0; i < audit->findings.count; i++) {
        struct audit_finding *finding = &audit->findings.items[i];
        if (strcmp(audit_code(finding->kind), waiver->code) != 0 ||
            strcmp(report_subject(finding), waiver->object) != 0)
            continue;
        fits = true;
        if (!has_ended)
            finding->waived = waiver->reason;
    }
    if (has_ended)
        audit_note(&audit->notes, audit->arena, "the waiver of %s for %s ended on %s", waiver->code,
            waiver->object, waiver->until);
    else if (!fits)
        audit_note(&audit->notes, audit->arena,
            "the waiver of %s for %s fits no finding any more: take it out", waiver->code,
            waiver->object);
}

bool
known_waivers(struct audit *audit, const char *path, struct tn_error *error)
{
    struct buffer text;
    char today[11];
    struct tm now;
    const time_t seconds = time(NULL);
    if (!file_read(path, audit->arena, &text, error))
        return false;

    gmtime_r(&seconds, &now);
    strftime(today, sizeof today, "%Y-%m-%d", &now);
    int number = 0;
    for (char *line = text.data; line && *line;) {
        char *end = strchr(line, '\n');
        struct waiver waiver;
        if (end)
            *end = '\0';
        number++;
        char *trimmed = trim(line);
        if (*trimmed && *trimmed != '#') {
            if (!waiver_parse(trimmed, &waiver))
                return error_set(error, TN_CONFIGURATION,
                    "%s:%d: a waiver is \"code | object | YYYY-MM-DD or nothing | reason\"", path,
                    number);
            waiver_apply(audit, &waiver, today);
        }
        line = end ? end + 1 : NULL;
    }
    return true;
}
