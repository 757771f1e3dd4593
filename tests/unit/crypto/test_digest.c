#include "crypto/base64.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "crypto/signed_value.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "reference-secret-of-0123456789abcdef-XYZ"
#define TOKEN "QoRKbdHkwibU578zdfduRpgBR4SaSDLb"
#define SIGNED TOKEN ".tzmkS0XY9HM0KaSUL4LxknHU6t8ZfiGZVZaQ7BPlpkU="

static void
sha256_is_written_in_hexadecimal(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_LENGTH + 1];

    digest_sha256_hex("[\"T1\",\"U1\"]", 11, hex);

    assert_string_equal(hex, "b9d70079e79677efb4c9a50bae89a8690b96f5f9f16f2e3aea00c93608b0e662");
}

static void
hmac_fits_the_vector_of_the_cookie_cache(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    struct buffer out;
    buffer_init(&out, arena, 64);
    static const char message[] =
        "{\"session\":{\"id\":\"S1\"},\"user\":{\"id\":\"U1\",\"name\":\"Zo\xC3\xAB \\\"x\\\"\"},"
        "\"updatedAt\":1795374717315,\"version\":\"1\",\"expiresAt\":1795375017315}";
    uint8_t mac[HMAC_BYTES];

    hmac_sha256(SECRET, strlen(SECRET), message, strlen(message), mac);
    base64url_append(&out, mac, sizeof(mac));

    assert_string_equal(out.data, "JgvqGyYqhzv9I6KO99g5fmF_0TmvZpTV8OXp8GF5nrQ");
    arena_free(arena);
}

/* RFC 4231, test cases 1, 2 and 6, and the empty one: one after the other and again, so that each
 * comes after another key and after itself. */
static void
hmac_fits_its_vectors_whatever_key_came_before(void **state)
{
    (void)state;
    unsigned char long_key[131];
    unsigned char short_key[20];
    memset(long_key, 0xaa, sizeof long_key);
    memset(short_key, 0x0b, sizeof short_key);
    const struct {
        const void *key;
        size_t key_bytes;
        const char *data;
        uint8_t first[4];
    } cases[] = {
        { short_key, sizeof short_key, "Hi There", { 0xb0, 0x34, 0x4c, 0x61 } },
        { "Jefe", 4, "what do ya want for nothing?", { 0x5b, 0xdc, 0xc1, 0x46 } },
        { "Jefe", 4, "what do ya want for nothing?", { 0x5b, 0xdc, 0xc1, 0x46 } },
        { long_key, sizeof long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
            { 0x60, 0xe4, 0x31, 0x59 } },
        { "", 0, "", { 0xb6, 0x13, 0x67, 0x9a } },
        { "Jefe", 4, "what do ya want for nothing?", { 0x5b, 0xdc, 0xc1, 0x46 } },
        { short_key, sizeof short_key, "Hi There", { 0xb0, 0x34, 0x4c, 0x61 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t mac[HMAC_BYTES];
        hmac_sha256(cases[i].key, cases[i].key_bytes, cases[i].data, strlen(cases[i].data), mac);
        assert_memory_equal(mac, cases[i].first, sizeof cases[i].first);
    }
}

/* As Python's hmac has them, of keys around the length of a block, and around the one that is kept.
 */
static void
hmac_takes_keys_of_any_length(void **state)
{
    (void)state;
    static const struct {
        size_t key_bytes;
        const char *expected;
    } cases[] = {
        { 1, "KO/jFmXwj+Du8k1bZxOwvStnl9Yo2LOlWHPUu6O92Yk=" },
        { 63, "wTmclJc/WV+NtLh6FamOrokOmprYBVcTPengCgYl1yg=" },
        { 64, "ZQeuuA7rmX5BJaLlhesdox5tWeocGT7LAkBtZLb+fA0=" },
        { 65, "QG3Qs9Hs7GUy/eNdh4JFIC4YSAMGomaiA1E+YFoz+RY=" },
        { 128, "nnz7kCTtZY3k/XaK4XuZJwuvh3zRL1/UzKh10sUAIsA=" },
        { 129, "qWfjkz7FbWVQeqlecC94aqeQDgLoSjgPRXBuDLGdtxo=" },
        { 300, "PjBJGArbDrgtbzpV4nZTOMh1cp4e03f/8M+laSdV8i4=" },
    };
    struct arena *arena = arena_new(4096);
    char key[300];
    memset(key, 'k', sizeof key);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint8_t mac[HMAC_BYTES];
        struct buffer out;
        buffer_init(&out, arena, 64);
        hmac_sha256(key, cases[i].key_bytes, "what is signed", 14, mac);
        base64_append(&out, mac, sizeof mac);
        assert_string_equal(out.data, cases[i].expected);
    }
    arena_free(arena);
}

static void
base64_pads_by_what_is_left_over(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    static const struct {
        const char *data;
        const char *padded;
        const char *for_url;
    } cases[] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "\xFB\xFF\xBF", "+/+/", "-_-_" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer padded, for_url;
        buffer_init(&padded, arena, 8);
        buffer_init(&for_url, arena, 8);
        base64_append(&padded, cases[i].data, strlen(cases[i].data));
        base64url_append(&for_url, cases[i].data, strlen(cases[i].data));
        assert_string_equal(padded.data, cases[i].padded);
        assert_string_equal(for_url.data, cases[i].for_url);
    }
    arena_free(arena);
}

