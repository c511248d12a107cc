/*
 * Texts of ours that are read back: checkpoints and certificates. The first line is the name of the format and its
 * version, each line behind it a key and its fields with one blank between them, and, but for open formats, the last
 * line a checksum: XXH64, in 16 hexadecimal digits, of all bytes before that line.
 *
 *     firesieve-checkpoint 2
 *     firewall 44 5d1c7f4e0c9e34ad12b00d9c6c4d7a31
 *     reached 1000000
 *     checksum 0f3b2a8d91c4e657
 *
 * The second line says whose it is: `firewall LAYERS FINGERPRINT`, or `residues LINES FINGERPRINT` of a firewall in the
 * residue form, where lines `from` and `to` do not count.
 */
#ifndef FIRESIEVE_RECORD_RECORD_H
#define FIRESIEVE_RECORD_RECORD_H

#include "firewall/fingerprint.h"

/* What a format is called: in messages ("checkpoint") and in its first line ("firesieve-checkpoint 2"). */
struct record_format {
    const char *name;
    unsigned version;
    bool open; /* without a checksum: people may write and change it */
};

/* ---- Writing ---------------------------------------------------------------------------------------------- */

/* A growing text. */
struct record_writer {
    char *text; /* owned */
    size_t size;
    size_t capacity;
    bool no_memory; /* something is missing from it */
    bool open;      /* the format is */
};

/* Starts a text with its first line. Free with record_writer_free. */
void record_start(struct record_writer *writer, struct record_format format);

/* Appends to the text; each line ends with \n. */
void record_write(struct record_writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a text of any length as it is. */
void record_write_text(struct record_writer *writer, const char *text);

/* What the line of a firewall begins with, and its first number. */
const char *record_firewall_key(const firesieve_firewall *firewall);
size_t record_firewall_size(const firesieve_firewall *firewall);

/* Append the line of a firewall. The second is for who writes the same one often. */
void record_write_firewall(struct record_writer *writer, const firesieve_firewall *firewall);
void record_write_fingerprint(struct record_writer *writer, const firesieve_firewall *firewall,
                              const struct fingerprint *fingerprint);

/* Appends the checksum, where the format has one, and behind the text a NUL. Errors: MEMORY, here or before. */
firesieve_status record_finish(struct record_writer *writer, firesieve_error *error);

void record_writer_free(struct record_writer *writer);

/*
 * Whose a file is: a search holds its checkpoint as long as it runs, by a lock on the open file, so that no other one
 * keeps its own there. Where a file system has no locks, all goes on without. Start with { -1 }.
 */
struct record_hold {
    int descriptor; /* -1: nothing is held */
};

void record_let_go(struct record_hold *hold);

/*
 * Holds the file that is open and that `path` names; the hold takes the descriptor over. False: another process holds
 * it, or has just replaced it.
 */
bool record_hold_file(struct record_hold *hold, int descriptor, const char *path);

/*
 * Makes a finished text the content of the file: it is written into FILE.firesieve-new, brought to the disk and
 * renamed, so that whenever the machine stops either the old content is there or the new one. Permissions are those of
 * the old file, or what the umask leaves to a new one. `path` may be a symbolic link: what it points to is replaced.
 * With a hold (NULL: without) the file is held from then on, and is not replaced where its content is not of this
 * format. Errors: WRITE; the old content is as it was.
 */
firesieve_status record_save(const struct record_writer *writer, struct record_format format, const char *path,
                             struct record_hold *hold, firesieve_error *error);

/* ---- Reading ---------------------------------------------------------------------------------------------- */

/*
 * Reads a whole file of at most size_max bytes into memory, which the caller frees, and ends its lines with \n. With a hold (NULL: without) the
 * file is held from then on. Errors: READ, also where another process holds it, RECORD, MEMORY.
 */
firesieve_status record_load(const char *path, size_t size_max, char **text, size_t *size, struct record_hold *hold,
                             firesieve_error *error);

/*
 * Puts \n in place of each \r\n, where the first line ends so, as other systems and their tools end lines; the checksum
 * is one of lines that end with \n. Returns the new size.
 */
size_t record_end_lines(char *text, size_t size);

/*
 * A text that is being read. All functions that return a bool return false, and set status and error, where the text is
 * not as they expect it; later calls then do nothing but return false.
 */
struct record_reader {
    struct record_format format;
    const char *at;    /* what is read next */
    const char *field; /* where the last field began, for errors */
    const char *line_begin;
    const char *end;    /* where the checksum's line begins */
    uint64_t line;      /* from 1 */
    struct go_on go_on; /* asked in long texts; a no is the error STOPPED */
    firesieve_status status;
    firesieve_error *error; /* or NULL */
};

/*
 * Begins to read: checks that the text is of this format and version, and its checksum. The text stays the caller's.
 * Errors: RECORD, STOPPED.
 */
firesieve_status record_open(struct record_reader *reader, struct record_format format, const char *text, size_t size,
                             struct go_on go_on, firesieve_error *error);

/* Goes to the next line, whose key has to be this one; of the line before, everything must have been read. */
bool record_line(struct record_reader *reader, const char *key);

/* Whether the next line has this key. It is not gone to; never an error. */
bool record_next_is(const struct record_reader *reader, const char *key);

/* Read the next field of the line. */
bool record_number(struct record_reader *reader, uint64_t low, uint64_t high, uint64_t *number);
bool record_delay(struct record_reader *reader, firesieve_delay low, firesieve_delay high, firesieve_delay *delay);
bool record_hash(struct record_reader *reader, uint64_t *hash); /* 16 hexadecimal digits */

/* Reads a field LOW-HIGH, or a number that stands for itself. */
bool record_range(struct record_reader *reader, firesieve_delay least, firesieve_delay most, firesieve_delay *low,
                  firesieve_delay *high);

/* The column of the last field, from 1. */
static inline uint64_t record_column(const struct record_reader *reader)
{
    return (uint64_t)(reader->field - reader->line_begin) + 1;
}

/* Reads a field that is one of the names, which end with NULL. */
bool record_choice(struct record_reader *reader, const char *const *names, size_t *index);

/* Whether the line has one more field. Never an error. */
bool record_has_field(const struct record_reader *reader);

/* Reads all that is left of the line, behind the blank. Never an error; the text is not NUL-terminated. */
const char *record_rest(struct record_reader *reader, size_t *size);

/* Reads the line of a firewall, which has to be that of this one. */
bool record_firewall(struct record_reader *reader, const firesieve_firewall *firewall);

/* All lines have been read to their ends. */
bool record_end(struct record_reader *reader);

/* The last field is not what it has to be, or does not go with the others: says so with its place. Returns false. */
bool record_fail(struct record_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* There is no memory for what was read: the error MEMORY. Returns false. */
bool record_no_memory(struct record_reader *reader);

#endif
