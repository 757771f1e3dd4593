#include "server/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/random.h"

/* Of a secret that another server has used. */
#define SECRET_BYTES_OF_OTHERS 8

static bool
read_file(const char *path, struct arena *arena, const char **ret_secret, struct tn_error *error)
{
    char text[4096];
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, TN_CONFIGURATION, "secret file %s: %s", path, strerror(errno));

    const size_t bytes = fread(text, 1, sizeof text, file);
    fclose(file);
    if (bytes == sizeof text)
        return error_set(error, TN_CONFIGURATION, "secret file %s is longer than a secret", path);

    /* An editor's newline at the end is no part of it. */
    size_t length = bytes;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    *ret_secret = arena_memdup(arena, text, length);
    return true;
}

/* Written beside and renamed, so that no half of it is ever found. */
static bool
make_file(const char *path, struct arena *arena, struct tn_error *error)
{
    char secret[RANDOM_ID_LENGTH + 1];
    random_id(secret);
    const char *beside = arena_printf(arena, "%s.%ld", path, (long)getpid());
    const int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, TN_CONFIGURATION, "secret file %s: %s", beside, strerror(errno));

    const bool written = write(fd, secret, RANDOM_ID_LENGTH) == RANDOM_ID_LENGTH && fsync(fd) == 0;
    close(fd);
    if (!written || rename(beside, path) != 0) {
        unlink(beside);
        return error_set(error, TN_CONFIGURATION, "secret file %s: %s", path, strerror(errno));
    }
    return true;
}

bool
secret_check(const struct settings *settings, struct tn_error *error)
{
    if (settings->secret[0] && settings->secret_file[0])
        return error_set(error, TN_CONFIGURATION, "give --secret or --secret-file, not both");

    if (!settings->secret[0] && !settings->secret_file[0] && settings->database[0])
        return error_set(error, TN_CONFIGURATION,
            "no secret: make one with `openssl rand -base64 32` and give it with --secret-file");

    return true;
}

/* better-auth only warns of a short one. Who comes from there with such a secret keeps it, or
 * everybody is signed out. */
static bool
check_length(const struct settings *settings, const char *secret, struct tn_error *error)
{
    const size_t length = strlen(secret);
    const bool is_reference = strcmp(settings->compatibility, "reference") == 0;
    if (length >= SECRET_BYTES_MIN)
        return true;
    if (is_reference && length >= SECRET_BYTES_OF_OTHERS) {
        log_line(LOG_WARNING, NULL,
            "the secret has %zu characters: whoever guesses it is everybody; %d is the least that "
            "one should have",
            length, SECRET_BYTES_MIN);
        return true;
    }
    return error_set(error, TN_CONFIGURATION,
        "the secret must have at least %d characters: make one with `openssl rand -base64 32` and "
        "give it with --secret-file%s",
        SECRET_BYTES_MIN,
        length >= SECRET_BYTES_OF_OTHERS
            ? "; better-auth's own, to keep its sessions, is taken with --compatibility reference"
            : "");
}

bool
secret_read(const struct settings *settings, const char *folder, struct arena *arena,
    const char **ret_secret, struct tn_error *error)
{
    const char *path = settings->secret_file;
    if (!settings->secret[0] && !path[0] && folder) {
        path = arena_printf(arena, "%s/secret", folder);
        if (access(path, F_OK) != 0 && !make_file(path, arena, error))
            return false;
    }

    *ret_secret = settings->secret;
    if (path[0] && !read_file(path, arena, ret_secret, error))
        return false;

    return check_length(settings, *ret_secret, error);
}
