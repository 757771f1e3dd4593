#include "isolation.h"

#include "frame.h"
#include "pages.h"
#include "shown_queries.h"

const char *
probe_word(enum tn_probe probe)
{
    switch (probe) {
    case TN_PROBE_NOTHING:
        return "no row";
    case TN_PROBE_ROWS:
        return "rows!";
    case TN_PROBE_UNKNOWN:
        return "not tried";
    }

    return "";
}

/* GET /o/<slug>/isolation */
bool
isolation_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct frame frame;
    struct tn_isolation isolation;
    size_t shut = 0;
    (void)db; /* no query of the application: this is about what they could see */

    if (!frame_open(request, "Isolation", "isolation", &frame, error) ||
        !tn_isolation(request, &isolation, error))
        return false;

    for (size_t i = 0; i < isolation.table_count; i++) {
        const struct tn_isolation_table *table = &isolation.tables[i];

        shut += table->is_enabled && table->is_forced && table->without == TN_PROBE_NOTHING &&
                table->others == TN_PROBE_NOTHING;
    }

    page_isolation(tn_page(request, 200), &(struct page_isolation){
                                              .frame = frame,
                                              .isolation = isolation,
                                              .all_are_shut = shut == isolation.table_count,
                                              .queries = shown_queries,
                                              .query_count = TN_COUNT(shown_queries),
                                          });
    return true;
}
