/* What each organization invoiced and was paid in a month, and what it is still owed: added up
 * across all of them, and written down in each one's own table. Looks across organizations, so it
 * is a script of its own with its own database role, and the server can neither call nor link it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tenantry/raw.h>
#include <tenantry/tenantry.h>

#include "raw.h"
#include "write_down.h"

struct month {
    char name[16]; /* "2026-11" */
    struct tn_date first_day;
    struct tn_date end_day; /* the first one after it */
};

static const char usage[] =
    "usage: nightly_revenue [--month YYYY-MM] [--again] [--json]\n"
    "\n"
    "For each organization: what it invoiced and was paid in a month (this one, by default), and\n"
    "what is open and overdue today. Writes it down in the organization's table revenue_month, "
    "and\n"
    "prints a report. An organization that was written down today is left as it is: a run that "
    "was\n"
    "stopped goes on where it was, and a second one changes nothing.\n"
    "\n"
    "  --month YYYY-MM   the month to add up\n"
    "  --again           write those of today once more\n"
    "  --json            one JSON object instead of a table\n"
    "  --help            this text\n"
    "\n"
    "environment:\n"
    "  TENANTRY_RAW_DATABASE      URL of the tenant plane, as the role that reads all "
    "organizations\n"
    "  TENANTRY_TENANT_DATABASE   the same, as the application's role, which writes; without it "
    "there\n"
    "                             is only the report\n"
    "\n"
    "exit status: 0 done, 1 failed, 2 could not begin\n";

static bool
month_parse(const char *text, struct month *ret_month, struct tn_error *error)
{
    struct month month;
    char day[32];
    int year = 0;
    int number = 0;

    snprintf(day, sizeof(day), "%.16s-01", text);

    if (strlen(text) != 7 || !tn_date_parse(day, &month.first_day))
        return tn_error_set(error, TN_CONFIGURATION, "--month wants YYYY-MM, not \"%.40s\"", text);

    sscanf(text, "%d-%d", &year, &number);
    snprintf(day, sizeof(day), "%04d-%02d-01", number == 12 ? year + 1 : year, number % 12 + 1);

    if (!tn_date_parse(day, &month.end_day))
        return tn_error_set(error, TN_CONFIGURATION, "--month %s has no month after it", text);

    snprintf(month.name, sizeof(month.name), "%s", text);
    *ret_month = month;
    return true;
}

static bool
month_current(struct month *ret_month, struct tn_error *error)
{
    time_t now = time(NULL);
    struct tm utc;
    char text[16];

    gmtime_r(&now, &utc);
    strftime(text, sizeof(text), "%Y-%m", &utc);
    return month_parse(text, ret_month, error);
}

/* Exact: an amount is a count of hundredths, and never negative in these sums. */
static const char *
money(struct tn_decimal amount, char text[32])
{
    snprintf(
        text, 32, "%lld.%02lld", (long long)(amount.coef / 100), (long long)(amount.coef % 100));
    return text;
}

/* Characters, not bytes, so that a column of names stays straight. */
static int
text_width(struct tn_text text)
{
    int width = 0;

    for (size_t i = 0; i < text.n; i++)
        width += ((unsigned char)text.p[i] & 0xc0) != 0x80;

    return width;
}

static void
print_row(const char *name, int name_width, const char *count, const char *invoiced,
    const char *paid, const char *open, const char *overdue)
{
    printf("%s%*s  %8s  %14s  %14s  %14s  %14s\n", name, 36 - name_width > 0 ? 36 - name_width : 0,
        "", count, invoiced, paid, open, overdue);
}

static void
print_table(const struct month *month, const struct revenue_by_organization_rows *rows)
{
    struct tn_decimal invoiced = { 0 };
    struct tn_decimal paid = { 0 };
    struct tn_decimal open = { 0 };
    struct tn_decimal overdue = { 0 };
    char count_text[24];
    char amounts[4][32];
    int64_t count = 0;

    printf("Revenue in %s, open and overdue as of today\n\n", month->name);
    print_row("organization", 12, "invoices", "invoiced", "paid", "open", "overdue");

    for (size_t i = 0; i < rows->count; i++) {
        const struct revenue_by_organization_row *row = &rows->rows[i];

        snprintf(count_text, sizeof(count_text), "%lld", (long long)row->invoiced_count);
        print_row(row->name.p, text_width(row->name), count_text, money(row->invoiced, amounts[0]),
            money(row->paid, amounts[1]), money(row->open, amounts[2]),
            money(row->overdue, amounts[3]));

        count += row->invoiced_count;
        invoiced.coef += row->invoiced.coef;
        paid.coef += row->paid.coef;
        open.coef += row->open.coef;
        overdue.coef += row->overdue.coef;
    }

    snprintf(count_text, sizeof(count_text), "%lld", (long long)count);
    print_row("all", 3, count_text, money(invoiced, amounts[0]), money(paid, amounts[1]),
        money(open, amounts[2]), money(overdue, amounts[3]));
}

static void
print_json_text(struct tn_text text)
{
    putchar('"');

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }

    putchar('"');
}

