/* What a running server counts: numbers with definitions/metrics.def as the one list.
 *
 * Each thread that counts has numbers of its own, which it alone writes, so that counting costs an
 * addition; whoever reads adds up those of all threads. A thread that never asked for numbers
 * counts nothing. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* Upper bounds of the buckets of a histogram, in microseconds; one more has no bound. */
#define METRIC_BUCKETS(BOUND) \
    BOUND(500)                \
    BOUND(1000)               \
    BOUND(2500)               \
    BOUND(5000)               \
    BOUND(10000)              \
    BOUND(25000)              \
    BOUND(50000)              \
    BOUND(100000)             \
    BOUND(250000)             \
    BOUND(500000)             \
    BOUND(1000000)            \
    BOUND(2500000)            \
    BOUND(5000000)            \
    BOUND(10000000)

enum {
#define BOUND(us) +1
    METRIC_BUCKET_COUNT = METRIC_BUCKETS(BOUND) + 1,
#undef BOUND
    METRIC_SLOTS_COUNTER = 1,
    METRIC_SLOTS_GAUGE = 1,
    METRIC_SLOTS_SECONDS = METRIC_BUCKET_COUNT + 1, /* the last is the sum, in microseconds */
#define METRIC_LABELS(name, count, texts) METRIC_LABELS_##name = count,
#include "metrics.def"
};

/* The place of each metric's first number. */
enum metric {
#define METRIC(name, kind, family, labels, help) \
    METRIC_##name,                               \
        METRIC_##name##_LAST = METRIC_##name + METRIC_LABELS_##labels * METRIC_SLOTS_##kind - 1,
#include "metrics.def"
    METRIC_SLOTS,
};

struct metrics {
    _Atomic uint64_t slots[METRIC_SLOTS];
    struct metrics *next;
};

/* From now on this thread counts. Its numbers last until the program ends. */
MUST_USE bool metrics_thread_begin(struct tn_error *error);

extern _Thread_local struct metrics *metrics_of_thread;

/* Add to a counter or gauge; `label` is the place in its list of label sets, 0 without labels. */
static inline void
metric_add(enum metric metric, int label, int64_t amount)
{
    struct metrics *metrics = metrics_of_thread;
    if (!metrics)
        return;

    /* One writer: an atomic addition would cost more, and order nothing that matters. */
    _Atomic uint64_t *slot = &metrics->slots[(int)metric + label];
    const uint64_t value = atomic_load_explicit(slot, memory_order_relaxed);
    atomic_store_explicit(slot, value + (uint64_t)amount, memory_order_relaxed);
}

/* Note a duration in a histogram. */
void metric_observe(enum metric metric, int label, int64_t duration_us);
/* The sum over all threads; of a histogram the number of its observations. */
int64_t metric_total(enum metric metric, int label);
/* Append all of them, and what the system tells of the process, as OpenMetrics 1.0 text. */
void metrics_write(struct buffer *out);
