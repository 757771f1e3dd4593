#include "comparison/difference.h"
#include "comparison/write.h"

void
write_counter(struct writer *writer, const struct object *column, const char *sequence)
{
    const char *table = relation_of(column);
    const struct object *security = snapshot_find(writer->have, OBJECT_ROW_SECURITY, table);
    const bool is_forced = security && security->fields[ROW_SECURITY_FORCED];
    /* The owner is held by row-level security too, and would find no row. */
    if (is_forced)
        WRITE(writer, column, "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", table);
    WRITE(writer, column, "SELECT setval(%s, coalesce(max(%s), 0) + 1, false) FROM %s", sequence,
        column->name, table);
    if (is_forced)
        WRITE(writer, column, "ALTER TABLE %s FORCE ROW LEVEL SECURITY", table);
}
