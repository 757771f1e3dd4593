#include "crypto/password.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <sodium.h>
#include <utf8proc.h>

#include "base/hex.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

enum { SCRYPT_N = 16384, SCRYPT_R = 16, SCRYPT_P = 1, KEY_BYTES = 64 };

/* libsodium's, for OpenSSL's takes a third longer. Without sodium_init, which may be called from
 * any thread and again, it would not use the processor's vectors. */
static bool
derive_key(const char *password, size_t bytes, const char *salt, uint8_t ret_key[static KEY_BYTES])
{
    return sodium_init() >= 0 && crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)password,
                                     bytes, (const uint8_t *)salt, PASSWORD_SALT_LENGTH, SCRYPT_N,
                                     SCRYPT_R, SCRYPT_P, ret_key, KEY_BYTES) == 0;
}

bool
password_hash_with_salt(const char *password, const char *salt,
    char ret_hash[static PASSWORD_HASH_LENGTH + 1], struct tn_error *error)
{
    utf8proc_uint8_t *normal = utf8proc_NFKC((const utf8proc_uint8_t *)password);
    if (!normal)
        return error_set(error, TN_INTERNAL, "a password cannot be normalised");

    uint8_t key[KEY_BYTES];
    size_t normal_bytes = strlen((const char *)normal);
    const bool done = derive_key((const char *)normal, normal_bytes, salt, key);
    OPENSSL_cleanse(normal, normal_bytes);
    free(normal);
    if (!done)
        return error_set(error, TN_INTERNAL, "scrypt failed");

    memcpy(ret_hash, salt, PASSWORD_SALT_LENGTH);
    ret_hash[PASSWORD_SALT_LENGTH] = ':';
    *hex_write(ret_hash + PASSWORD_SALT_LENGTH + 1, key, sizeof(key)) = '\0';
    OPENSSL_cleanse(key, sizeof(key));
    return true;
}

bool
password_hash(
    const char *password, char ret_hash[static PASSWORD_HASH_LENGTH + 1], struct tn_error *error)
{
    uint8_t drawn[PASSWORD_SALT_LENGTH / 2];
    char salt[PASSWORD_SALT_LENGTH + 1];
    random_bytes(drawn, sizeof(drawn));
    *hex_write(salt, drawn, sizeof(drawn)) = '\0';
    return password_hash_with_salt(password, salt, ret_hash, error);
}

bool
password_check(const char *password, const char *hash, bool *ret_fits, struct tn_error *error)
{
    /* Another form is hashed all the same, so that the time does not tell. */
    bool in_form = strlen(hash) == PASSWORD_HASH_LENGTH && hash[PASSWORD_SALT_LENGTH] == ':';
    const char *salt = in_form ? hash : "00000000000000000000000000000000";

    char computed[PASSWORD_HASH_LENGTH + 1];
    if (!password_hash_with_salt(password, salt, computed, error))
        return false;

    *ret_fits = in_form && constant_time_is_equal(computed, hash, PASSWORD_HASH_LENGTH);
    return true;
}
