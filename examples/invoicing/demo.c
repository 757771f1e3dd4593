#include "demo.h"

#include <tenantry/tenantry.h>

#include "demo_companies.h"
#include "queries.h"

#define INVOICES_MAX 500
#define LINES_MAX (4 * INVOICES_MAX)
#define CUSTOMERS_MAX 16
#define DRAFTS 2
#define DAYS_BACK 425

static const char demo_password[] = "demo-password";
static const char founder_name[] = "Maren Tolliday";

/* Columns of one company's rows, as the batch queries take them. Filled and sent once, before the
 * server listens, so one copy serves both companies. */
static struct {
    size_t invoice_count;
    size_t line_count;

    struct tn_uuid customer_id[CUSTOMERS_MAX];
    struct tn_text customer_name[CUSTOMERS_MAX];
    struct tn_text customer_contact[CUSTOMERS_MAX];
    struct tn_text customer_email[CUSTOMERS_MAX];
    struct tn_text customer_address[CUSTOMERS_MAX];

    struct tn_uuid invoice_id[INVOICES_MAX];
    struct tn_uuid invoice_customer[INVOICES_MAX];
    struct tn_text invoice_status[INVOICES_MAX];
    struct tn_date issued_on[INVOICES_MAX];
    struct tn_date due_on[INVOICES_MAX];
    struct tn_date paid_on[INVOICES_MAX];

    struct tn_uuid line_invoice[LINES_MAX];
    int32_t line_position[LINES_MAX];
    struct tn_text line_description[LINES_MAX];
    int64_t line_quantity[LINES_MAX];
    int64_t line_price[LINES_MAX];
} rows;

/* xorshift64: the same numbers on every machine, so that everyone sees the same demo. */
static int64_t
random_below(uint64_t *state, int64_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (int64_t)(*state % (uint64_t)limit);
}

static void
make_customers(const struct demo_company *company)
{
    for (size_t i = 0; i < company->customer_count; i++) {
        rows.customer_id[i] = tn_uuid_random();
        rows.customer_name[i] = tn_text_of(company->customers[i].name);
        rows.customer_contact[i] = tn_text_of(company->customers[i].contact);
        rows.customer_email[i] = tn_text_of(company->customers[i].email);
        rows.customer_address[i] = tn_text_of(company->customers[i].address);
    }
}

static void
make_lines(const struct demo_company *company, struct tn_uuid invoice_id, struct tn_date issued_on,
    uint64_t *random)
{
    /* Some months are busier than others. */
    int32_t busy = 2 + issued_on.days / 30 * 5 % 3;
    int32_t line_count = 1 + (int32_t)random_below(random, busy);

    /* From one point of the list onward, so that no service stands twice on an invoice. */
    size_t first = (size_t)random_below(random, (int64_t)company->service_count);

    for (int32_t position = 1; position <= line_count; position++) {
        const struct demo_service *service =
            &company->services[(first + 3 * (size_t)position) % company->service_count];
        int64_t steps = (service->price_high - service->price_low) / service->price_step;
        size_t line = rows.line_count++;

        rows.line_invoice[line] = invoice_id;
        rows.line_position[line] = position;
        rows.line_description[line] = tn_text_of(service->description);
        rows.line_quantity[line] =
            service->quantity_step * (1 + random_below(random, service->quantity_max));
        rows.line_price[line] =
            service->price_low + service->price_step * random_below(random, steps + 1);
    }
}

/* Most are paid around the day they are due, a few late, some not yet, one in fifty was a mistake;
 * the last ones are still being written. */
static const char *
make_status(struct tn_date issued_on, struct tn_date due_on, struct tn_date today,
    struct tn_date *paid_on, uint64_t *random)
{
    int64_t fate = random_below(random, 100);
    int64_t terms = due_on.days - issued_on.days;
    int64_t wait = fate < 75 ? 2 + random_below(random, terms) : terms + random_below(random, 40);
    *paid_on = (struct tn_date){ .days = issued_on.days + (int32_t)wait };

    if (fate >= 98)
        return "void";

    bool is_forgotten = fate >= 94 && issued_on.days > today.days - 150;
    return paid_on->days < today.days && !is_forgotten ? "paid" : "sent";
}

