#include "postgres/private_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "postgres/private_process.h"

/* How long a folder may still be ended by a server whose owner has died. */
enum { LOCK_WAIT_MS = 30000, OLDEST_POSTGRES = 15, SOCKET_BASE_BYTES = 60 };

static const char *const role_names[] = PRIVATE_ROLE_NAMES;

static bool
is_program(const char *folder, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return !access(path, X_OK);
}

/* Debian keeps each version's programs in a folder of its own, out of PATH: the newest. */
static bool
programs_find(struct private_folder *folder, struct tn_error *error)
{
    static const char versions[] = "/usr/lib/postgresql";
    int newest = 0;
    DIR *directory = opendir(versions);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char path[320];
        snprintf(path, sizeof path, "%s/%s/bin", versions, entry->d_name);
        const int version = (int)strtol(entry->d_name, NULL, 10);
        if (version > newest && is_program(path, "postgres") && is_program(path, "initdb")) {
            newest = version;
            snprintf(folder->programs, sizeof folder->programs, "%s", path);
        }
    }
    if (directory)
        closedir(directory);
    if (newest >= OLDEST_POSTGRES)
        return true;

    static const char *const places[] = { "/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin" };
    for (size_t i = 0; !newest && i < COUNT_OF(places); i++)
        if (is_program(places[i], "postgres") && is_program(places[i], "initdb")) {
            snprintf(folder->programs, sizeof folder->programs, "%s", places[i]);
            return true;
        }
    return error_set(error, TN_CONFIGURATION,
        "no PostgreSQL %d or newer was found to run: install it (Debian: apt-get install "
        "postgresql), or "
        "name a database with --database",
        OLDEST_POSTGRES);
}

static void
user_take(struct private_folder *folder, const struct passwd *user)
{
    folder->changes_user = true;
    folder->uid = user->pw_uid;
    folder->gid = user->pw_gid;
    snprintf(folder->user, sizeof folder->user, "%s", user->pw_name);
}

/* PostgreSQL refuses to run as root. Data that is there stays with whom it belongs to. */
static bool
user_choose(struct private_folder *folder, struct tn_error *error)
{
    struct stat status;
    const bool has_data = !lstat(folder->data, &status);
    if (geteuid()) {
        if (has_data && status.st_uid != geteuid())
            return error_set(error, TN_CONFIGURATION,
                "%s belongs to another user (%u): run as that user or as root", folder->data,
                status.st_uid);
        return true;
    }

    const struct passwd *user = has_data && status.st_uid ? getpwuid(status.st_uid) : NULL;
    if (!user)
        user = getpwnam("postgres");
    if (!user && !stat(folder->path, &status) && status.st_uid)
        user = getpwuid(status.st_uid);
    if (!user)
        user = getpwnam("nobody");
    if (!user)
        return error_set(error, TN_CONFIGURATION,
            "PostgreSQL does not run as root, and there is neither a user postgres nor nobody");

    user_take(folder, user);
    return true;
}

static bool
path_make(const char *path, struct tn_error *error)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0755) && errno != EEXIST)
            return error_set(
                error, TN_CONFIGURATION, "cannot make the folder %s: %s", part, strerror(errno));
        if (!slash)
            return true;
        *slash = '/';
    }
}

/* initdb fails below a folder that its user may not enter; say which, not what it stumbled over. */
static bool
reach_check(const struct private_folder *folder, struct tn_error *error)
{
    if (private_process_can_reach(folder, folder->path))
        return true;

    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", folder->path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!private_process_can_reach(folder, part))
            break;
        *slash = '/';
    }
    return error_set(error, TN_CONFIGURATION,
        "the data folder %s cannot be reached by the user %s, as whom PostgreSQL runs, because %s "
        "is "
        "closed to it: run chmod a+rx '%s', or choose another folder with --data",
        folder->path, folder->changes_user ? folder->user : "that runs this program", part, part);
}

static long
lock_holder(int lock)
{
    char text[32] = "";
    if (pread(lock, text, sizeof text - 1, 0) <= 0)
        return 0;
    return strtol(text, NULL, 10);
}

