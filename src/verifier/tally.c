#include "verifier/tally.h"

#include <string.h>

void
tally_vote(struct tally *tally, const char *name, size_t votes)
{
    for (size_t i = 0; i < tally->count; i++) {
        if (strcmp(tally->names[i], name) == 0) {
            tally->votes[i] += votes;
            return;
        }
    }
    if (tally->count == AUDIT_LIST_MAX)
        return;
    tally->names[tally->count] = name;
    tally->votes[tally->count++] = votes;
}

const char *
tally_winner(const struct tally *tally)
{
    size_t best = 0;
    for (size_t i = 1; i < tally->count; i++)
        if (tally->votes[i] > tally->votes[best])
            best = i;
    return tally->count ? tally->names[best] : NULL;
}
