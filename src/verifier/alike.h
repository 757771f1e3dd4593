/* Which roles are alike: what one of them is refused, the other is refused too. So that hundreds of
 * roles of a few kinds cost what the few kinds cost. */
#pragma once

#include "verifier/audit.h"

struct alike {
    const struct audit *audit;
    uint64_t *tables; /* by role, and by relation in it */
    uint64_t *roles;
};

/* Work out what each of the application's roles is to each relation. In the audit's arena. */
const struct alike *alike_find(const struct audit *audit);
/* Has a role before this one the same privileges and policies in the relation, and in what these
 * policies read and call? By its number in the scope; those that are out of reach count for
 * nothing.
 */
bool alike_is_done(const struct alike *alike, size_t role, const struct relation *relation);
/* Likewise in every relation, function and schema, and may it become the same roles? */
bool alike_is_twin(const struct alike *alike, size_t role);
