/* `tenantry COMMAND …`: one word for each thing that tenantry does. What the serving program must
 * not link (the parser of SQL, the raw handle) runs as a program of its own that lies beside this
 * one. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tenantry/application.h"

#include "base/compiler.h"

static int serve(int argc, char **argv);

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* NULL: the program tenantry-NAME */
    const char *help;
} commands[] = {
    { "serve", serve, "serve sign-in, sessions and organizations to any front end" },
    { "generate", NULL, "turn SQL into C: queries that are limited to one organization" },
    { "verify", NULL, "read from a database whether tenants are kept apart, then attack it" },
    { "migrate", NULL, "write, apply and verify migrations that keep organizations apart" },
    { "pages", NULL, "turn HTML into C: pages whose values are escaped by their place" },
};

/* Sign-in, sessions and organizations alone: no routes, and so no tenant tables. */
static int
serve(int argc, char **argv)
{
    static const struct tn_application application = { .name = "tenantry serve" };
    return tn_main(argc, argv, &application);
}

static void
print_usage(FILE *out)
{
    fputs("usage: tenantry COMMAND [ARGUMENTS]\n\n", out);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fputs("\n`tenantry COMMAND --help` tells the rest; `tenantry --version` its version.\n", out);
}

/* Become tenantry-NAME, which lies in the folder of this program. Returns only when it cannot. */
static int
run_beside(const char *name, char **argv)
{
    char self[PATH_MAX];
    const ssize_t bytes = readlink("/proc/self/exe", self, sizeof self - 1);
    if (bytes < 0) {
        fprintf(stderr, "tenantry: where this program lies cannot be told: %s\n", strerror(errno));
        return 2;
    }
    self[bytes] = '\0';

    char program[PATH_MAX + 32];
    snprintf(program, sizeof program, "%s/tenantry-%s", dirname(self), name);
    argv[0] = program;
    execv(program, argv);
    fprintf(stderr, "tenantry: %s: %s\n", program, strerror(errno));
    return 2;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tenantry " TENANTRY_VERSION);
        return 0;
    }

    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(commands[i].name, argv[1]) != 0)
            continue;

        return commands[i].run ? commands[i].run(argc - 1, argv + 1)
                               : run_beside(commands[i].name, argv + 1);
    }

    fprintf(stderr, "tenantry: \"%s\" is no command\n\n", argv[1]);
    print_usage(stderr);
    return 2;
}
