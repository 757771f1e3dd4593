#include "amount.h"

#include <string.h>

/* "-", then 19 digits, six commas, the point */
#define TEXT_BYTES_MAX 32

/* Written from its end to its beginning. */
static const char *
grouped(struct tn_request *request, int64_t amount, bool has_cents)
{
    char text[TEXT_BYTES_MAX];
    char *start = text + sizeof text - 1;
    uint64_t left = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;

    *start = '\0';
    if (has_cents) {
        for (int i = 0; i < 2; i++, left /= 10)
            *--start = (char)('0' + left % 10);
        *--start = '.';
    }

    for (int digits = 0; digits == 0 || left > 0; digits++, left /= 10) {
        if (digits > 0 && digits % 3 == 0)
            *--start = ',';
        *--start = (char)('0' + left % 10);
    }

    if (amount < 0)
        *--start = '-';

    size_t bytes = strlen(start) + 1;
    return memcpy(tn_request_alloc(request, bytes), start, bytes);
}

const char *
amount_text(struct tn_request *request, struct tn_decimal amount)
{
    return grouped(request, amount.coef, true);
}

const char *
amount_whole_text(struct tn_request *request, struct tn_decimal amount)
{
    return grouped(request, (amount.coef + (amount.coef < 0 ? -50 : 50)) / 100, false);
}
