/* The database and the helpers of the tests that run what the generator wrote. */
#pragma once

#include "fixture.h"
#include "in_fiber.h"
#include "queries.h"

#define IN_FIBER(body) in_fiber(NULL, fixture_role_url("tenantry_app"), body)

/* For each test: the schema of the queries, with rows of another organization. */
int generated_set_up(void **state);
/* Fails the test with the error's words. */
void must(bool done, const struct tn_error *error);
struct tn_text text_of(const char *text);
/* Entries 1 to `count`, of a label "even", "odd", "even", …, and a score for each three. */
void entries_fill(struct tn_db db, int64_t count);
