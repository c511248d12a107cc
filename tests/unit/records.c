/* Texts that are read back: which ones are accepted, and where errors are reported. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "firewalls.h"
#include "record/record.h"

static const struct record_format format = {"test", 3, false};

Test(records, hashes_agree_with_xxh64)
{
    cr_expect(hash_bytes("", 0, 0) == UINT64_C(0xef46db3751d8e999));
    cr_expect(hash_bytes("a", 1, 0) == UINT64_C(0xd24ec4f1a98c6e5b));
    cr_expect(hash_bytes("abc", 3, 0) == UINT64_C(0x44bc2cf5ad770999));
}

Test(records, a_fingerprint_does_not_depend_on_the_order_of_layers)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n");
    firesieve_firewall *const turned = parse_firewall("4: 4\n0: 3\n1: 2\n");
    firesieve_firewall *const other = parse_firewall("0: 3\n1: 2\n4: 5\n");
    const struct fingerprint prints[] = {fingerprint_of(firewall), fingerprint_of(turned), fingerprint_of(other)};
    cr_expect(memcmp(&prints[0], &prints[1], sizeof *prints) == 0);
    cr_expect(prints[0].words[0] != prints[2].words[0] && prints[0].words[1] != prints[2].words[1]);
    cr_expect(prints[0].words[0] != prints[0].words[1]);
    firesieve_firewall_free(firewall);
    firesieve_firewall_free(turned);
    firesieve_firewall_free(other);
}

/* The lines with a first line and a checksum. */
static struct record_writer sealed(const char *lines)
{
    struct record_writer writer;
    firesieve_error error = {0};
    record_start(&writer, format);
    record_write(&writer, "%s", lines);
    cr_assert(record_finish(&writer, &error) == FIRESIEVE_OK, "%s", error.message);
    return writer;
}

/* Reads any number of lines `numbers LOW-TO-HIGH ...`, and `last HASH`. */
static firesieve_status read_lines(const char *text, size_t size, firesieve_error *error)
{
    struct record_reader reader;
    uint64_t number;
    firesieve_delay delay;
    size_t choice;
    static const char *const names[] = {"one", "two", NULL};
    record_open(&reader, format, text, size, (struct go_on){NULL, NULL}, error);
    while (record_next_is(&reader, "numbers")) {
        record_line(&reader, "numbers");
        record_number(&reader, 5, 10, &number);
        record_delay(&reader, 0, FIRESIEVE_DELAY_END, &delay);
        record_choice(&reader, names, &choice);
        while (record_has_field(&reader)) {
            record_number(&reader, 0, UINT64_MAX, &number);
        }
    }
    record_line(&reader, "last");
    record_hash(&reader, &number);
    record_end(&reader);
    return reader.status;
}

Test(records, survive_writing_and_reading)
{
    struct record_writer writer = sealed("numbers 5 0 one\nnumbers 10 170141183460469231731687303715884105728 two 0 "
                                         "18446744073709551615\nlast 0123456789abcdef\n");
    firesieve_error error = {0};
    cr_expect(read_lines(writer.text, writer.size, &error) == FIRESIEVE_OK, "%s", error.message);
    record_writer_free(&writer);
}

