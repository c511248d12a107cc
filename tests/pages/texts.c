/* Texts in manual pages and completions: what would mean something to troff or a shell means itself. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "pages/write.h"

struct text_case {
    const char *text;
    const char *written;
};

/* Whether writing each text gives what the table says; the table ends with a row without a text. */
static void expect(void (*write)(FILE *file, const char *text), const struct text_case *cases)
{
    for (size_t i = 0; cases[i].text != NULL; ++i) {
        char *written = NULL;
        size_t size = 0;
        FILE *const file = open_memstream(&written, &size);
        cr_assert_not_null(file);
        write(file, cases[i].text);
        cr_assert_eq(fclose(file), 0);
        cr_expect_str_eq(written, cases[i].written, "%s: %s", cases[i].text, written);
        free(written);
    }
}

Test(pages, troff_sees_neither_escapes_nor_requests)
{
    static const struct text_case cases[] = {
        {"plain words, 1.5", "plain words, 1.5"},
        {".SH is no title", "\\&.SH is no title"},
        {"'br ends no line", "\\(aqbr ends no line"},
        {"\\fB \\n", "\\efB \\en"},
        {"2^127 ~ \"many\"", "2\\(ha127 \\(ti \\(dqmany\\(dq"},
        {"closed-form", "closed\\-form"},
        {"where ( ) is", "where (\\ ) is"},
        {"( )", "(\\ )"},
        {"( x )", "( x )"},
        {"", ""},
        {NULL, NULL},
    };
    expect(roff_text, cases);
}

Test(pages, options_and_quotations_are_bold)
{
    static const struct text_case cases[] = {
        {"--to 5", "\\fB\\-\\-to\\fR 5"},
        {"with --time-limit, --k|--seed", "with \\fB\\-\\-time\\-limit\\fR, \\fB\\-\\-k\\fR|\\fB\\-\\-seed\\fR"},
        {"a line `FILE: answer` each", "a line \\fBFILE: answer\\fR each"},
        {"a lone ` and --", "a lone \\(ga and \\-\\-"},
        {NULL, NULL},
    };
    expect(roff_text, cases);
}

Test(pages, paragraphs_and_tables_stay_apart)
{
    static const struct text_case cases[] = {
        {"one\ntwo\n", "one\ntwo\n"},
        {"one\n\n\ntwo", "one\n.PP\ntwo\n"},
        {"one\n  a  b\n  c\ntwo\n", "one\n.PP\n.nf\n  a  b\n  c\n.fi\n.PP\ntwo\n"},
        {"one\n\n  a\n\ntwo\n", "one\n.PP\n.nf\n  a\n.fi\n.PP\ntwo\n"},
        {"  a\n", ".PP\n.nf\n  a\n.fi\n"},
        {"", ""},
        {NULL, NULL},
    };
    expect(roff_paragraphs, cases);
}

Test(pages, operands_are_italic_and_words_bold)
{
    static const struct text_case cases[] = {
        {"FAMILY [OPTION]...", "\\fIFAMILY\\fR [\\fIOPTION\\fR]..."},
        {"[-o FILE] add", "[\\fB\\-o\\fR \\fIFILE\\fR] \\fBadd\\fR"},
        {NULL, NULL},
    };
    expect(roff_operands, cases);
}

Test(pages, names_of_pages_and_functions)
{
    char name[PAGE_NAME_SIZE];
    cr_expect_str_eq(page_name("firesieve-mpi solve", name), "firesieve-mpi-solve");
    cr_expect_str_eq(function_name("firesieve-mpi solve", name), "firesieve_mpi_solve");
}

Test(pages, what_is_offered_follows_from_the_table)
{
    static const struct cli_option options[] = {
        {.kind = OPTION_FLAG},
        {.kind = OPTION_NUMBER, .argument = "N"},
        {.kind = OPTION_TEXT, .argument = "FILE"},
        {.kind = OPTION_TEXT, .argument = "FILE.svg"},
        {.kind = OPTION_TEXT, .argument = "NAME"},
        {.kind = OPTION_CHOICE, .argument = "FILE"},
    };
    static const enum offer offers[] = {OFFER_NOTHING, OFFER_NOTHING, OFFER_FILES,
                                        OFFER_FILES,   OFFER_NOTHING, OFFER_NAMES};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; ++i) {
        cr_expect_eq(offer_for_option(&options[i]), offers[i], "row %zu", i);
    }
}

/* A command that looks at its arguments before it parses its options, or does not parse them at all. */
static int run_without_options(const struct command *command, int argc, const char **argv)
{
    (void)command;
    (void)argc;
    (void)argv;
    return 0;
}

static void see_nothing(const struct command *command, const struct cli_option *options, void *context)
{
    (void)command;
    (void)options;
    *(bool *)context = true;
}

Test(pages, a_table_that_is_not_shown_is_missed)
{
    static const struct command command = {.name = "odd", .title = "firesieve odd", .run = run_without_options};
    bool seen = false;
    cr_expect_not(options_show(&command, see_nothing, &seen));
    cr_expect_not(seen);
    for (size_t i = 0; commands[i] != NULL; ++i) {
        seen = false;
        cr_expect(options_show(commands[i], see_nothing, &seen), "%s", commands[i]->name);
        cr_expect(seen, "%s", commands[i]->name);
    }
}
