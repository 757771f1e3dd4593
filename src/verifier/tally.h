/* Names and how often they were named. */
#pragma once

#include <stddef.h>

#include "verifier/audit.h"

struct tally {
    const char *names[AUDIT_LIST_MAX];
    size_t votes[AUDIT_LIST_MAX];
    size_t count;
};

void tally_vote(struct tally *tally, const char *name, size_t votes);
/* The one with most votes, the first of equals; NULL: none was named. */
const char *tally_winner(const struct tally *tally);
