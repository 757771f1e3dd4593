/* A scratch PostgreSQL for the tests of one program, a fresh database for each test. */
#pragma once

/* Group set-up and tear-down for cmocka. */
int fixture_start(void **state);
int fixture_stop(void **state);

/* Make a database nobody used before; its URL, as the superuser. Valid until the next call. */
const char *fixture_database(void);
/* The URL of `role` for the database that fixture_database made last. The role is made if need be:
 * it may log in and nothing else. Valid until the next call. */
const char *fixture_role_url(const char *role);
/* As the superuser, in the last database; fails the test if it does not work. */
void fixture_run(const char *sql);
/* The first column of the first row, "" for none. Valid until the next call. */
const char *fixture_ask(const char *sql);
