#include "pgbouncer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "postgres/direct.h"

#define PATIENCE_S 20

static char bouncer_folder[40];

static void
write_configuration(const char *path, const char *server_url)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
        "[databases]\ntenants = %s\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 5\n"
        "max_client_conn = 100\nauth_type = any\nunix_socket_dir = %s\nlisten_port = 6432\n"
        "ignore_startup_parameters = extra_float_digits\nlogfile = %s/log\n",
        server_url, bouncer_folder, bouncer_folder);
    fclose(file);
}

bool
bouncer_answers(const char *url)
{
    struct tn_error error = { 0 };
    struct direct *direct = NULL;
    if (!direct_open(url, &direct, &error))
        return false;
    direct_close(direct);
    return true;
}

pid_t
bouncer_start(const char *server_url, char *url, size_t bytes)
{
    char path[64];
    snprintf(bouncer_folder, sizeof bouncer_folder, "/tmp/tenantry-bouncer-XXXXXX");
    assert_non_null(mkdtemp(bouncer_folder));
    assert_int_equal(chmod(bouncer_folder, 0777), 0);
    snprintf(path, sizeof path, "%s/ini", bouncer_folder);
    write_configuration(path, server_url);

    const pid_t child = fork();
    if (child == 0) {
        /* It refuses to run as root. */
        const char *const as_other[] = { "pgbouncer", "-q", "-u", "postgres", path, NULL };
        const char *const as_self[] = { "pgbouncer", "-q", path, NULL };
        execvp("pgbouncer", (char *const *)(geteuid() == 0 ? as_other : as_self));
        execv("/usr/sbin/pgbouncer", (char *const *)(geteuid() == 0 ? as_other : as_self));
        _exit(127);
    }
    snprintf(url, bytes, "host='%s' port=6432 user=tenantry_app dbname=tenants", bouncer_folder);
    for (int i = 0; i < PATIENCE_S * 20 && !bouncer_answers(url); i++)
        usleep(50 * 1000);
    return child;
}

void
bouncer_stop(pid_t bouncer)
{
    static const char *const names[] = { "ini", "log", ".s.PGSQL.6432", "" };
    kill(bouncer, SIGKILL);
    waitpid(bouncer, NULL, 0);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", bouncer_folder, names[i]);
        remove(path);
    }
}
