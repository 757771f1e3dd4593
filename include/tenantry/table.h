/* A table that the client saves as a file, instead of a page: CSV (RFC 4180), in UTF-8.
 *
 *     struct tn_table *table = tn_table(request, "invoices.csv");
 *     tn_table_cstring(table, "Number"); tn_table_cstring(table, "Customer");
 * tn_table_row_end(table); …a row for each invoice
 *
 * Text that a spreadsheet would take for a formula is kept from being one by a leading '. */
#pragma once

#include "tenantry/request.h"
#include "tenantry/types.h"

struct tn_table;

/* One of the answers to a request. `file_name`: letters, digits, "-", "_", ".". */
TN_PUBLIC struct tn_table *tn_table(struct tn_request *request, const char *file_name);
/* The next cell of the row. */
TN_PUBLIC void tn_table_cstring(struct tn_table *table, const char *value);
TN_PUBLIC void tn_table_text(struct tn_table *table, struct tn_text value);
TN_PUBLIC void tn_table_numeric(struct tn_table *table, struct tn_numeric value);
TN_PUBLIC void tn_table_date(struct tn_table *table, struct tn_date value); /* 2026-11-22 */
TN_PUBLIC void
tn_table_opt_date(struct tn_table *table, struct tn_opt_date value);        /* NULL: empty */
TN_PUBLIC void tn_table_time(struct tn_table *table, struct tn_time value); /* ISO 8601, UTC */
TN_PUBLIC void tn_table_row_end(struct tn_table *table);
