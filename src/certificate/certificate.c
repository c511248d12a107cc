#include "certificate/certificate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"

const struct record_format certificate_format = {.name = "certificate", .version = 1};

static const char no_kernel[] = "none";
static const char *const claim_names[] = {"found", "none", "never", NULL};

const char *firesieve_claim_name(firesieve_claim claim)
{
    return (unsigned)claim <= FIRESIEVE_CLAIM_NEVER ? claim_names[claim] : NULL;
}

/* ---- The head --------------------------------------------------------------------------------------------- */

void certificate_write_head(struct record_writer *writer, const firesieve_firewall *firewall,
                            const struct certificate_head *head)
{
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE];
    record_start(writer, certificate_format);
    record_write_firewall(writer, firewall);
    record_write(writer, "claim %s", firesieve_claim_name(head->claim));
    if (head->claim == FIRESIEVE_CLAIM_FOUND) {
        record_write(writer, " %s", firesieve_delay_format(head->delay, from));
    }
    record_write(writer, "\n");
    if (head->claim != FIRESIEVE_CLAIM_NEVER) {
        record_write(writer, "range %s %s\nmade %s %s\n", firesieve_delay_format(head->from, from),
                     firesieve_delay_format(head->to, to), firesieve_method_name(head->method),
                     head->kernel == NULL ? no_kernel : firesieve_kernel_name(head->kernel));
    }
}

static bool read_method(struct record_reader *reader, firesieve_method *method)
{
    const char *names[FIRESIEVE_METHOD_COUNT] = {NULL};
    for (size_t i = 1; i < FIRESIEVE_METHOD_COUNT; ++i) { /* without AUTO, which never makes anything */
        names[i - 1] = firesieve_method_name((firesieve_method)i);
    }
    size_t index = 0;
    const bool read = record_choice(reader, names, &index);
    *method = (firesieve_method)(index + 1);
    return read;
}

static bool read_kernel(struct record_reader *reader, const firesieve_kernel **kernel)
{
    enum { NAMES_ROOM = 32 };
    const char *names[NAMES_ROOM] = {no_kernel};
    for (size_t i = 0; i < firesieve_kernel_count() && i + 2 < NAMES_ROOM; ++i) {
        if (firesieve_kernel_emulated(firesieve_kernel_at(i))) { /* which have the names of those before */
            break;
        }
        names[i + 1] = firesieve_kernel_name(firesieve_kernel_at(i));
    }
    size_t index = 0;
    const bool read = record_choice(reader, names, &index);
    *kernel = index == 0 ? NULL : firesieve_kernel_at(index - 1);
    return read;
}

bool certificate_read_head(struct record_reader *reader, const firesieve_firewall *firewall,
                           struct certificate_head *head)
{
    size_t claim = 0;
    *head = (struct certificate_head){.to = FIRESIEVE_DELAY_END};
    if (!record_firewall(reader, firewall) || !record_line(reader, "claim") ||
        !record_choice(reader, claim_names, &claim)) {
        return false;
    }
    head->claim = (firesieve_claim)claim;
    if (head->claim == FIRESIEVE_CLAIM_NEVER) {
        return true;
    }
    if (head->claim == FIRESIEVE_CLAIM_FOUND && !record_delay(reader, 0, FIRESIEVE_DELAY_END - 1, &head->delay)) {
        return false;
    }
    return record_line(reader, "range") && record_delay(reader, 0, FIRESIEVE_DELAY_END, &head->from) &&
           record_delay(reader, head->from, FIRESIEVE_DELAY_END, &head->to) && record_line(reader, "made") &&
           read_method(reader, &head->method) && read_kernel(reader, &head->kernel);
}

/* ---- The body --------------------------------------------------------------------------------------------- */

bool certificate_read_split(struct record_reader *reader, uint64_t *prime)
{
    return record_line(reader, "split") && record_number(reader, 2, FIRESIEVE_DEPTH_MAX, prime);
}

bool certificate_read_leaf(struct record_reader *reader, uint64_t *depth)
{
    return record_line(reader, "leaf") && record_number(reader, 0, FIRESIEVE_DEPTH_MAX, depth);
}

bool certificate_read_without(struct record_reader *reader, uint64_t *period)
{
    return record_line(reader, "without") && record_number(reader, 0, 2 * (FIRESIEVE_RANGE_MAX - 1), period);
}

bool certificate_read_empty(struct record_reader *reader, bool *empty)
{
    *empty = record_next_is(reader, "empty");
    return !*empty || record_line(reader, "empty");
}

bool certificate_read_window(struct record_reader *reader, struct certificate_window *window)
{
    return record_line(reader, "window") && record_delay(reader, 0, FIRESIEVE_DELAY_END, &window->end) &&
           record_delay(reader, 0, FIRESIEVE_DELAY_END, &window->count) && record_hash(reader, &window->hash);
}