/* As mail and other systems change them: the checksum does not depend on line ends. */
Test(records, lines_may_end_with_carriage_returns)
{
    struct record_writer writer = sealed("numbers 5 0 one\nlast 0123456789abcdef\n");
    firesieve_error error = {0};
    char text[512];
    size_t size = 0;
    for (size_t i = 0; i < writer.size; ++i) {
        if (writer.text[i] == '\n') {
            text[size++] = '\r';
        }
        text[size++] = writer.text[i];
    }
    size = record_end_lines(text, size);
    cr_expect(size == writer.size && memcmp(text, writer.text, size) == 0);
    cr_expect(read_lines(text, size, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_expect(record_end_lines(text, 0) == 0);
    memcpy(text, "\n\r\n\ra\r", 7);
    cr_expect(record_end_lines(text, 6) == 6);
    memcpy(text, "a\r\n\r\r\nb\r", 8);
    cr_expect(record_end_lines(text, 8) == 6 && memcmp(text, "a\n\r\nb\r", 6) == 0);
    record_writer_free(&writer);
}

Test(records, errors_are_reported_with_their_position)
{
    static const struct {
        const char *lines;
        uint64_t line;
        uint64_t column;
        const char *message;
    } cases[] = {
        {"", 2, 1, "expected a line 'last', found the checksum"},
        {"first 1\n", 2, 1, "expected a line 'last', found 'first'"},
        {"first\x1b[31m 1\n", 2, 1, "expected a line 'last', found 'first'"},
        {"lastly 0123456789abcdef\n", 2, 1, "expected a line 'last', found 'lastly'"},
        {"last\n", 2, 5, "expected 16 hexadecimal digits, found the end of the line"},
        {"last \n", 2, 6, "expected 16 hexadecimal digits, found ''"},
        {"last 0123456789abcde\n", 2, 6, "expected 16 hexadecimal digits, found '0123456789abcde'"},
        {"last 0123456789abcdeF\n", 2, 6, "expected 16 hexadecimal digits, found '0123456789abcdeF'"},
        {"last 0123456789abcdef0\n", 2, 6, "expected 16 hexadecimal digits, found '0123456789abcdef0'"},
        {"last 0123456789abcdef 1\n", 2, 22, "expected the end of the line"},
        {"last 0123456789abcdef\r\n", 2, 6, "expected 16 hexadecimal digits"},
        {"last 0123456789abcdef\nmore\n", 3, 1, "expected the checksum"},
        {"last 0123456789abcdef\n\n", 3, 1, "expected the checksum"},
        {"numbers 4 0 one\nlast 0123456789abcdef\n", 2, 9, "expected a number from 5 to 10, found '4'"},
        {"numbers 11 0 one\nlast 0123456789abcdef\n", 2, 9, "expected a number from 5 to 10, found '11'"},
        {"numbers 05 0 one\nlast 0123456789abcdef\n", 2, 9, "expected a number from 5 to 10, found '05'"},
        {"numbers +5 0 one\nlast 0123456789abcdef\n", 2, 9, "expected a number from 5 to 10, found '+5'"},
        {"numbers  5 0 one\nlast 0123456789abcdef\n", 2, 9, "expected a number from 5 to 10, found ''"},
        {"numbers 5 170141183460469231731687303715884105729 one\nlast 0123456789abcdef\n", 2, 11,
         "expected a number from 0 to 170141183460469231731687303715884105728, found "
         "'170141183460469231731687303715884105729'"},
        {"numbers 5 0 three\nlast 0123456789abcdef\n", 2, 13, "expected one or two, found 'three'"},
        {"numbers 5 0 one\nnumbers 5 0 one 1 x\nlast 0123456789abcdef\n", 3, 19,
         "expected a number from 0 to 18446744073709551615, found 'x'"},
        {"numbers 5 0 one 18446744073709551616\nlast 0123456789abcdef\n", 2, 17,
         "expected a number from 0 to 18446744073709551615, found '18446744073709551616'"},
        {"numbers 5 0000000000000000000000000000000000000000000000000000000000000000000000000001 one\n", 2, 11,
         "expected a number"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        struct record_writer writer = sealed(cases[i].lines);
        firesieve_error error = {0};
        cr_expect(read_lines(writer.text, writer.size, &error) == FIRESIEVE_ERROR_RECORD, "%s", cases[i].lines);
        cr_expect(error.line == cases[i].line && error.column == cases[i].column,
                  "%s: line %" PRIu64 ", column %" PRIu64, cases[i].lines, error.line, error.column);
        cr_expect_str_eq(error.message, cases[i].message);
        record_writer_free(&writer);
    }
}

Test(records, other_formats_and_versions_are_refused)
{
    static const struct {
        const char *text;
        uint64_t column;
        const char *message;
    } cases[] = {
        {"", 1, "expected a test, which begins with 'firesieve-test 3'"},
        {"0: 3\n1: 2\n", 1, "expected a test, which begins with 'firesieve-test 3'"},
        {"firesieve-test", 1, "expected a test, which begins with 'firesieve-test 3'"},
        {"firesieve-test 2\n", 16, "expected version 3 of a test, found version 2"},
        {"firesieve-test 33\n", 16, "expected version 3 of a test, found version 33"},
        {"firesieve-test \x1b\n", 16, "expected version 3 of a test, found version "},
        {"firesieve-test 3", 17, "expected a line 'checksum' and 16 digits at the end; the test is damaged"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        firesieve_error error = {0};
        cr_expect(read_lines(cases[i].text, strlen(cases[i].text), &error) == FIRESIEVE_ERROR_RECORD);
        cr_expect(error.line == 1 && error.column == cases[i].column, "%s: column %" PRIu64, cases[i].text,
                  error.column);
        cr_expect_str_eq(error.message, cases[i].message);
    }
}

Test(records, every_changed_or_missing_byte_is_noticed)
{
    struct record_writer writer = sealed("numbers 5 0 one\nlast 0123456789abcdef\n");
    for (size_t i = 0; i < writer.size; ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            firesieve_error error = {0};
            writer.text[i] = (char)(writer.text[i] ^ 1 << bit);
            cr_expect(read_lines(writer.text, writer.size, &error) == FIRESIEVE_ERROR_RECORD, "byte %zu, bit %d", i,
                      bit);
            writer.text[i] = (char)(writer.text[i] ^ 1 << bit);
        }
    }
    for (size_t size = 0; size < writer.size; ++size) {
        firesieve_error error = {0};
        char *const part = malloc(size + 1); /* exactly this long, for AddressSanitizer */
        cr_assert(part != NULL);
        char *const text = part + 1;
        memcpy(text, writer.text, size);
        cr_expect(read_lines(text, size, &error) == FIRESIEVE_ERROR_RECORD, "%zu bytes", size);
        free(part);
    }
    record_writer_free(&writer);
}

/* ---- Limits on the size of files -------------------------------------------------------------------------- */

static bool waits(int number)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, number) == 1;
}

static bool is_blocked(int number)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    return sigismember(&blocked, number) == 1;
}

