/* Shows the page with its argument as every value: what run.py attacks. */
#include <stdio.h>
#include <string.h>

#include "pages.h"
#include "server/page.h"

static const char *
form_context(struct tn_request *request, const char *form)
{
    (void)request;
    return form;
}

const char *
tn_request_printf(struct tn_request *request, const char *format, ...)
{
    (void)request;
    return format;
}

int
main(int argc, char **argv)
{
    if (argc != 2)
        return 2;

    struct arena *arena = arena_new(65536);
    struct buffer out;
    buffer_init(&out, arena, 0);
    struct tn_page page = { .out = &out, .base = "/o/acme", .form_context = form_context };
    const struct tn_text text = { .p = argv[1], .n = strlen(argv[1]) };
    struct name rows[] = { { text }, { { .p = "chosen", .n = strlen("chosen") } } };
    page_places(&page,
        &(struct page_places){
            .value = argv[1], .text = text, .names = { .rows = rows, .count = TN_COUNT(rows) } });
    const size_t written = fwrite(out.data, 1, out.length, stdout);
    const int result = written == out.length ? 0 : 1;
    arena_free(arena);
    return result;
}
