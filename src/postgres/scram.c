#include "postgres/scram.h"

#include <string.h>

#include "crypto/base64.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

#define SALT_BYTES 16

static void
mac(const void *key, size_t key_bytes, const char *words, uint8_t ret_mac[static HMAC_BYTES])
{
    hmac_sha256(key, key_bytes, words, strlen(words), ret_mac);
}

void
scram_append_of_random(struct buffer *out, const char *random_password)
{
    /* PBKDF2's first block: the salt, and the number of the block. */
    uint8_t salt[SALT_BYTES + 4] = { [SALT_BYTES + 3] = 1 };
    uint8_t salted[HMAC_BYTES];
    uint8_t client_key[HMAC_BYTES];
    uint8_t server_key[HMAC_BYTES];
    uint8_t stored_key[DIGEST_BYTES];
    random_bytes(salt, SALT_BYTES);
    hmac_sha256(random_password, strlen(random_password), salt, sizeof salt, salted);
    mac(salted, sizeof salted, "Client Key", client_key);
    mac(salted, sizeof salted, "Server Key", server_key);
    digest_sha256(client_key, sizeof client_key, stored_key);

    BUFFER_LITERAL(out, "SCRAM-SHA-256$1:");
    base64_append(out, salt, SALT_BYTES);
    buffer_character(out, '$');
    base64_append(out, stored_key, sizeof stored_key);
    buffer_character(out, ':');
    base64_append(out, server_key, sizeof server_key);
}
