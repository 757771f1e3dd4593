/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */
#include "pages.h"

static void layout_frame_begin(struct tn_page *page, const char *title, const struct member *member);
static void layout_frame_end(struct tn_page *page, const char *title, const struct member *member);
static void part_row(struct tn_page *page, const struct invoice *invoice, const char *search);

static __attribute__((unused)) void
layout_frame_begin(struct tn_page *page, const char *title, const struct member *member)
{
    tn_page_markup(page,
        "<!doctype html>\n"
        "<html lang=\"en\">\n"
        "<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<title>", 70);
    TN_PAGE_VALUE(page, title); /* frame.html:8 */
    tn_page_markup(page,
        "</title>\n"
        "<link rel=\"stylesheet\" href=\"", 38);
    tn_page_asset(page, "site.css");
    tn_page_markup(page,
        "\">\n"
        "<script src=\"", 16);
    tn_page_asset(page, "site.js");
    tn_page_markup(page,
        "\" defer></script>\n"
        "</head>\n"
        "<body>\n"
        "<header>\n"
        "<a href=\"", 51);
    tn_page_base(page);
    tn_page_markup(page, "/\">Start</a>\n", 13);
    if (TN_PAGE_COMPARED(member) != NULL) { /* frame.html:15 */
        tn_page_markup(page, "<span>", 6);
        TN_PAGE_VALUE(page, member->name); /* frame.html:16 */
        tn_page_markup(page,
            "</span>\n"
            "<form method=\"post\" action=\"/sign-out\">", 47);
        tn_page_form_context(page, "^/sign-out");
        tn_page_markup(page, "<button>Sign out</button></form>\n", 33);
    }
    tn_page_markup(page,
        "\n"
        "</header>\n"
        "<main>", 17);
}

static __attribute__((unused)) void
layout_frame_end(struct tn_page *page, const char *title, const struct member *member)
{
    tn_page_markup(page,
        "</main>\n"
        "</body>\n"
        "</html>\n", 24);
    (void)title;
    (void)member;
}

void
page_invoices(struct tn_page *page, const struct page_invoices *view)
{
    layout_frame_begin(page, "Invoices", view->member); /* invoices.html:4 */
    tn_page_markup(page, "<h1 class=\"title ", 17);
    if (TN_PAGE_IS(view->search)) { /* invoices.html:6 */
        tn_page_markup(page, "narrow", 6);
    }
    tn_page_markup(page,
        "\">Invoices</h1>\n"
        "<form method=\"get\" action=\"", 43);
    tn_page_base(page);
    tn_page_markup(page,
        "/invoices\">\n"
        "<input name=\"search\" value=\"", 40);
    TN_PAGE_VALUE(page, view->search); /* invoices.html:8 */
    tn_page_markup(page, "\"", 1);
    if (!TN_PAGE_IS(view->search)) { /* invoices.html:8 */
        tn_page_markup(page, " autofocus", 10);
    }
    tn_page_markup(page,
        ">\n"
        "<select name=\"status\">\n"
        "<option value=\"open\"", 45);
    if (TN_PAGE_COMPARED(view->status) == INVOICE_OPEN) { /* invoices.html:10 */
        tn_page_markup(page, " selected", 9);
    }
    tn_page_markup(page,
        ">Open</option>\n"
        "<option value=\"paid\"", 35);
    if (TN_PAGE_COMPARED(view->status) == INVOICE_PAID) { /* invoices.html:11 */
        tn_page_markup(page, " selected", 9);
    }
    tn_page_markup(page,
        ">Paid</option>\n"
        "</select>\n"
        "</form>\n"
        "<table>\n", 41);
    const __auto_type rows_1 = view->invoices; /* invoices.html:16 */
    for (size_t row_1 = 0; row_1 < rows_1.count; row_1++) { /* invoices.html:16 */
        const __auto_type invoice = &rows_1.rows[row_1];
        part_row(page, invoice, view->search); /* invoices.html:17 */
        tn_page_markup(page, "\n", 1);
    }
    if (rows_1.count == 0) {
        tn_page_markup(page,
            "\n"
            "<tr><td>None", 13);
        if (TN_PAGE_IS(view->search) || (TN_PAGE_COMPARED(view->status) != INVOICE_OPEN && TN_PAGE_COMPARED(view->invoices.count) == 0)) { /* invoices.html:19 */
            tn_page_markup(page, " of these", 9);
        }
        tn_page_markup(page, ".</td></tr>\n", 12);
    }
    tn_page_markup(page,
        "\n"
        "</table>\n", 10);
    layout_frame_end(page, "Invoices", view->member);
}

static __attribute__((unused)) void
part_row(struct tn_page *page, const struct invoice *invoice, const char *search)
{
    tn_page_markup(page, "<tr id=\"invoice-", 16);
    TN_PAGE_VALUE(page, invoice->number); /* row.html:3 */
    tn_page_markup(page,
        "\">\n"
        "<td><a href=\"", 16);
    tn_page_base(page);
    tn_page_markup(page, "/invoices/", 10);
    TN_PAGE_PATH_VALUE(page, invoice->id); /* row.html:4 */
    tn_page_markup(page, "?search=", 8);
    TN_PAGE_QUERY_VALUE(page, search); /* row.html:4 */
    tn_page_markup(page, "&amp;from=list#top\">", 20);
    TN_PAGE_VALUE(page, invoice->number); /* row.html:4 */
    tn_page_markup(page,
        "</a></td>\n"
        "<td>", 14);
    TN_PAGE_VALUE(page, money(tn_page_request(page), invoice->total)); /* row.html:5 */
    tn_page_markup(page,
        "</td>\n"
        "<td>\n", 11);
    if (TN_PAGE_IS(invoice->paid_on)) { /* row.html:7 */
        TN_PAGE_VALUE(page, invoice->paid_on); /* row.html:8 */
        tn_page_markup(page, "\n", 1);
    } else if (TN_PAGE_EQUALS(invoice->number, "draft")) { /* row.html:9 */
        tn_page_markup(page,
            "\n"
            "draft\n", 7);
    } else {
        tn_page_markup(page,
            "\n"
            "<form method=\"post\" action=\"", 29);
        tn_page_base(page);
        tn_page_markup(page, "/invoices/", 10);
        TN_PAGE_PATH_VALUE(page, invoice->id); /* row.html:12 */
        tn_page_markup(page, "/paid?again=1\">", 15);
        tn_page_form_context(page, "/invoices/_/paid");
        tn_page_markup(page, "<button>Mark paid</button></form>\n", 34);
    }
    tn_page_markup(page,
        "\n"
        "</td>\n"
        "<td>", 11);
    const __auto_type rows_1 = invoice->tags; /* row.html:15 */
    const size_t count_1 = invoice->tag_count; /* row.html:15 */
    for (size_t row_1 = 0; row_1 < count_1; row_1++) { /* row.html:15 */
        const __auto_type tag = &rows_1[row_1];
        tn_page_markup(page, "<b>", 3);
        TN_PAGE_VALUE(page, tag->label); /* row.html:15 */
        tn_page_markup(page, "</b>", 4);
    }
    const __auto_type rows_2 = invoice->tags; /* row.html:15 */
    const size_t count_2 = invoice->tag_count; /* row.html:15 */
    for (size_t row_2 = 0; row_2 < count_2; row_2++) { /* row.html:15 */
        const __auto_type tag = &rows_2[row_2];
        tn_page_markup(page, ".", 1);
        (void)tag;
    }
    tn_page_markup(page,
        "</td>\n"
        "</tr>\n", 12);
}

