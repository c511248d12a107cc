/*
 * Our own text formats: checkpoints, certificates and plans. The first line is the name of the format and its version,
 * each line after it a key and its fields with one blank between them, and the last line, except in open formats, a
 * checksum: XXH64, in 16 hexadecimal digits, of all bytes before that line.
 *
 *     firesieve-checkpoint 2
 *     firewall 44 5d1c7f4e0c9e34ad12b00d9c6c4d7a31
 *     reached 1000000
 *     checksum 0f3b2a8d91c4e657
 *
 * The second line identifies the firewall: `firewall LAYERS FINGERPRINT`, or in the residue form `residues LINES
 * FINGERPRINT`, not counting the lines `from` and `to`.
 */
#ifndef FIRESIEVE_RECORD_RECORD_H
#define FIRESIEVE_RECORD_RECORD_H

#include "firewall/fingerprint.h"

/* The name of a format, for messages ("checkpoint") and the first line ("firesieve-checkpoint 2"). */
struct record_format {
    const char *name;
    unsigned version;
    bool open; /* has no checksum: people may write and edit it */
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

/* Append the line of a firewall. The second is for callers that write the same one often. */
void record_write_firewall(struct record_writer *writer, const firesieve_firewall *firewall);
void record_write_fingerprint(struct record_writer *writer, const firesieve_firewall *firewall,
                              const struct fingerprint *fingerprint);

/* Appends the checksum if the format has one, and a NUL after the text. Errors: MEMORY, here or earlier. */
firesieve_status record_finish(struct record_writer *writer, firesieve_error *error);

void record_writer_free(struct record_writer *writer);

/*
 * A claim on a file: a search holds its checkpoint as long as it runs, by a lock on the open file, so that no other
 * search uses the same one. On a file system without locks everything works without. Start with { -1 }.
 */
struct record_hold {
    int descriptor; /* -1: nothing is held */
};

void record_let_go(struct record_hold *hold);

/*
 * Holds the open file that `path` names; the hold takes ownership of the descriptor. False: another process holds it,
 * or has just replaced it.
 */
bool record_hold_file(struct record_hold *hold, int descriptor, const char *path);

/*
 * Makes a finished text the content of the file: it is written to FILE.firesieve-new, synced to disk and renamed, so
 * that the file has either the old content or the new one whenever the machine stops. Permissions are those of the old
 * file, or what the umask leaves to a new one. `path` may be a symbolic link: what it points to is replaced. With a
 * hold (NULL: none) the file is held from then on, and is not replaced if its content is not of this format. Errors:
 * WRITE; the old content is as it was.
 */
firesieve_status record_save(const struct record_writer *writer, struct record_format format, const char *path,
                             struct record_hold *hold, firesieve_error *error);

/* ---- Reading ---------------------------------------------------------------------------------------------- */

/*
 * Reads a whole file of at most size_max bytes into memory, which the caller frees, and ends its lines with \n. With a
 * hold (NULL: none) the file is held from then on. Errors: READ, also if another process holds it, RECORD, MEMORY.
 */
firesieve_status record_load(const char *path, size_t size_max, char **text, size_t *size, struct record_hold *hold,
                             firesieve_error *error);

/*
 * Replaces each \r\n by \n if the first line ends with \r\n, as on other systems; the checksum is of lines that end
 * with \n. Returns the new size.
 */
size_t record_end_lines(char *text, size_t size);

/*
 * A text that is being read. All functions that return a bool return false, and set status and error, if the text is
 * not as they expect; later calls then only return false.
 */
struct record_reader {
    struct record_format format;
    const char *at;    /* what is read next */
    const char *field; /* where the last field or error began */
    const char *line_begin;
    const char *end;    /* where the checksum's line begins */
    uint64_t line;      /* from 1 */
    struct go_on go_on; /* asked in long texts; if it says no, that is the error STOPPED */
    firesieve_status status;
    firesieve_error *error; /* or NULL */
};

/*
 * Begins to read: checks that the text is of this format and version, and its checksum. The text stays the caller's.
 * Errors: RECORD, STOPPED.
 */
firesieve_status record_open(struct record_reader *reader, struct record_format format, const char *text, size_t size,
                             struct go_on go_on, firesieve_error *error);

/* Moves to the next line, which must have this key; the line before must have been read to its end. */
bool record_line(struct record_reader *reader, const char *key);

/* Whether the next line has this key, without moving to it. Never an error. */
bool record_next_is(const struct record_reader *reader, const char *key);

/* Read the next field of the line. */
bool record_number(struct record_reader *reader, uint64_t low, uint64_t high, uint64_t *number);
bool record_delay(struct record_reader *reader, firesieve_delay low, firesieve_delay high, firesieve_delay *delay);
bool record_hash(struct record_reader *reader, uint64_t *hash); /* 16 hexadecimal digits */

/* Reads a field LOW-HIGH, or one number that is both. */
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

/* Reads the rest of the line after the blank. Never an error; the text is not NUL-terminated. */
const char *record_rest(struct record_reader *reader, size_t *size);

/* Reads the line of a firewall, which must be this one. */
bool record_firewall(struct record_reader *reader, const firesieve_firewall *firewall);

/* Checks that all lines have been read to their ends. */
bool record_end(struct record_reader *reader);

/* Reports that the last field is wrong, with its place. Returns false. */
bool record_fail(struct record_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reports the error MEMORY. Returns false. */
bool record_no_memory(struct record_reader *reader);

#endif
