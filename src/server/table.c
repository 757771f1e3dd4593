/* Tables that a client saves: CSV, as RFC 4180 has it. */
#include <string.h>

#include "base/buffer.h"
#include "base/time.h"
#include "server/request.h"
#include "tenantry/table.h"

struct tn_table {
    struct buffer *out;
    bool is_in_row;
};

struct tn_table *
tn_table(struct tn_request *request, const char *file_name)
{
    struct http_response *response = request->response;
    struct arena *arena = request->http->arena;
    buffer_truncate(&response->body, 0);
    response->status = 200;
    request->answered = true;
    http_response_header_set(response, "Content-Type", "text/csv; charset=utf-8; header=present");
    http_response_header_set(response, "Content-Disposition",
        arena_printf(arena, "attachment; filename=\"%s\"", file_name));

    struct tn_table *table = ARENA_NEW(arena, struct tn_table);
    table->out = &response->body;
    return table;
}

/* A spreadsheet takes a cell that begins so for a formula, which may fetch and send: whoever typed
 * the customer's name would run it on the reader's machine. Numbers are not text and stay numbers.
 */
static bool
is_formula(const char *text, size_t bytes)
{
    return bytes > 0 && strchr("=+-@\t\r", text[0]) != NULL;
}

static void
append_cell(struct tn_table *table, const char *text, size_t bytes, bool is_text)
{
    if (table->is_in_row)
        buffer_character(table->out, ',');

    table->is_in_row = true;
    const bool is_quoted = is_text && (is_formula(text, bytes) || memchr(text, '"', bytes) ||
                                          memchr(text, ',', bytes) || memchr(text, '\n', bytes) ||
                                          memchr(text, '\r', bytes));
    if (!is_quoted) {
        buffer_append(table->out, text, bytes);
        return;
    }

    buffer_character(table->out, '"');
    if (is_formula(text, bytes))
        buffer_character(table->out, '\'');
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '"')
            buffer_character(table->out, '"');
        buffer_character(table->out, text[i]);
    }
    buffer_character(table->out, '"');
}

void
tn_table_cstring(struct tn_table *table, const char *value)
{
    append_cell(table, value, strlen(value), true);
}

void
tn_table_text(struct tn_table *table, struct tn_text value)
{
    append_cell(table, value.p, value.n, true);
}

void
tn_table_numeric(struct tn_table *table, struct tn_numeric value)
{
    append_cell(table, value.p, value.n, false);
}

void
tn_table_date(struct tn_table *table, struct tn_date value)
{
    if (table->is_in_row)
        buffer_character(table->out, ',');

    table->is_in_row = true;
    if (value.days == TN_DATE_INFINITY || value.days == TN_DATE_MINUS_INFINITY)
        buffer_text(table->out, value.days > 0 ? "infinity" : "-infinity");
    else
        time_append_date(table->out, time_civil_of_days(value.days));
}

void
tn_table_opt_date(struct tn_table *table, struct tn_opt_date value)
{
    struct tn_date date;

    if (tn_opt_date_get(value, &date))
        tn_table_date(table, date);
    else
        append_cell(table, "", 0, false);
}

void
tn_table_time(struct tn_table *table, struct tn_time value)
{
    if (table->is_in_row)
        buffer_character(table->out, ',');

    table->is_in_row = true;
    time_append_iso(table->out, value.us);
}

void
tn_table_row_end(struct tn_table *table)
{
    buffer_text(table->out, "\r\n");
    table->is_in_row = false;
}