/* Amounts are strings: a JSON number would be read as binary floating point. */
static void
print_json(const struct month *month, const struct revenue_by_organization_rows *rows)
{
    char amount[32];

    printf("{\"month\":\"%s\",\"organizations\":[", month->name);

    for (size_t i = 0; i < rows->count; i++) {
        const struct revenue_by_organization_row *row = &rows->rows[i];

        printf("%s{\"organizationId\":", i > 0 ? "," : "");
        print_json_text(row->organization_id);
        printf(",\"name\":");
        print_json_text(row->name);
        printf(",\"invoices\":%lld", (long long)row->invoiced_count);
        printf(",\"invoiced\":\"%s\"", money(row->invoiced, amount));
        printf(",\"paid\":\"%s\"", money(row->paid, amount));
        printf(",\"open\":\"%s\"", money(row->open, amount));
        printf(",\"overdue\":\"%s\"}", money(row->overdue, amount));
    }

    printf("]}\n");
}

/* --- adding up -----------------------------------------------------------------------------------
 */

#define PAGE_ROWS 500

struct report {
    struct month month;
    struct revenue_by_organization_row *rows;
    size_t count;
    size_t written_count;
    int64_t expected;
    bool wants_json;
    bool wants_again;
    bool may_write;
};

/* Write one organization's month down, as its own program would: through its handle, so that both
 * layers hold and pages that show it are rendered anew. */
static bool
save(struct raw_db raw, const struct report *report, const struct revenue_by_organization_row *row,
    struct tn_error *error)
{
    struct tn_db db;

    if (!raw_enter(raw, row->organization_id.p, &db, error))
        return false;

    struct revenue_sums sums = {
        .first_day = report->month.first_day,
        .invoice_count = row->invoiced_count,
        .invoiced = row->invoiced,
        .paid = row->paid,
        .open = row->open,
        .overdue = row->overdue,
    };
    bool done = revenue_write_down(db, &sums, error);

    raw_leave(raw, db);
    return done;
}

/* On a terminal a line that moves; in a log one for each page. */
static void
tell_progress(const struct report *report)
{
    bool is_terminal = isatty(STDERR_FILENO);

    fprintf(stderr, "%s%zu of %lld organizations, %zu written%s", is_terminal ? "\r" : "",
        report->count, (long long)report->expected, report->written_count, is_terminal ? "" : "\n");

    if (is_terminal && (int64_t)report->count >= report->expected)
        fputc('\n', stderr);
}

static bool
add_up(struct raw_db raw, struct report *report, struct tn_error *error)
{
    const char *after = "";

    for (;;) {
        struct revenue_by_organization_rows page;

        if (!revenue_by_organization(raw, arg_today(tn_date_today()),
                arg_day(report->month.first_day), arg_end_day(report->month.end_day),
                arg_after_organization(tn_text_of(after)), arg_row_limit(PAGE_ROWS), &page, error))
            return false;

        if (page.count == 0)
            return true;

        size_t room = report->count + page.count;
        struct revenue_by_organization_row *rows = raw_alloc(raw, room * sizeof(*rows));

        if (report->count > 0)
            memcpy(rows, report->rows, report->count * sizeof(*rows));
        report->rows = rows;

        for (size_t i = 0; i < page.count; i++) {
            const struct revenue_by_organization_row *row = &page.rows[i];

            /* Written down today already: by a run that was stopped, or by one before it. */
            if (report->may_write && (report->wants_again || !row->is_done)) {
                if (!save(raw, report, row, error))
                    return false;

                report->written_count++;
            }
            rows[report->count++] = *row;
        }

        after = page.rows[page.count - 1].organization_id.p;
        tell_progress(report);
    }
}

static bool
read_arguments(struct report *report, int argument_count, char **arguments, struct tn_error *error)
{
    if (!month_current(&report->month, error))
        return false;

    for (int i = 0; i < argument_count; i++) {
        if (strcmp(arguments[i], "--json") == 0)
            report->wants_json = true;
        else if (strcmp(arguments[i], "--again") == 0)
            report->wants_again = true;
        else if (strcmp(arguments[i], "--month") != 0)
            return tn_error_set(
                error, TN_CONFIGURATION, "unknown argument %.80s; see --help", arguments[i]);
        else if (++i == argument_count)
            return tn_error_set(error, TN_CONFIGURATION, "--month wants YYYY-MM after it");
        else if (!month_parse(arguments[i], &report->month, error))
            return false;
    }

    return true;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(((const struct revenue_by_organization_row *)a)->name.p,
        ((const struct revenue_by_organization_row *)b)->name.p);
}

static bool
run(struct raw_db raw, int argument_count, char **arguments, struct tn_error *error)
{
    struct report report = { 0 };
    struct organization_count_row all;

    if (!read_arguments(&report, argument_count, arguments, error) ||
        !organization_count(raw, &all, error))
        return false;

    report.expected = all.organizations;
    report.may_write = getenv("TENANTRY_TENANT_DATABASE") != NULL;

    if (!report.may_write)
        fputs(
            "TENANTRY_TENANT_DATABASE is not set: a report, and nothing is written down\n", stderr);

    if (!add_up(raw, &report, error))
        return false;

    qsort(report.rows, report.count, sizeof(*report.rows), compare_names);

    struct revenue_by_organization_rows rows = { .rows = report.rows, .count = report.count };

    if (report.wants_json)
        print_json(&report.month, &rows);
    else
        print_table(&report.month, &rows);

    if (fflush(stdout) != 0)
        return tn_error_set(error, TN_INTERNAL, "standard output could not be written");

    return true;
}

int
main(int argc, char **argv)
{
    return raw_main(argc, argv,
        &(struct raw_program){
            .name = "nightly_revenue",
            .purpose = "monthly revenue of every organization, for the finance report",
            .usage = usage,
            .run = run,
        });
}
