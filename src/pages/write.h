/* What writes each of the pages, and the texts in them. */
#ifndef FIRESIEVE_PAGES_WRITE_H
#define FIRESIEVE_PAGES_WRITE_H

#include "pages/pages.h"

/* Each returns false where a command did not show its table. */
bool manual_write(FILE *file, const struct program *program);
bool manual_write_command(FILE *file, const struct program *program, const struct command *command);
bool bash_write(FILE *file, const struct program *program);
bool zsh_write(FILE *file, const struct program *program);
bool fish_write(FILE *file, const struct program *program);

/* What a completion offers where a value or an operand is expected. */
enum offer { OFFER_NOTHING, OFFER_FILES, OFFER_NAMES };

enum offer offer_for_option(const struct cli_option *option);
enum offer offer_for_operand(const struct command *command);

/* The short description of an option that shells show; of a choice without its names, which they offer. */
const char *offer_help(const struct cli_option *option, char *text);

/* Room for the name of a page or of a function of a shell, in bytes. */
#define PAGE_NAME_SIZE 128

/* Writes a title as the name of its page ("firesieve-solve") or of a shell's function ("firesieve_mpi"). */
const char *page_name(const char *title, char *name);
const char *function_name(const char *title, char *name);

/* Writes text with a backslash before each of the bytes in `special`. */
void text_escape(FILE *file, const char *text, const char *special);

/* Writes names with blanks between them. */
void text_names(FILE *file, const char *const *names);

/* Writes a text for troff, within a line: nothing in it is a request or an escape, `...` and --options are bold. */
void roff_text(FILE *file, const char *text);

/* As roff_text, `length` bytes without bold. */
void roff_verbatim(FILE *file, const char *text, size_t length);

/* Writes lines and paragraphs as struct program has them. */
void roff_paragraphs(FILE *file, const char *text);

/* Writes the operands of a command: words in capitals are italic, others bold. */
void roff_operands(FILE *file, const char *operands);

#endif
