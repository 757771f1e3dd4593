#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
memory_is_zeroed_and_aligned_also_after_a_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_new(128);

    for (int round = 0; round < 3; round++) {
        for (size_t bytes = 0; bytes < 300; bytes += 7) {
            unsigned char *memory = arena_alloc(arena, bytes);
            assert_int_equal((uintptr_t)memory % 16, 0);
            for (size_t i = 0; i < bytes; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xAA, bytes);
        }
        arena_reset(arena);
        assert_int_equal(arena_bytes(arena), 128);
    }

    arena_free(arena);
}

static void
buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    struct buffer buffer;
    buffer_init(&buffer, arena, 1);

    for (int i = 0; i < 1000; i++)
        buffer_printf(&buffer, "%d,", i % 10);
    buffer_integer(&buffer, INT64_MIN);

    assert_int_equal(strlen(buffer.data), buffer.length);
    assert_int_equal(buffer.length, 2000 + strlen("-9223372036854775808"));
    assert_string_equal(buffer.data + 2000, "-9223372036854775808");
    arena_free(arena);
}

/* Around the room that is there, and around what is formatted at once. */
static void
printed_text_is_whole_at_every_length(void **state)
{
    (void)state;
    char expected[600];
    for (int length = 0; length < (int)sizeof expected - 1; length++) {
        struct arena *arena = arena_new(64);
        struct buffer buffer;
        buffer_init(&buffer, arena, 256);
        buffer_text(&buffer, "before ");
        memset(expected, 'x', (size_t)length);
        expected[length] = '\0';

        buffer_printf(&buffer, "%*s", length, expected);

        assert_int_equal(buffer.length, 7 + length);
        assert_int_equal(strlen(buffer.data), buffer.length);
        assert_string_equal(buffer.data + 7, expected);
        assert_string_equal(arena_printf(arena, "%s", expected), expected);
        arena_free(arena);
    }
}

static void
digits_and_hexadecimal_are_written_whole(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64);
    struct buffer buffer;
    buffer_init(&buffer, arena, 1);

    buffer_digits(&buffer, 7, 2);
    buffer_digits(&buffer, 2026, 2);
    buffer_digits(&buffer, 0, 0);
    buffer_digits(&buffer, UINT64_MAX, 4);
    buffer_hex(&buffer, "\x00\xFF\x1a", 3);

    assert_string_equal(buffer.data, "072026018446744073709551615"
                                     "00ff1a");
    assert_int_equal(buffer.length, strlen(buffer.data));
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned_also_after_a_reset),
        cmocka_unit_test(buffer_grows_and_stays_terminated),
        cmocka_unit_test(printed_text_is_whole_at_every_length),
        cmocka_unit_test(digits_and_hexadecimal_are_written_whole),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
