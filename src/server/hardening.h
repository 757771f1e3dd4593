/* What the process gives up once it has what it needs: it gains no privileges, starts no program,
 * traces nobody, and writes no file but below the folders named here.
 *
 * Before its threads begin (Landlock holds for the calling thread and those that it starts). What
 * the kernel lacks is said in the log; the server runs all the same. */
#pragma once

#include <stddef.h>

void hardening_begin(const char *const *writable_folders, size_t count);
