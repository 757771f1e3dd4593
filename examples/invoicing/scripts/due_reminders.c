/* Reminds customers of invoices that are late: after three days, two weeks and a month, each once.
 * Looks across organizations for what is due, and notes and sends each reminder through the
 * organization's own handle. */
#include <stdio.h>
#include <string.h>

#include <tenantry/raw.h>
#include <tenantry/tenantry.h>

#include "raw.h"
#include "write_down.h"

#define PAGE_ROWS 200

static const char usage[] =
    "usage: due_reminders [--dry-run]\n"
    "\n"
    "Sends a reminder of each invoice that is three days, two weeks or a month late, each of "
    "these\n"
    "once, however often it runs.\n"
    "\n"
    "  --dry-run   only say what would be sent\n"
    "  --help      this text\n"
    "\n"
    "environment:\n"
    "  TENANTRY_RAW_DATABASE      URL of the tenant plane, as the role that reads all "
    "organizations\n"
    "  TENANTRY_TENANT_DATABASE   the same, as the application's role, which writes\n"
    "  TENANTRY_MAIL              where mail goes: outbox:FILE, smtp://HOST:PORT\n"
    "  TENANTRY_MAIL_FROM         the address that it comes from; needed for a server\n"
    "\n"
    "exit status: 0 done, 1 failed, 2 could not begin\n";

struct sending {
    struct raw_db raw;
    const struct reminders_due_row *row;
    bool was_sent;
};

static const char *
text_of(const struct sending *sending)
{
    static const char *const openings[] = {
        "This is a friendly reminder: the invoice below was due and has not reached us yet.",
        "The invoice below is two weeks late. Please pay it now.",
        "The invoice below is a month late. This is our last reminder.",
    };
    const struct reminders_due_row *row = sending->row;
    size_t bytes = 1024 + row->customer_contact.n + row->sender.n + row->bank_account.n;
    char *text = raw_alloc(sending->raw, bytes);

    snprintf(text, bytes,
        "Dear %s,\n\n%s\n\nInvoice  %s\nAmount   EUR %s\nLate     %d days\nPay to   %s\n\n%s\n",
        row->customer_contact.p, openings[row->level - 1], row->number.p, row->total.p,
        (int)row->days_late, row->bank_account.p, row->sender.p);
    return text;
}

/* Noted first, sent before the note is committed: what could not be sent is not noted, and comes
 * again with the next run. */
static bool
note_and_send(struct tn_db db, void *argument, struct tn_error *error)
{
    struct sending *sending = argument;
    const struct reminders_due_row *row = sending->row;
    bool is_new;

    if (!reminder_write_down(db, row->invoice_id, row->level, &is_new, error))
        return false;

    if (!is_new)
        return true;

    char subject[160];

    snprintf(subject, sizeof(subject), "Reminder of invoice %s", row->number.p);
    sending->was_sent = true;
    return raw_mail(sending->raw,
        &(struct raw_mail){
            .kind = "reminder",
            .organization_id = row->organization_id.p,
            .to = row->customer_email.p,
            .subject = subject,
            .text = text_of(sending),
        },
        error);
}

static bool
remind(struct sending *sending, struct tn_error *error)
{
    struct tn_db db;

    if (!raw_enter(sending->raw, sending->row->organization_id.p, &db, error))
        return false;

    bool done = tn_transaction(db, note_and_send, sending, error);

    raw_leave(sending->raw, db);
    return done;
}

static bool
run(struct raw_db raw, int argument_count, char **arguments, struct tn_error *error)
{
    const char *after_organization = "";
    struct tn_uuid after_id = { { 0 } };
    bool is_dry = argument_count == 1 && strcmp(arguments[0], "--dry-run") == 0;
    size_t sent_count = 0;

    if (argument_count > 0 && !is_dry)
        return tn_error_set(
            error, TN_CONFIGURATION, "unknown argument %.80s; see --help", arguments[0]);

    for (;;) {
        struct reminders_due_rows due;

        if (!reminders_due(raw, arg_today(tn_date_today()),
                arg_after_organization(tn_text_of(after_organization)), arg_after_id(after_id),
                arg_row_limit(PAGE_ROWS), &due, error))
            return false;

        for (size_t i = 0; i < due.count; i++) {
            struct sending sending = { .raw = raw, .row = &due.rows[i], .was_sent = is_dry };

            if (!is_dry && !remind(&sending, error))
                return false;

            if (sending.was_sent) {
                printf("%-34s  %-12s  reminder %d  %s\n", due.rows[i].sender.p,
                    due.rows[i].number.p, (int)due.rows[i].level, due.rows[i].customer_email.p);
                sent_count++;
            }
        }

        if (due.count < PAGE_ROWS)
            break;

        after_organization = due.rows[due.count - 1].organization_id.p;
        after_id = due.rows[due.count - 1].invoice_id;
    }

    printf("%zu reminders %s\n", sent_count, is_dry ? "are due" : "were sent");
    return true;
}

int
main(int argc, char **argv)
{
    return raw_main(argc, argv,
        &(struct raw_program){
            .name = "due_reminders",
            .purpose = "reminders of late invoices, of every organization",
            .usage = usage,
            .run = run,
        });
}