/* Reads all lines, without asking what they say. */
static firesieve_status read_through(const firesieve_firewall *firewall, const char *text, size_t size,
                                     struct go_on go_on, firesieve_error *error)
{
    struct record_reader reader;
    struct certificate_head head;
    struct certificate_window window;
    uint64_t number;
    if (record_open(&reader, certificate_format, text, size, go_on, error) != FIRESIEVE_OK ||
        !certificate_read_head(&reader, firewall, &head)) {
        return reader.status;
    }
    bool empty = false;
    bool more = head.claim == FIRESIEVE_CLAIM_NEVER || certificate_read_empty(&reader, &empty);
    while (more && head.claim == FIRESIEVE_CLAIM_NEVER) {
        more = record_next_is(&reader, "split")  ? certificate_read_split(&reader, &number)
               : record_next_is(&reader, "leaf") ? certificate_read_leaf(&reader, &number)
                                                 : false;
    }
    while (more && !empty && record_next_is(&reader, "without")) {
        more = certificate_read_without(&reader, &number);
    }
    while (more && record_next_is(&reader, "window")) {
        more = certificate_read_window(&reader, &window);
    }
    record_end(&reader);
    return reader.status;
}

/* ---- Certificates ----------------------------------------------------------------------------------------- */

/* Takes the text over, also after an error. */
static firesieve_status adopt(const firesieve_firewall *firewall, char *text, size_t size, struct go_on go_on,
                              firesieve_certificate **certificate, firesieve_error *error)
{
    firesieve_status status = read_through(firewall, text, size, go_on, error);
    firesieve_certificate *made = NULL;
    if (status == FIRESIEVE_OK) {
        made = malloc(sizeof *made);
        status = made == NULL ? error_set_memory(error, "a certificate") : FIRESIEVE_OK;
    }
    if (made == NULL) {
        free(text);
        return status;
    }
    *made = (firesieve_certificate){.text = text, .size = size};
    *certificate = made;
    return FIRESIEVE_OK;
}

static firesieve_status check_size(size_t size, firesieve_error *error)
{
    return size <= FIRESIEVE_CERTIFICATE_SIZE_MAX
               ? FIRESIEVE_OK
               : error_set_at(error, FIRESIEVE_ERROR_RECORD, 1, 1, "expected at most %d bytes, found %zu",
                              FIRESIEVE_CERTIFICATE_SIZE_MAX, size);
}

firesieve_status firesieve_certificate_parse_within(const firesieve_firewall *firewall, const char *text, size_t size,
                                                    const firesieve_limits *limits, firesieve_certificate **certificate,
                                                    firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const firesieve_status status = check_size(size, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    char *const copy = malloc(size + 1);
    if (copy == NULL) {
        return error_set_memory(error, "the text of a certificate");
    }
    if (size > 0) {
        memcpy(copy, text, size);
    }
    return adopt(firewall, copy, record_end_lines(copy, size), limit_watch_go_on(&watch), certificate, error);
}

firesieve_status firesieve_certificate_parse(const firesieve_firewall *firewall, const char *text, size_t size,
                                             firesieve_certificate **certificate, firesieve_error *error)
{
    return firesieve_certificate_parse_within(firewall, text, size, NULL, certificate, error);
}

firesieve_status firesieve_certificate_open_within(const firesieve_firewall *firewall, const char *path,
                                                   const firesieve_limits *limits, firesieve_certificate **certificate,
                                                   firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    char *text;
    size_t size;
    const firesieve_status status = record_load(path, FIRESIEVE_CERTIFICATE_SIZE_MAX, &text, &size, NULL, error);
    return status == FIRESIEVE_OK ? adopt(firewall, text, size, limit_watch_go_on(&watch), certificate, error) : status;
}

firesieve_status firesieve_certificate_open(const firesieve_firewall *firewall, const char *path,
                                            firesieve_certificate **certificate, firesieve_error *error)
{
    return firesieve_certificate_open_within(firewall, path, NULL, certificate, error);
}

firesieve_status certificate_finish(struct record_writer *writer, const firesieve_firewall *firewall,
                                    struct go_on go_on, firesieve_certificate **certificate, firesieve_error *error)
{
    firesieve_status status = record_finish(writer, error);
    if (status == FIRESIEVE_OK && writer->size > FIRESIEVE_CERTIFICATE_SIZE_MAX) {
        status = error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the certificate would take more than %d bytes",
                           FIRESIEVE_CERTIFICATE_SIZE_MAX);
    }
    if (status != FIRESIEVE_OK) {
        record_writer_free(writer);
        return status;
    }
    char *const text = writer->text;
    const size_t size = writer->size;
    *writer = (struct record_writer){.text = NULL};
    return adopt(firewall, text, size, go_on, certificate, error);
}

void firesieve_certificate_free(firesieve_certificate *certificate)
{
    if (certificate != NULL) {
        free(certificate->text);
        free(certificate);
    }
}

const char *firesieve_certificate_text(const firesieve_certificate *certificate, size_t *size)
{
    *size = certificate->size;
    return certificate->text;
}

firesieve_status firesieve_certificate_save(const firesieve_certificate *certificate, const char *path,
                                            firesieve_error *error)
{
    const struct record_writer text = {.text = certificate->text, .size = certificate->size};
    return record_save(&text, certificate_format, path, NULL, error);
}
