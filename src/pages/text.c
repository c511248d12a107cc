#include "pages/write.h"

#include <ctype.h>
#include <string.h>

enum offer offer_for_option(const struct cli_option *option)
{
    if (option->kind == OPTION_CHOICE) {
        return OFFER_NAMES;
    }
    return option->kind == OPTION_TEXT && strncmp(option->argument, "FILE", 4) == 0 ? OFFER_FILES : OFFER_NOTHING;
}

enum offer offer_for_operand(const struct command *command)
{
    if (command->operand_choices != NULL) {
        return OFFER_NAMES;
    }
    return strstr(command->operands, "FILE") != NULL ? OFFER_FILES : OFFER_NOTHING;
}

const char *offer_help(const struct cli_option *option, char *text)
{
    snprintf(text, OPTION_TEXT_SIZE, "%s%s", option->kind == OPTION_CHOICE ? option->argument : "", option->help);
    return text;
}

static const char *rename_title(const char *title, char replacement, char *name)
{
    size_t i = 0;
    for (; title[i] != '\0' && i + 1 < PAGE_NAME_SIZE; ++i) {
        name[i] = isalnum((unsigned char)title[i]) ? title[i] : replacement;
    }
    name[i] = '\0';
    return name;
}

const char *page_name(const char *title, char *name)
{
    return rename_title(title, '-', name);
}

const char *function_name(const char *title, char *name)
{
    return rename_title(title, '_', name);
}

void text_escape(FILE *file, const char *text, const char *special)
{
    for (; *text != '\0'; ++text) {
        if (strchr(special, *text) != NULL) {
            putc('\\', file);
        }
        putc(*text, file);
    }
}

void text_names(FILE *file, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; ++i) {
        fprintf(file, "%s%s", i == 0 ? "" : " ", names[i]);
    }
}