/* Saves a text with this limit on the file size, in a directory of its own, with the default action for SIGXFSZ. */
static firesieve_status save_below(rlim_t size, firesieve_error *error)
{
    char directory[] = "/tmp/firesieve-records-XXXXXX";
    char path[sizeof directory + sizeof "/kept"];
    struct rlimit limit;
    struct record_writer writer = sealed("numbers 7 100 one\n");
    cr_assert(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/kept", directory);
    cr_assert(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
    cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const struct rlimit less = {size, limit.rlim_max};
    cr_assert(setrlimit(RLIMIT_FSIZE, &less) == 0);
    const firesieve_status status = record_save(&writer, format, path, NULL, error);
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0); /* the test must write its report */
    record_writer_free(&writer);
    unlink(path);
    cr_expect(rmdir(directory) == 0, "%s is not empty", directory);
    return status;
}

Test(records, a_file_size_limit_is_an_error_and_no_signal)
{
    for (rlim_t size = 0; size < 30; size += 7) {
        firesieve_error error = {0};
        cr_expect(save_below(size, &error) == FIRESIEVE_ERROR_WRITE);
        cr_expect(strstr(error.message, strerror(EFBIG)) != NULL, "%s", error.message);
        cr_expect(!waits(SIGXFSZ) && !is_blocked(SIGXFSZ));
    }
}

Test(records, a_pending_signal_of_the_caller_stays_pending)
{
    sigset_t set;
    firesieve_error error = {0};
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    raise(SIGXFSZ);
    cr_expect(save_below(7, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(waits(SIGXFSZ) && is_blocked(SIGXFSZ));
    signal(SIGXFSZ, SIG_IGN); /* drops it */
}
