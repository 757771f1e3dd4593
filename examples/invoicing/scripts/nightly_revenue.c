/* What each organization invoiced and was paid in a month, and what it is still owed. Looks across
 * organizations, so it is a script of its own with its own database role, and the server can
 * neither call nor link it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tenantry/raw.h>
#include <tenantry/tenantry.h>

#include "raw.h"

struct month {
    char name[16]; /* "2026-11" */
    struct tn_date first_day;
    struct tn_date end_day; /* the first one after it */
};

static const char usage[] =
    "usage: nightly_revenue [--month YYYY-MM] [--json]\n"
    "\n"
    "For each organization: what it invoiced and was paid in a month (this one, by default), and\n"
    "what is open and overdue today.\n"
    "\n"
    "  --month YYYY-MM   the month to add up\n"
    "  --json            one JSON object instead of a table\n"
    "  --help            this text\n"
    "\n"
    "environment:\n"
    "  TENANTRY_RAW_DATABASE   URL of the tenant plane, as the role that reads all organizations\n"
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

static bool
run(struct raw_db raw, int argument_count, char **arguments, struct tn_error *error)
{
    struct month month;
    struct revenue_by_organization_rows rows;
    bool wants_json = false;

    if (!month_current(&month, error))
        return false;

    for (int i = 0; i < argument_count; i++) {
        if (strcmp(arguments[i], "--json") == 0)
            wants_json = true;
        else if (strcmp(arguments[i], "--month") != 0)
            return tn_error_set(
                error, TN_CONFIGURATION, "unknown argument %.80s; see --help", arguments[i]);
        else if (++i == argument_count)
            return tn_error_set(error, TN_CONFIGURATION, "--month wants YYYY-MM after it");
        else if (!month_parse(arguments[i], &month, error))
            return false;
    }

    if (!revenue_by_organization(raw, arg_day(month.first_day), arg_end_day(month.end_day),
            arg_today(tn_date_today()), &rows, error))
        return false;

    if (wants_json)
        print_json(&month, &rows);
    else
        print_table(&month, &rows);

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
