/* What is looked at table by table: shared by rules_relations.c and rules_keys.c. */
#pragma once

#include "verifier/rules.h"

/* One table as one role sees it. */
struct view_of {
    struct audit *audit;
    const struct relation *relation;
    const struct role *role;
    unsigned may;
};

void view_report(const struct view_of *view, enum audit_kind kind, const char *other,
    const char *more, const char *statement);
/* "set role …; " */
const char *view_set_role(const struct view_of *view);

/* Unique and exclusion constraints, and foreign keys, that leave the tenant out. */
void view_check_uniques(const struct view_of *view);
void view_check_foreign_keys(const struct view_of *view);
