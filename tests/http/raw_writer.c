/* A script that writes through the raw handle as long as it is told to: for each line "organization
 * customer name" on standard input it enters the organization, renames the customer, leaves, and
 * prints the line back: from then on everybody must see it. */
#include <stdio.h>
#include <string.h>

#include <tenantry/raw.h>
#include <tenantry/tenantry.h>

#include "rename.h"

static bool
serve_line(struct raw_db raw, char *line, struct tn_error *error)
{
    char *rest = line;
    const char *organization = strsep(&rest, " ");
    const char *customer = strsep(&rest, " ");
    struct tn_uuid id;
    struct tn_db db;
    if (!rest || !tn_uuid_parse(customer, &id))
        return tn_error_set(error, TN_CONFIGURATION, "a line is: organization customer name");
    if (!raw_enter(raw, organization, &db, error))
        return false;

    const bool done = customer_rename(db, id, rest, error);
    raw_leave(raw, db);
    return done;
}

static bool
run(struct raw_db raw, int argument_count, char **arguments, struct tn_error *error)
{
    char line[512];
    (void)argument_count, (void)arguments;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (!serve_line(raw, line, error))
            return false;

        puts("done");
        fflush(stdout);
    }
    return true;
}

int
main(int argc, char **argv)
{
    return raw_main(argc, argv,
        &(struct raw_program){
            .name = "raw_writer",
            .purpose = "names for a test of the route cache",
            .usage = "usage: raw_writer\n",
            .run = run,
        });
}