static void
make_invoices(const struct demo_company *company)
{
    uint64_t random = company->seed;
    struct tn_date today = tn_date_today();
    int32_t first_day = today.days - DAYS_BACK;

    rows.invoice_count = company->invoice_count;
    rows.line_count = 0;

    for (size_t i = 0; i < company->invoice_count; i++) {
        size_t buyer = (size_t)random_below(&random, (int64_t)company->customer_count);
        int32_t issued = first_day + (int32_t)(i * DAYS_BACK / company->invoice_count);

        rows.invoice_id[i] = tn_uuid_random();
        rows.invoice_customer[i] = rows.customer_id[buyer];
        rows.issued_on[i] = (struct tn_date){ .days = issued };
        rows.due_on[i] = (struct tn_date){ .days = issued + company->customers[buyer].terms_days };

        const char *status =
            make_status(rows.issued_on[i], rows.due_on[i], today, &rows.paid_on[i], &random);

        rows.invoice_status[i] = tn_text_of(i + DRAFTS < company->invoice_count ? status : "draft");
        make_lines(company, rows.invoice_id[i], rows.issued_on[i], &random);
    }
}

static bool
insert_customers(struct tn_db db, const struct demo_company *company, struct tn_error *error)
{
    size_t n = company->customer_count;

    return demo_customers(db, arg_ids((struct tn_uuid_array){ n, rows.customer_id }),
        arg_names((struct tn_text_array){ n, rows.customer_name }),
        arg_contacts((struct tn_text_array){ n, rows.customer_contact }),
        arg_emails((struct tn_text_array){ n, rows.customer_email }),
        arg_addresses((struct tn_text_array){ n, rows.customer_address }), error);
}

static bool
insert_invoices(struct tn_db db, struct tn_error *error)
{
    size_t n = rows.invoice_count;

    if (!demo_invoices(db, arg_ids((struct tn_uuid_array){ n, rows.invoice_id }),
            arg_customer_ids((struct tn_uuid_array){ n, rows.invoice_customer }),
            arg_statuses((struct tn_text_array){ n, rows.invoice_status }),
            arg_issued_days((struct tn_date_array){ n, rows.issued_on }),
            arg_due_days((struct tn_date_array){ n, rows.due_on }),
            arg_paid_days((struct tn_date_array){ n, rows.paid_on }), error))
        return false;

    n = rows.line_count;

    return demo_lines(db, arg_invoice_ids((struct tn_uuid_array){ n, rows.line_invoice }),
               arg_positions((struct tn_int32_array){ n, rows.line_position }),
               arg_descriptions((struct tn_text_array){ n, rows.line_description }),
               arg_quantity_hundredths((struct tn_int64_array){ n, rows.line_quantity }),
               arg_price_hundredths((struct tn_int64_array){ n, rows.line_price }), error) &&
           demo_totals(db, error) && demo_counters(db, error);
}

static bool
fill_company(struct tn_demo *demo, const struct demo_company *company, struct tn_demo_user founder,
    struct tn_error *error)
{
    struct tn_db db;
    struct tn_demo_user colleague;

    if (!tn_demo_organization(demo, founder, company->name, company->slug, &db, error))
        return false;

    if (!tn_demo_user(demo, company->colleague_name, company->colleague_email, demo_password,
            &colleague, error) ||
        !tn_demo_member(demo, db, colleague, "member", error))
        return false;

    make_customers(company);
    make_invoices(company);

    return demo_letterhead(db, arg_legal_name(tn_text_of(company->legal_name)),
               arg_address(tn_text_of(company->address)),
               arg_tax_number(tn_text_of(company->tax_number)),
               arg_bank_account(tn_text_of(company->bank_account)), error) &&
           insert_customers(db, company, error) && insert_invoices(db, error) &&
           demo_audit_created(db, arg_actor_id(colleague.id),
               arg_actor_name(tn_text_of(company->colleague_name)), error) &&
           demo_audit_paid(
               db, arg_actor_id(founder.id), arg_actor_name(tn_text_of(founder_name)), error);
}

bool
demo_fill(struct tn_demo *demo, struct tn_error *error)
{
    struct tn_demo_user founder;

    if (!tn_demo_user(demo, founder_name, "maren@tolliday.example", demo_password, &founder, error))
        return false;

    return fill_company(demo, &demo_harbour_finch, founder, error) &&
           fill_company(demo, &demo_acme, founder, error);
}
