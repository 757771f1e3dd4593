/* Runs a target over each file of its corpus: replay FOLDER. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static bool
replay(const char *folder, const char *name)
{
    static uint8_t data[1 << 20];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;

    const size_t bytes = fread(data, 1, sizeof data, file);
    fclose(file);

    /* Exactly as large as it is, so that a read behind its end is seen. */
    uint8_t *copy = malloc(bytes > 0 ? bytes : 1);
    if (!copy)
        return false;
    memcpy(copy, data, bytes);
    LLVMFuzzerTestOneInput(copy, bytes);
    free(copy);
    return true;
}

int
main(int argc, char **argv)
{
    DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }

    int count = 0;
    int failed = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        const bool done = replay(argv[1], entry->d_name);
        failed += !done;
        printf("%s %d - %s\n", done ? "ok" : "not ok", ++count, entry->d_name);
        fflush(stdout);
    }
    closedir(folder);
    printf("1..%d\n", count);
    return failed > 0 || count == 0;
}
