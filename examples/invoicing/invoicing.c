/* The invoicing application: its addresses, who may come there, and what stands around them. */
#include <tenantry/tenantry.h>

#include "assets.h"
#include "audit.h"
#include "change.h"
#include "customers.h"
#include "dashboard.h"
#include "demo.h"
#include "invitation_links.h"
#include "invoice.h"
#include "invoice_edit.h"
#include "invoices.h"
#include "isolation.h"
#include "manifest.h"
#include "migrations.h"
#include "people.h"
#include "role_editor.h"
#include "settings.h"
#include "site.h"

/* Pages are kept until something that they show is written, or, since they show what is overdue,
 * the day ends. */
#define KEPT_FOR_THE_DAY .cache = TN_PER_MEMBER, .cache_by_day = true

static const struct tn_route routes[] = {
    TN_PAGE("/", dashboard_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE("/invoices", invoices_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE("/invoices.csv", invoices_csv, .permission = "invoice:read"),
    TN_PAGE("/invoices/new", invoice_new_page, .permission = "invoice:create"),
    TN_FORM("/invoices", invoice_create, .permission = "invoice:create"),
    TN_FORM("/invoices/paid", invoices_mark_paid, .permission = "invoice:update"),
    TN_PAGE("/invoices/:id", invoice_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE(
        "/invoices/:id/edit", invoice_edit_page, .permission = "invoice:create", KEPT_FOR_THE_DAY),
    TN_FORM("/invoices/:id", invoice_save, .permission = "invoice:create"),
    TN_FORM("/invoices/:id/send", invoice_send, .permission = "invoice:create"),
    TN_FORM("/invoices/:id/discard", invoice_discard, .permission = "invoice:create"),
    TN_FORM("/invoices/:id/duplicate", invoice_duplicate, .permission = "invoice:create"),
    TN_FORM("/invoices/:id/paid", invoice_pay, .permission = "invoice:update"),
    TN_FORM("/invoices/:id/void", invoice_make_void, .permission = "invoice:update"),
    TN_FORM("/changes/:id/undo", change_take_back, .permission = "invoice:update"),
    TN_PAGE("/customers", customers_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE("/customers/new", customer_new_page, .permission = "customer:update",
        .cache = TN_PER_MEMBER),
    TN_FORM("/customers", customer_create, .permission = "customer:update"),
    TN_PAGE("/customers/:id", customer_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_FORM("/customers/:id", customer_save, .permission = "customer:update"),
    TN_PAGE("/settings", settings_page, .permission = "settings:update", .cache = TN_PER_MEMBER),
    TN_FORM("/settings", settings_save, .permission = "settings:update"),
    /* Who may do what of these, tenantry's own rules decide, and roles that were made count there.
     */
    TN_PAGE("/people", people_page, .permission = "people:read"),
    TN_FORM("/people/invitations", people_invite, .permission = "people:read"),
    TN_FORM("/people/invitations/:id/resend", people_resend, .permission = "people:read"),
    TN_FORM("/people/invitations/:id/cancel", people_cancel, .permission = "people:read"),
    TN_FORM("/people/links", link_make, .permission = "people:read"),
    TN_FORM("/people/links/:id/revoke", link_revoke, .permission = "people:read"),
    TN_FORM("/people/leave", people_leave, .permission = "people:read"),
    TN_FORM("/people/:id/role", people_set_role, .permission = "people:read"),
    TN_FORM("/people/:id/remove", people_remove, .permission = "people:read"),
    TN_FORM("/people/:id/owner", people_hand_over, .permission = "people:read"),
    TN_PAGE("/roles", roles_page, .permission = "people:read"),
    TN_FORM("/roles", role_make, .permission = "people:read"),
    TN_FORM("/roles/delete", role_delete, .permission = "people:read"),
    TN_PAGE("/audit", audit_page, .permission = "audit:read", .cache = TN_PER_MEMBER),
    TN_PAGE("/audit.csv", audit_csv, .permission = "audit:read"),
    TN_PAGE("/audit/organization", organization_log_page, .permission = "audit:read"),
    TN_PAGE("/isolation", isolation_page, .permission = "isolation:read"),
};

#define WRITES "invoice:read invoice:create customer:update people:read"

static const struct tn_role roles[] = {
    { "owner", WRITES " invoice:update settings:update audit:read isolation:read" },
    { "admin", WRITES " invoice:update settings:update audit:read isolation:read" },
    { "member", WRITES },
};

static const struct tn_asset assets[] = {
    { "app.css", "text/css; charset=utf-8", asset_app_css, asset_app_css_bytes },
    { "app.js", "text/javascript; charset=utf-8", asset_app_js, asset_app_js_bytes },
};

int
main(int argc, char **argv)
{
    return tn_main(argc, argv,
        &(struct tn_application){
            .name = "invoicing",
            .routes = routes,
            .route_count = TN_COUNT(routes),
            .roles = roles,
            .role_count = TN_COUNT(roles),
            .assets = assets,
            .asset_count = TN_COUNT(assets),
            .migrations = migrations,
            .migration_count = TN_COUNT(migrations),
            .manifest = &manifest,
            .pages = &site_pages,
            .demo = demo_fill,
            .demo_sign_in = "maren@tolliday.example, password demo-password",
            .demo_script = "build/examples/invoicing/nightly_revenue",
        });
}