static void
a_signed_value_is_better_auths(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);

    assert_string_equal(value_sign(TOKEN, SECRET, arena), SIGNED);
    assert_string_equal(value_verify(SIGNED, SECRET, arena), TOKEN);
    assert_string_equal(value_verify(value_sign("a.b", SECRET, arena), SECRET, arena), "a.b");
    arena_free(arena);
}

static void
a_signed_value_of_any_length_holds_twice(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    char value[301] = "";

    for (size_t length = 0; length < sizeof value - 1; length++) {
        const char *signed_value = value_sign(value, SECRET, arena);
        assert_string_equal(value_verify(signed_value, SECRET, arena), value);
        assert_string_equal(value_verify(signed_value, SECRET, arena), value);
        assert_null(value_verify(signed_value, SECRET "longer", arena));
        value[length] = (char)('a' + length % 26);
    }
    arena_free(arena);
}

static void
a_changed_signed_value_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);

    for (size_t i = 0; i < strlen(SIGNED); i++) {
        char changed[] = SIGNED;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        /* Also right after the true one, which is remembered. */
        assert_string_equal(value_verify(SIGNED, SECRET, arena), TOKEN);
        assert_null(value_verify(changed, SECRET, arena));
        assert_null(value_verify(changed, SECRET, arena));
    }
    assert_null(value_verify(SIGNED, "another secret", arena));
    char other[] = SECRET;
    other[sizeof other - 2] ^= 1;
    assert_null(value_verify(SIGNED, other, arena));
    assert_string_equal(value_verify(SIGNED, SECRET, arena), TOKEN);
    assert_null(value_verify(SIGNED, other, arena));
    assert_null(value_verify(SIGNED "x", SECRET, arena));
    assert_null(value_verify(TOKEN, SECRET, arena));
    assert_null(value_verify(".", SECRET, arena));
    assert_null(value_verify("", SECRET, arena));
    arena_free(arena);
}

/* Were a byte taken modulo 62 as it comes, the first eight letters would come up a quarter more
 * often than the rest: 5 in 256 against 4. */
static void
ids_are_drawn_evenly(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    size_t seen[256] = { 0 };

    for (int round = 0; round < ROUNDS; round++) {
        char id[RANDOM_ID_LENGTH + 1];
        random_id(id);
        assert_int_equal(strlen(id), RANDOM_ID_LENGTH);
        for (size_t i = 0; i < RANDOM_ID_LENGTH; i++)
            seen[(unsigned char)id[i]]++;
    }

    size_t mean = (size_t)ROUNDS * RANDOM_ID_LENGTH / 62;
    for (int character = 0; character < 256; character++) {
        if (!isalnum(character)) {
            assert_int_equal(seen[character], 0);
            continue;
        }
        /* Eight standard deviations: about a hundred each. */
        assert_in_range(seen[character], mean - 820, mean + 820);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_is_written_in_hexadecimal),
        cmocka_unit_test(hmac_fits_the_vector_of_the_cookie_cache),
        cmocka_unit_test(hmac_fits_its_vectors_whatever_key_came_before),
        cmocka_unit_test(hmac_takes_keys_of_any_length),
        cmocka_unit_test(base64_pads_by_what_is_left_over),
        cmocka_unit_test(a_signed_value_is_better_auths),
        cmocka_unit_test(a_signed_value_of_any_length_holds_twice),
        cmocka_unit_test(a_changed_signed_value_is_refused),
        cmocka_unit_test(ids_are_drawn_evenly),
    };
    return cmocka_run_group_tests_name("crypto/digest", tests, NULL, NULL);
}
