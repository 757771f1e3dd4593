/* The invoicing application: its addresses, who may come there, and what stands around them. */
#include <tenantry/tenantry.h>

#include "assets.h"
#include "audit.h"
#include "dashboard.h"
#include "demo.h"
#include "invoices.h"
#include "manifest.h"
#include "migrations.h"
#include "site.h"

/* Pages are kept until something that they show is written, or, since they show what is overdue, the
 * day ends. */
#define KEPT_FOR_THE_DAY .cache = TN_PER_MEMBER, .cache_by_day = true

static const struct tn_route routes[] = {
    TN_PAGE("/", dashboard_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE("/invoices", invoices_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_PAGE("/invoices/new", invoice_new_page, .permission = "invoice:create", KEPT_FOR_THE_DAY),
    TN_PAGE("/invoices/:id", invoice_page, .permission = "invoice:read", KEPT_FOR_THE_DAY),
    TN_FORM("/invoices", invoice_create, .permission = "invoice:create"),
    TN_FORM("/invoices/:id/paid", invoice_pay, .permission = "invoice:update"),
    TN_PAGE("/audit", audit_page, .permission = "audit:read", .cache = TN_PER_MEMBER),
};

static const struct tn_role roles[] = {
    { "owner", "invoice:read invoice:create invoice:update audit:read" },
    { "admin", "invoice:read invoice:create invoice:update audit:read" },
    { "member", "invoice:read invoice:create" },
};

static const struct tn_asset assets[] = {
    { "base.css", "text/css; charset=utf-8", asset_base_css, asset_base_css_bytes },
    { "parts.css", "text/css; charset=utf-8", asset_parts_css, asset_parts_css_bytes },
    { "pages.css", "text/css; charset=utf-8", asset_pages_css, asset_pages_css_bytes },
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
