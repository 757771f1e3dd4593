#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "postgres/script.h"

static void
a_statement_begins_on_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        size_t index;
        size_t line;
    } cases[] = {
        { "select 1", 0, 1 },
        { "\n\n-- why; not\nselect 1;\n/* ; /* ; */\n */ select 2", 0, 4 },
        { "\n\n-- why; not\nselect 1;\n/* ; /* ; */\n */ select 2", 1, 6 },
        { ";;\n;select 1", 0, 2 },
        { "select ';\n';\nselect 2", 1, 3 },
        { "select 'it''s;\n';\nselect 2", 1, 3 },
        { "select E'\\';\n';\nselect 2", 1, 3 },
        { "select \";\n\";\nselect 2", 1, 3 },
        { "do $$ begin;\n perform 1; end $$;\nselect 2", 1, 3 },
        { "do $a$ $$;\n $a;$a$;\nselect 2", 1, 3 },
        { "select $1;\nselect a$b$c;\nselect 3", 2, 3 },
        { "create function f() returns int begin atomic\n select case when true then 1 end;\n"
          " select 2;\nend;\nselect 3",
            1, 5 },
        { "begin;\nselect 1;\nend;\nselect 3", 3, 4 },
        { "select 1;\n\n", 7, 3 },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (script_statement_line(cases[i].sql, cases[i].index) != cases[i].line)
            fail_msg("%s: statement %zu on line %zu", cases[i].sql, cases[i].index,
                script_statement_line(cases[i].sql, cases[i].index));
}

static void
an_unfinished_quote_ends_with_the_text(void **state)
{
    (void)state;
    static const char *const texts[] = { "'", "\"", "/*", "--", "$$", "$a$ $", "E'\\",
        "begin atomic", "$", "" };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(script_statement_line(texts[i], 5), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_begins_on_its_line),
        cmocka_unit_test(an_unfinished_quote_ends_with_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
