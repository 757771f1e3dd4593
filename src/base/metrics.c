#include "base/metrics.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/time.h"

enum kind {
    KIND_COUNTER,
    KIND_GAUGE,
    KIND_SECONDS,
};

struct definition {
    enum metric metric;
    enum kind kind;
    const char *family;
    const char *labels; /* of all its label sets, with | between them */
    int label_count;
    const char *help;
};

#define METRIC_LABELS(name, count, texts) static const char labels_##name[] = texts;
#include "metrics.def"

static const struct definition definitions[] = {
#define METRIC(name, kind, family, labels, help) \
    { METRIC_##name, KIND_##kind, family, labels_##labels, METRIC_LABELS_##labels, help },
#include "metrics.def"
};

static const int64_t bounds_us[] = {
#define BOUND(us) us,
    METRIC_BUCKETS(BOUND)
#undef BOUND
};

_Thread_local struct metrics *metrics_of_thread;

/* Of all threads that ever counted. */
static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct metrics *all;

bool
metrics_thread_begin(struct tn_error *error)
{
    if (metrics_of_thread)
        return true;

    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics)
        return error_set(error, TN_INTERNAL, "no memory for metrics");

    pthread_mutex_lock(&all_lock);
    metrics->next = all;
    all = metrics;
    pthread_mutex_unlock(&all_lock);
    metrics_of_thread = metrics;
    return true;
}

void
metric_observe(enum metric metric, int label, int64_t duration_us)
{
    size_t bucket = 0;
    while (bucket < COUNT_OF(bounds_us) && duration_us > bounds_us[bucket])
        bucket++;

    const int first = label * METRIC_SLOTS_SECONDS;
    metric_add(metric, first + (int)bucket, 1);
    metric_add(metric, first + METRIC_BUCKET_COUNT, duration_us);
}

/* --- reading ----------------------------------------------------------------------------------*/

static int64_t
slot_total(int slot)
{
    uint64_t total = 0;
    pthread_mutex_lock(&all_lock);
    for (struct metrics *metrics = all; metrics; metrics = metrics->next)
        total += atomic_load_explicit(&metrics->slots[slot], memory_order_relaxed);
    pthread_mutex_unlock(&all_lock);
    return (int64_t)total;
}

static const struct definition *
definition_of(enum metric metric)
{
    size_t i = 0;
    while (definitions[i].metric != metric)
        i++;
    return &definitions[i];
}

int64_t
metric_total(enum metric metric, int label)
{
    if (definition_of(metric)->kind != KIND_SECONDS)
        return slot_total((int)metric + label);

    int64_t count = 0;
    for (int i = 0; i < METRIC_BUCKET_COUNT; i++)
        count += slot_total((int)metric + label * METRIC_SLOTS_SECONDS + i);
    return count;
}

static void
write_head(
    struct buffer *out, const char *name, const char *type, const char *unit, const char *help)
{
    buffer_printf(out, "# TYPE %s %s\n", name, type);
    if (unit)
        buffer_printf(out, "# UNIT %s %s\n", name, unit);
    buffer_printf(out, "# HELP %s %s\n", name, help);
}

/* `family{labels}`, with a suffix and one more label where they are given. */
static void
write_name(struct buffer *out, const char *family, const char *suffix, const char *labels,
    size_t label_bytes, const char *more)
{
    buffer_printf(out, "tenantry_%s%s", family, suffix);
    if (label_bytes > 0 || more[0])
        buffer_printf(out, "{%.*s%s%s}", (int)label_bytes, labels,
            label_bytes > 0 && more[0] ? "," : "", more);
    buffer_character(out, ' ');
}

static void
write_seconds(struct buffer *out, int64_t us)
{
    buffer_printf(out, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

static void
write_histogram(struct buffer *out, const struct definition *definition, int label,
    const char *labels, size_t label_bytes)
{
    const int first = (int)definition->metric + label * METRIC_SLOTS_SECONDS;
    int64_t count = 0;
    for (size_t i = 0; i < METRIC_BUCKET_COUNT; i++) {
        char bound[40] = "le=\"+Inf\"";
        if (i < COUNT_OF(bounds_us))
            snprintf(bound, sizeof bound, "le=\"%g\"", (double)bounds_us[i] / 1e6);
        count += slot_total(first + (int)i);
        write_name(out, definition->family, "_seconds_bucket", labels, label_bytes, bound);
        buffer_printf(out, "%lld\n", (long long)count);
    }
    write_name(out, definition->family, "_seconds_count", labels, label_bytes, "");
    buffer_printf(out, "%lld\n", (long long)count);
    write_name(out, definition->family, "_seconds_sum", labels, label_bytes, "");
    write_seconds(out, slot_total(first + METRIC_BUCKET_COUNT));
    buffer_character(out, '\n');
}

static void
write_metric(struct buffer *out, const struct definition *definition)
{
    static const char *const types[] = { "counter", "gauge", "histogram" };
    const bool is_histogram = definition->kind == KIND_SECONDS;
    char name[96];
    snprintf(
        name, sizeof name, "tenantry_%s%s", definition->family, is_histogram ? "_seconds" : "");
    write_head(
        out, name, types[definition->kind], is_histogram ? "seconds" : NULL, definition->help);

    const char *labels = definition->labels;
    for (int i = 0; i < definition->label_count; i++) {
        const size_t bytes = strcspn(labels, "|");
        if (is_histogram) {
            write_histogram(out, definition, i, labels, bytes);
        } else {
            const char *suffix = definition->kind == KIND_COUNTER ? "_total" : "";
            write_name(out, definition->family, suffix, labels, bytes, "");
            buffer_printf(out, "%lld\n", (long long)slot_total((int)definition->metric + i));
        }
        labels += bytes + (labels[bytes] == '|');
    }
}

/* --- the process ------------------------------------------------------------------------------*/

static int64_t
resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;

    char line[128] = "";
    const bool was_read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *second = was_read ? strchr(line, ' ') : NULL;
    return second ? strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE) : 0;
}

static int64_t
descriptor_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    if (!folder)
        return 0;

    int64_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count - 1; /* the folder itself */
}

static void
write_process(struct buffer *out)
{
    struct rusage usage = { 0 };
    getrusage(RUSAGE_SELF, &usage);
    const int64_t cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
                           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;

    write_head(out, "process_cpu_seconds", "counter", "seconds", "Processor time of the process.");
    BUFFER_LITERAL(out, "process_cpu_seconds_total ");
    write_seconds(out, cpu_us);
    buffer_character(out, '\n');
    write_head(out, "process_resident_memory_bytes", "gauge", "bytes",
        "Memory of the process that is resident.");
    buffer_printf(out, "process_resident_memory_bytes %lld\n", (long long)resident_bytes());
    write_head(out, "process_open_fds", "gauge", NULL, "Descriptors that are open.");
    buffer_printf(out, "process_open_fds %lld\n", (long long)descriptor_count());
    write_head(out, "tenantry_build", "info", NULL, "The version that runs.");
    BUFFER_LITERAL(out, "tenantry_build_info{version=\"" TENANTRY_VERSION "\"} 1\n");
}

void
metrics_write(struct buffer *out)
{
    for (size_t i = 0; i < COUNT_OF(definitions); i++)
        write_metric(out, &definitions[i]);
    write_process(out);
    BUFFER_LITERAL(out, "# EOF\n");
}
