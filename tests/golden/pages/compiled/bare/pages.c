/* Made by `tenantry pages` from a folder of HTML files; not to be edited. */
#include "pages.h"

void
page_about(struct tn_page *page, const struct page_about *view)
{
    tn_page_markup(page,
        "<p>Made with\n"
        "care.</p>\n", 23);
    (void)view;
}

void
page_strange(struct tn_page *page, const struct page_strange *view)
{
    tn_page_markup(page,
        "<!doctype html>\n"
        "<p title='single \"quotes\"' data-x=\"&amp; &lt;b>\" HIDDEN>What?\?! \\ \"Zoë\" <br><IMG src=\"/a.png\" alt=\"\"></p>\n"
        "<pre>\n"
        "  kept\n"
        "\011as it is</pre>\n"
        "<textarea name=\"note\">\n", 175);
    TN_PAGE_VALUE(page, "a literal"); /* strange.html:7 */
    tn_page_markup(page, " &lt; ", 6);
    TN_PAGE_VALUE(page, -12); /* strange.html:7 */
    tn_page_markup(page,
        "</textarea>\n"
        "<script>if (a < b && c) { d(\"</p>\"); }</script>\n"
        "<svg viewBox=\"0 0 10 10\"><rect width=\"", 98);
    TN_PAGE_VALUE(page, 3); /* strange.html:9 */
    tn_page_markup(page,
        "\"/><title>x</title></svg>\n"
        "<a href=\"?page=2\">2</a> <a href=\"mailto:", 66);
    TN_PAGE_QUERY_VALUE(page, "a@b"); /* strange.html:10 */
    tn_page_markup(page, "?subject=", 9);
    TN_PAGE_QUERY_VALUE(page, "x"); /* strange.html:10 */
    tn_page_markup(page, "\">m</a> <a href=\"https://example.com/", 37);
    TN_PAGE_PATH_VALUE(page, "x"); /* strange.html:10 */
    tn_page_markup(page, "\">e</a>\n", 8);
    (void)view;
}

