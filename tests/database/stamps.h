/* A database with both planes and a few people, whose stamps are watched.
 *
 * Ada and Bob are in acme, Bob and Cyd in boats, Dan in none. Ada has the sessions a1 and a2, the
 * others one each (b1, c1, d1); Cyd's is over. a1 entered acme, b1 both of Bob's, c1 boats. */
#pragma once

#include "base/error.h"
#include "migration/apply.h"
#include "postgres/direct.h"

/* Apply these sets to the fixture's last database; fails the test if that does not work. */
void stamps_apply(const struct migration_set *sets, size_t count);
/* A fresh database, identity's plane first. */
void stamps_database(void);
/* Put the people back as said above, and begin to watch. */
void stamps_people(void);
/* Begin to watch from here on. */
void stamps_watch(void);
/* Who has another stamp than when watching began, or one that was not there, or none any more:
 * names parted by blanks. Valid until the next call. */
const char *stamps_changed(void);

/* A connection that works as `role`, which is made if need be. Close with direct_close. */
struct direct *stamps_connect(const char *role);
/* Fails the test if it does not work. */
void stamps_run(struct direct *direct, const char *sql);
/* The SQLSTATE that it ends with; "" when it works. Valid until the next call. */
const char *stamps_refusal(struct direct *direct, const char *sql);