/* The supervisor of a server that was killed still ends its PostgreSQL: then we wait. */
static bool
lock_take(struct private_folder *folder, struct tn_error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/lock", folder->path);
    folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (folder->lock < 0)
        return error_set(error, TN_CONFIGURATION, "cannot open %s: %s", path, strerror(errno));

    const int64_t until = time_monotonic_ms() + LOCK_WAIT_MS;
    while (flock(folder->lock, LOCK_EX | LOCK_NB)) {
        const long holder = lock_holder(folder->lock);
        const bool holder_lives = holder > 0 && (!kill((pid_t)holder, 0) || errno == EPERM);
        if (holder_lives || time_monotonic_ms() > until)
            return error_set(error, TN_CONFIGURATION,
                "the data folder %s is in use by process %ld: end it, or choose another folder "
                "with "
                "--data",
                folder->path, holder);
        poll(NULL, 0, 50);
    }

    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(folder->lock, 0) || pwrite(folder->lock, text, (size_t)length, 0) != length)
        return error_set(error, TN_CONFIGURATION, "cannot write %s: %s", path, strerror(errno));
    return true;
}

static bool
password_make(char password[PRIVATE_PASSWORD_BYTES], struct tn_error *error)
{
    unsigned char bytes[(PRIVATE_PASSWORD_BYTES - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set(error, TN_INTERNAL, "getrandom: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(password + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static bool
passwords_write(struct private_folder *folder, const char *path, struct tn_error *error)
{
    char new_path[PATH_MAX + 4];
    snprintf(new_path, sizeof new_path, "%s.new", path);
    unlink(new_path);
    const int fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        if (fd >= 0)
            close(fd);
        return error_set(error, TN_CONFIGURATION, "cannot write %s: %s", new_path, strerror(errno));
    }

    for (int role = 0; role < PRIVATE_ROLE_COUNT; role++)
        fprintf(file, "*:*:*:%s:%s\n", role_names[role], folder->passwords[role]);
    const bool failed = fflush(file) || fsync(fd);
    if (fclose(file) || failed || rename(new_path, path))
        return error_set(error, TN_CONFIGURATION, "cannot write %s: %s", path, strerror(errno));
    return true;
}

/* False when the file is there and is not ours. */
static bool
passwords_read(struct private_folder *folder, FILE *file)
{
    for (int role = 0; role < PRIVATE_ROLE_COUNT; role++) {
        char name[64];
        if (fscanf(file, " *:*:*:%63[^:]:%32s", name, folder->passwords[role]) != 2 ||
            strcmp(name, role_names[role]) != 0 ||
            strlen(folder->passwords[role]) != PRIVATE_PASSWORD_BYTES - 1)
            return false;
    }
    return true;
}

static bool
passwords_load(struct private_folder *folder, struct tn_error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/passwords", folder->path);
    FILE *file = fopen(path, "re");
    if (file) {
        const bool is_whole = passwords_read(folder, file);
        fclose(file);
        if (!is_whole)
            return error_set(error, TN_CONFIGURATION,
                "%s does not hold the passwords of the private database any more: put it back, or "
                "set "
                "the folder aside and begin anew",
                path);
        return true;
    }
    if (errno != ENOENT)
        return error_set(error, TN_CONFIGURATION, "cannot read %s: %s", path, strerror(errno));
    if (!access(folder->data, F_OK))
        return error_set(error, TN_CONFIGURATION,
            "%s is there, but its passwords in %s are not: put the file back, or set the folder "
            "aside "
            "and begin anew",
            folder->data, path);

    for (int role = 0; role < PRIVATE_ROLE_COUNT; role++)
        if (!password_make(folder->passwords[role], error))
            return false;
    return passwords_write(folder, path, error);
}

/* A folder for sockets that is ours: in a place for all, somebody else may have made one before. */
static bool
runtime_base_make(const char *base)
{
    struct stat status;
    mkdir(base, 0711);
    return strlen(base) < SOCKET_BASE_BYTES && !lstat(base, &status) && S_ISDIR(status.st_mode) &&
           status.st_uid == geteuid() && !(status.st_mode & 022) && !access(base, W_OK | X_OK);
}

/* The name stays the same for a data folder, so that what was printed for scripts stays true. */
static bool
runtime_make(struct private_folder *folder, struct tn_error *error)
{
    char base[PATH_MAX];
    const char *own = getenv("XDG_RUNTIME_DIR");
    snprintf(base, sizeof base, "/run/tenantry");
    bool is_found = !geteuid() && runtime_base_make(base);
    if (!is_found && geteuid() && own && *own == '/') {
        snprintf(base, sizeof base, "%s/tenantry", own);
        is_found = runtime_base_make(base);
    }
    if (!is_found) {
        snprintf(base, sizeof base, "/tmp/tenantry-%u", geteuid());
        is_found = runtime_base_make(base);
    }
    if (!is_found)
        return error_set(error, TN_CONFIGURATION,
            "%s, for the private database's socket, is not a folder of this user's own", base);

    snprintf(folder->runtime, sizeof folder->runtime, "%.60s/%016llx", base,
        (unsigned long long)hash_bytes(folder->path, strlen(folder->path)));
    if ((mkdir(folder->runtime, 0711) && errno != EEXIST) || chmod(folder->runtime, 0711) ||
        (folder->changes_user && chown(folder->runtime, folder->uid, folder->gid)))
        return error_set(
            error, TN_CONFIGURATION, "cannot make %s: %s", folder->runtime, strerror(errno));
    return true;
}

/* In TMPDIR, unless PostgreSQL's user may not go there. */
static bool
scratch_make(struct private_folder *folder, struct tn_error *error)
{
    const char *place = getenv("TMPDIR");
    if (!place || *place != '/' || strlen(place) > 1000 ||
        (!geteuid() && user_choose(folder, error) && !private_process_can_reach(folder, place)))
        place = "/tmp";
    snprintf(folder->path, sizeof folder->path, "%.1000s/tenantry-scratch-XXXXXX", place);
    if (!mkdtemp(folder->path) || chmod(folder->path, 0755)) {
        const int failure = errno;
        error_set(
            error, TN_CONFIGURATION, "cannot make a folder in %s: %s", place, strerror(failure));
        folder->path[0] = '\0';
        return false;
    }
    return true;
}

static bool
path_take(const char *path, struct private_folder *folder, struct tn_error *error)
{
    if (!path)
        return scratch_make(folder, error);

    char real[PATH_MAX];
    if (!path_make(path, error))
        return false;
    if (!realpath(path, real))
        return error_set(
            error, TN_CONFIGURATION, "cannot use the folder %s: %s", path, strerror(errno));
    if (strlen(real) >= sizeof folder->path)
        return error_set(error, TN_CONFIGURATION, "the path of the folder %s is too long", path);

    snprintf(folder->path, sizeof folder->path, "%.2047s", real);
    return true;
}

bool
private_folder_open(const char *path, struct private_folder *folder, struct tn_error *error)
{
    *folder = (struct private_folder){ .is_scratch = !path, .lock = -1 };
    if (!programs_find(folder, error) || !path_take(path, folder, error))
        return false;

    snprintf(folder->data, sizeof folder->data, "%s/postgres", folder->path);
    snprintf(folder->log, sizeof folder->log, "%s/postgres.log", folder->path);
    if (user_choose(folder, error) && reach_check(folder, error) && lock_take(folder, error) &&
        passwords_load(folder, error) && runtime_make(folder, error))
        return true;

    private_folder_remove(folder);
    private_folder_close(folder);
    return false;
}

void
private_folder_close(struct private_folder *folder)
{
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}

static int
entry_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void
private_tree_remove(const char *path)
{
    nftw(path, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}

void
private_folder_remove(const struct private_folder *folder)
{
    if (*folder->runtime)
        private_tree_remove(folder->runtime);
    if (folder->is_scratch && *folder->path)
        private_tree_remove(folder->path);
}
