/* Password hashes as better-auth keeps them: scrypt (N 16384, r 16, p 1, 64 bytes) of the password
 * in Unicode's form NFKC; the salt's hexadecimal text is the salt. Stored "SALT:KEY".
 *
 * Takes some 50 ms and 33 MB: for a worker, not for a loop. */
#pragma once

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

#define PASSWORD_SALT_LENGTH 32
#define PASSWORD_HASH_LENGTH (PASSWORD_SALT_LENGTH + 1 + 128)

/* With a fresh salt. `password` is valid UTF-8. */
MUST_USE bool password_hash(
    const char *password, char ret_hash[static PASSWORD_HASH_LENGTH + 1], struct tn_error *error);
/* With that salt: PASSWORD_SALT_LENGTH characters. */
MUST_USE bool password_hash_with_salt(const char *password, const char *salt,
    char ret_hash[static PASSWORD_HASH_LENGTH + 1], struct tn_error *error);
/* Is it the password of `hash`? A hash in another form fits no password, and takes as long to say.
 */
MUST_USE bool
password_check(const char *password, const char *hash, bool *ret_fits, struct tn_error *error);
