#include "crypto/content_seal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>

/* The first half of the key authenticates, the second encrypts. */
enum { HALF_BYTES = SEAL_KEY_BYTES / 2, BLOCK_BYTES = 16 };

/* What cannot fail unless memory or OpenSSL itself is broken ends the program. */
static void
must(bool done)
{
    if (!done)
        abort();
}

void
seal_key_make(
    const char *secret, const char *salt, const char *info, uint8_t ret_key[static SEAL_KEY_BYTES])
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    must(context != NULL);

    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (char *)secret, strlen(secret)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (char *)salt, strlen(salt)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (char *)info, strlen(info)),
        OSSL_PARAM_construct_end(),
    };
    must(EVP_KDF_derive(context, ret_key, SEAL_KEY_BYTES, parameters) == 1);
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
}

void
seal_digest(const void *data, size_t bytes, uint8_t ret_digest[static SEAL_DIGEST_BYTES])
{
    SHA256(data, bytes, ret_digest);
}

/* HMAC-SHA512 of header, iv, ciphertext and the header's length in bits, cut to half. */
static void
make_tag(const uint8_t *key, const uint8_t *iv, const struct buffer *header,
    const struct buffer *sealed, size_t from, uint8_t ret_tag[static SEAL_TAG_BYTES])
{
    struct buffer whole;
    buffer_init(&whole, header->arena, header->length + sealed->length - from + 32);
    buffer_append(&whole, header->data, header->length);
    buffer_append(&whole, iv, SEAL_IV_BYTES);
    buffer_append(&whole, sealed->data + from, sealed->length - from);
    const uint64_t bits = (uint64_t)header->length * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        buffer_character(&whole, (char)(bits >> shift & 0xFF));

    uint8_t mac[SHA512_DIGEST_LENGTH];
    unsigned int mac_bytes = 0;
    must(HMAC(EVP_sha512(), key, HALF_BYTES, (const uint8_t *)whole.data, whole.length, mac,
             &mac_bytes) != NULL);
    memcpy(ret_tag, mac, SEAL_TAG_BYTES);
}

void
seal_close(const uint8_t key[static SEAL_KEY_BYTES], const uint8_t iv[static SEAL_IV_BYTES],
    const struct buffer *header, const struct buffer *text, struct buffer *out,
    uint8_t ret_tag[static SEAL_TAG_BYTES])
{
    const size_t from = out->length;
    uint8_t *target = (uint8_t *)buffer_reserve(out, text->length + BLOCK_BYTES);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int first = 0;
    int last = 0;
    must(context &&
         EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, key + HALF_BYTES, iv) == 1 &&
         EVP_EncryptUpdate(
             context, target, &first, (const uint8_t *)text->data, (int)text->length) == 1 &&
         EVP_EncryptFinal_ex(context, target + first, &last) == 1);
    EVP_CIPHER_CTX_free(context);
    buffer_grow(out, (size_t)(first + last));
    make_tag(key, iv, header, out, from, ret_tag);
}

bool
seal_open(const uint8_t key[static SEAL_KEY_BYTES], const uint8_t iv[static SEAL_IV_BYTES],
    const struct buffer *header, const struct buffer *sealed,
    const uint8_t tag[static SEAL_TAG_BYTES], struct buffer *out)
{
    uint8_t expected[SEAL_TAG_BYTES];
    make_tag(key, iv, header, sealed, 0, expected);
    if (CRYPTO_memcmp(expected, tag, SEAL_TAG_BYTES) != 0)
        return false;

    uint8_t *target = (uint8_t *)buffer_reserve(out, sealed->length + BLOCK_BYTES);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    must(context != NULL);
    int first = 0;
    int last = 0;
    const bool opened =
        EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL, key + HALF_BYTES, iv) == 1 &&
        EVP_DecryptUpdate(
            context, target, &first, (const uint8_t *)sealed->data, (int)sealed->length) == 1 &&
        EVP_DecryptFinal_ex(context, target + first, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!opened)
        return false;

    buffer_grow(out, (size_t)(first + last));
    return true;
}
