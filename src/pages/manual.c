/* Manual pages, with the macros of man(7). */
#include "pages/write.h"

#include <ctype.h>
#include <string.h>

/* There is no date: it would be that of the build. */
static void write_head(FILE *file, const struct program *program, const char *title, const char *summary)
{
    char name[PAGE_NAME_SIZE];
    page_name(title, name);
    fprintf(file, ".\\\" Written by the build from the tables of options of %s; changes here get lost.\n.TH ",
            program->name);
    for (const char *letter = name; *letter != '\0'; ++letter) {
        fprintf(file, "%s%c", *letter == '-' ? "\\" : "", toupper((unsigned char)*letter));
    }
    fprintf(file, " 1 \"\" \"%s " FIRESIEVE_VERSION "\" \"User Commands\"\n.SH NAME\n", program->name);
    roff_text(file, name);
    fputs(" \\- ", file);
    roff_text(file, summary);
    putc('\n', file);
}

/* A term of a list. */
static void write_term(FILE *file, const char *term)
{
    fputs(".TP\n\\fB", file);
    text_escape(file, term, "-\\");
    fputs("\\fR\n", file);
}

static void write_rows(FILE *file, const char *title, const struct page_row *rows)
{
    fprintf(file, ".SH %s\n", title);
    for (size_t i = 0; rows[i].name != NULL; ++i) {
        write_term(file, rows[i].name);
        roff_text(file, rows[i].text);
        putc('\n', file);
    }
}

static void write_example(FILE *file, const char *title, const char *lines)
{
    fprintf(file, ".SH %s\n.EX\n", title);
    while (*lines != '\0') {
        const size_t length = strcspn(lines, "\n");
        roff_verbatim(file, lines, length);
        putc('\n', file);
        lines += length + (lines[length] == '\n');
    }
    fputs(".EE\n", file);
}

static void write_reference(FILE *file, const char *title, const char *separator)
{
    char name[PAGE_NAME_SIZE];
    fputs("\\fB", file);
    text_escape(file, page_name(title, name), "-");
    fprintf(file, "\\fR(1)%s", separator);
}

static void write_option(FILE *file, const struct cli_option *option)
{
    fputs(".TP\n", file);
    if (option->short_name != 0) {
        fprintf(file, "\\fB\\-%c\\fR, ", option->short_name);
    }
    fputs("\\fB\\-\\-", file);
    text_escape(file, option->name, "-");
    fputs("\\fR", file);
    if (option->argument != NULL) {
        fputs("=\\fI", file);
        text_escape(file, option->argument, "-\\");
        fputs("\\fR", file);
    }
    putc('\n', file);
    char text[OPTION_TEXT_SIZE];
    roff_text(file, option_help(option, text));
    putc('\n', file);
    /* What a value must be, where the help does not say it. */
    if (option->kind != OPTION_FLAG && option->kind != OPTION_CHOICE && option->kind != OPTION_TEXT) {
        fprintf(file, ".br\n%s: ", option->argument);
        roff_text(file, option_expects(option, text));
        putc('\n', file);
    }
}

static void write_options(const struct command *command, const struct cli_option *options, void *context)
{
    (void)command;
    FILE *const file = context;
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; options[i].name != NULL; ++i) {
        write_option(file, &options[i]);
    }
    write_option(file, &option_of_help);
}

bool manual_write_command(FILE *file, const struct program *program, const struct command *command)
{
    write_head(file, program, command->title, command->summary);
    fprintf(file, ".SH SYNOPSIS\n\\fB");
    text_escape(file, command->title, "-");
    fputs("\\fR ", file);
    roff_operands(file, command->operands);
    fputs("\n.SH DESCRIPTION\n", file);
    putc(toupper((unsigned char)command->summary[0]), file);
    roff_text(file, command->summary + 1);
    fputs(".\n", file);
    if (command->details[0] != '\0') {
        fputs(".PP\n", file);
        roff_paragraphs(file, command->details);
    }
    const bool shown = options_show(command, write_options, file);
    write_example(file, "EXAMPLE", command->example);
    write_rows(file, "EXIT STATUS", program->statuses);
    fputs(".SH SEE ALSO\n", file);
    write_reference(file, program->name, "\n");
    return shown;
}

static void write_commands(FILE *file, const struct program *program)
{
    fputs(".SH COMMANDS\n", file);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        const struct command *const command = program->commands[i];
        fputs(".TP\n\\fB", file);
        text_escape(file, command->title, "-");
        fputs("\\fR ", file);
        roff_operands(file, command->operands);
        putc('\n', file);
        roff_text(file, command->summary);
        fputs("; see ", file);
        write_reference(file, command->title, "\n");
    }
    if (program->has_help_command) {
        fputs(".TP\n\\fB", file);
        text_escape(file, program->name, "-");
        fputs(" help\\fR \\fICOMMAND\\fR\nprint the options of a command, with an example, as ", file);
        roff_text(file, "--help behind the command does\n");
    }
}

bool manual_write(FILE *file, const struct program *program)
{
    write_head(file, program, program->name, program->summary);
    fputs(".SH SYNOPSIS\n\\fB", file);
    text_escape(file, program->name, "-");
    fputs("\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.SH DESCRIPTION\n", file);
    roff_paragraphs(file, program->description);
    write_commands(file, program);
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; program->options[i].name != NULL; ++i) {
        write_term(file, program->options[i].name);
        roff_text(file, program->options[i].help);
        putc('\n', file);
    }
    for (size_t i = 0; program->sections[i].name != NULL; ++i) {
        fprintf(file, ".SH %s\n", program->sections[i].name);
        roff_paragraphs(file, program->sections[i].text);
    }
    write_rows(file, "EXIT STATUS", program->statuses);
    write_rows(file, "ENVIRONMENT", program->environment);
    write_example(file, "EXAMPLES", program->example);
    fputs(".SH SEE ALSO\n", file);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        const bool last = program->commands[i + 1] == NULL && program->see_also[0] == '\0';
        write_reference(file, program->commands[i]->title, last ? "\n" : ",\n");
    }
    if (program->see_also[0] != '\0') {
        roff_text(file, program->see_also);
        putc('\n', file);
    }
    return true;
}
