#include "server/verify_report.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/request.h"
#include "json/reader.h"

#define REPORT_BYTES_MAX (1024 * 1024)

static struct tn_text
text_of(const struct json_value *object, const char *name)
{
    const struct json_value *value = json_member(object, name);
    return request_text(json_is_plain_text(value) ? value->text : "");
}

static int64_t
number_of(const struct json_value *object, const char *name)
{
    const struct json_value *value = json_member(object, name);
    return value->kind == JSON_KIND_NUMBER ? (int64_t)value->number : 0;
}

static void
take(const struct json_value *json, struct arena *arena, struct tn_verify_report *report)
{
    const struct json_value *findings = json_member(json, "findings");
    const struct json_value *summary = json_member(json, "summary");
    if (findings->kind != JSON_KIND_ARRAY || summary->kind != JSON_KIND_OBJECT)
        return;

    struct tn_isolation_finding *items =
        ARENA_ARRAY(arena, findings->count, struct tn_isolation_finding);
    for (size_t i = 0; i < findings->count; i++) {
        const struct json_value *finding = &findings->items[i];
        items[i] = (struct tn_isolation_finding){
            .code = text_of(finding, "code"),
            .severity = text_of(finding, "severity"),
            .object = text_of(finding, "object"),
            .message = text_of(finding, "message"),
        };
    }
    report->is_there = true;
    report->attacked = text_of(summary, "attacked");
    report->control = text_of(summary, "control");
    report->attacks = number_of(summary, "attacks");
    report->tables = number_of(summary, "tenant_tables");
    report->proven_tables = number_of(summary, "proven_tables");
    report->unproven = number_of(summary, "unproven");
    report->findings = items;
    report->finding_count = findings->count;
}

static void
read_file(int fd, const struct stat *file, struct arena *arena, struct tn_verify_report *report)
{
    report->at = (struct tn_time){ (int64_t)file->st_mtim.tv_sec * 1000000 };

    const size_t size = (size_t)file->st_size;
    char *text = ARENA_ARRAY(arena, size + 1, char);
    size_t length = 0;
    while (length < size) {
        const ssize_t count = read(fd, text + length, size - length);
        if (count <= 0)
            return;
        length += (size_t)count;
    }

    const struct json_value *json;
    struct tn_error ignored = { 0 };
    if (json_read(text, length, arena, &json, &ignored))
        take(json, arena, report);
}

void
verify_report_read(const char *path, struct arena *arena, struct tn_verify_report *ret_report)
{
    struct stat file;
    *ret_report = (struct tn_verify_report){ 0 };
    const int fd = path[0] ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (fd < 0)
        return;

    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > 0 &&
        file.st_size <= REPORT_BYTES_MAX)
        read_file(fd, &file, arena, ret_report);
    close(fd);
}
