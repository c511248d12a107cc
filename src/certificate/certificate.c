#include "certificate/certificate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"

const struct record_format certificate_format = {.name = "certificate", .version = 1};

static const char no_kernel[] = "none";
static const char *const claim_names[] = {"found", "none", "never", "count", NULL};

const char *firesieve_claim_name(firesieve_claim claim)
{
    return (unsigned)claim <= FIRESIEVE_CLAIM_COUNT ? claim_names[claim] : NULL;
}

/* ---- The head --------------------------------------------------------------------------------------------- */

void certificate_write_made(struct record_writer *writer, firesieve_method method, const firesieve_kernel *kernel)
{
    if (method != FIRESIEVE_METHOD_AUTO) {
        record_write(writer, "made %s %s\n", firesieve_method_name(method),
                     kernel == NULL ? no_kernel : firesieve_kernel_name(kernel));
    }
}

void certificate_write_head(struct record_writer *writer, const firesieve_firewall *firewall,
                            const struct certificate_head *head)
{
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE];
    record_start(writer, certificate_format);
    record_write_firewall(writer, firewall);
    record_write(writer, "claim %s", firesieve_claim_name(head->claim));
    if (head->claim == FIRESIEVE_CLAIM_FOUND || head->claim == FIRESIEVE_CLAIM_COUNT) {
        const bool found = head->claim == FIRESIEVE_CLAIM_FOUND;
        record_write(writer, " %s", firesieve_delay_format(found ? head->delay : head->count, from));
    }
    record_write(writer, "\n");
    if (head->claim != FIRESIEVE_CLAIM_NEVER) {
        record_write(writer, "range %s %s\n", firesieve_delay_format(head->from, from),
                     firesieve_delay_format(head->to, to));
        certificate_write_made(writer, head->method, head->kernel);
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
        if (firesieve_kernel_emulated(firesieve_kernel_at(i))) { /* these have the names of those before */
            break;
        }
        names[i + 1] = firesieve_kernel_name(firesieve_kernel_at(i));
    }
    size_t index = 0;
    const bool read = record_choice(reader, names, &index);
    *kernel = index == 0 ? NULL : firesieve_kernel_at(index - 1);
    return read;
}

static bool read_made(struct record_reader *reader, firesieve_method *method, const firesieve_kernel **kernel)
{
    return record_line(reader, "made") && read_method(reader, method) && read_kernel(reader, kernel);
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
    if (head->claim == FIRESIEVE_CLAIM_COUNT && !record_delay(reader, 1, FIRESIEVE_DELAY_END, &head->count)) {
        return false;
    }
    if (!record_line(reader, "range") || !record_delay(reader, 0, FIRESIEVE_DELAY_END, &head->from) ||
        !record_delay(reader, head->from, FIRESIEVE_DELAY_END, &head->to)) {
        return false;
    }
    const bool components = head->claim == FIRESIEVE_CLAIM_COUNT && record_next_is(reader, "component");
    const bool tree =
        head->claim == FIRESIEVE_CLAIM_NONE && firewall->layers == NULL && !record_next_is(reader, "made");
    return components || tree || read_made(reader, &head->method, &head->kernel);
}

bool certificate_has_tree(const struct certificate_head *head)
{
    return head->claim == FIRESIEVE_CLAIM_NEVER ||
           (head->claim == FIRESIEVE_CLAIM_NONE && head->method == FIRESIEVE_METHOD_AUTO);
}

/* ---- The body --------------------------------------------------------------------------------------------- */

bool certificate_read_split(struct record_reader *reader, uint64_t *prime)
{
    return record_line(reader, "split") && record_number(reader, 2, FIRESIEVE_DEPTH_MAX, prime);
}

bool certificate_read_leaf(struct record_reader *reader, const firesieve_firewall *firewall,
                           struct certificate_leaf *leaf)
{
    if (firewall->layers != NULL) {
        return record_line(reader, "leaf") && record_number(reader, 0, FIRESIEVE_DEPTH_MAX, &leaf->depth);
    }
    return record_line(reader, "leaf") && record_number(reader, 1, FIRESIEVE_DEPTH_MAX, &leaf->class.modulus) &&
           record_number(reader, 0, leaf->class.modulus - 1, &leaf->class.residue);
}

bool certificate_read_within(struct record_reader *reader, firesieve_delay *low, firesieve_delay *high)
{
    return record_line(reader, "within") && record_delay(reader, 0, FIRESIEVE_DELAY_END, low) &&
           record_delay(reader, 0, FIRESIEVE_DELAY_END, high);
}

bool certificate_read_small(struct record_reader *reader, firesieve_delay *end)
{
    return record_line(reader, "small") && record_delay(reader, 0, FIRESIEVE_DELAY_END, end);
}

bool certificate_read_dropped(struct record_reader *reader, firesieve_delay *x)
{
    return record_line(reader, "dropped") && record_delay(reader, 0, FIRESIEVE_DELAY_END - 1, x);
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

bool certificate_read_component(struct record_reader *reader, struct certificate_component *component)
{
    return record_line(reader, "component") && record_delay(reader, 2, FIRESIEVE_DELAY_END - 1, &component->cycle) &&
           record_delay(reader, 0, component->cycle, &component->count);
}

bool certificate_read_tower(struct record_reader *reader, struct certificate_tower *tower)
{
    tower->height = 0;
    bool more = record_line(reader, "tower") && record_number(reader, 2, FIRESIEVE_DEPTH_MAX, &tower->base);
    while (more && (tower->height == 0 || record_has_field(reader))) {
        firesieve_delay left;
        more = record_delay(reader, 0, FIRESIEVE_DELAY_END, &left);
        if (more && tower->height == CERTIFICATE_HEIGHT_MAX) {
            return record_fail(reader, "expected at most %d powers", CERTIFICATE_HEIGHT_MAX);
        }
        if (more) {
            tower->left[tower->height++] = left;
        }
    }
    return more;
}

bool certificate_read_rest(struct record_reader *reader, struct certificate_rest *rest)
{
    *rest = (struct certificate_rest){.method = FIRESIEVE_METHOD_AUTO};
    return record_line(reader, "rest") && record_delay(reader, 0, FIRESIEVE_DELAY_END, &rest->from) &&
           record_delay(reader, rest->from, FIRESIEVE_DELAY_END, &rest->to) &&
           record_delay(reader, 0, rest->to - rest->from, &rest->count) &&
           (!record_next_is(reader, "made") || read_made(reader, &rest->method, &rest->kernel));
}

static bool read_components(struct record_reader *reader)
{
    struct certificate_component component;
    struct certificate_tower tower;
    struct certificate_rest rest;
    bool more = true;
    while (more && record_next_is(reader, "component")) {
        more = certificate_read_component(reader, &component);
        while (more && record_next_is(reader, "tower")) {
            more = certificate_read_tower(reader, &tower);
        }
    }
    return more && (!record_next_is(reader, "rest") || certificate_read_rest(reader, &rest));
}

/* The lines `within` and `small`. */
static bool read_part(struct record_reader *reader)
{
    firesieve_delay low;
    firesieve_delay high;
    return (!record_next_is(reader, "within") || certificate_read_within(reader, &low, &high)) &&
           (!record_next_is(reader, "small") || certificate_read_small(reader, &high));
}

static void read_tree(struct record_reader *reader, const firesieve_firewall *firewall)
{
    uint64_t prime;
    struct certificate_leaf leaf;
    bool more = true;
    while (more) {
        more = record_next_is(reader, "split")  ? certificate_read_split(reader, &prime)
               : record_next_is(reader, "leaf") ? certificate_read_leaf(reader, firewall, &leaf)
                                                : false;
    }
}

static void read_windows(struct record_reader *reader, const firesieve_firewall *firewall)
{
    struct certificate_window window;
    firesieve_delay x;
    bool more = true;
    while (more && record_next_is(reader, "window")) {
        more = certificate_read_window(reader, &window);
        while (more && firewall->layers == NULL && record_next_is(reader, "dropped")) {
            more = certificate_read_dropped(reader, &x);
        }
    }
}

/* After the line `made`. */
static void read_search(struct record_reader *reader, const firesieve_firewall *firewall, bool counted)
{
    uint64_t period;
    bool empty = counted; /* its windows are those of the whole firewall */
    bool more = counted || certificate_read_empty(reader, &empty);
    while (more && !empty && record_next_is(reader, "without")) {
        more = certificate_read_without(reader, &period);
    }
    if (more) {
        read_windows(reader, firewall);
    }
}

/* Reads all lines for their syntax alone. */
static firesieve_status read_through(const firesieve_firewall *firewall, const char *text, size_t size,
                                     struct go_on go_on, firesieve_error *error)
{
    struct record_reader reader;
    struct certificate_head head;
    if (record_open(&reader, certificate_format, text, size, go_on, error) != FIRESIEVE_OK ||
        !certificate_read_head(&reader, firewall, &head)) {
        return reader.status;
    }
    const bool counted = head.claim == FIRESIEVE_CLAIM_COUNT;
    if (counted && head.method == FIRESIEVE_METHOD_AUTO) {
        read_components(&reader);
    } else if (firewall->layers != NULL || read_part(&reader)) {
        if (certificate_has_tree(&head)) {
            read_tree(&reader, firewall);
        } else {
            read_search(&reader, firewall, counted);
        }
    }
    record_end(&reader);
    return reader.status;
}

/* ---- Certificates ----------------------------------------------------------------------------------------- */

/* Takes ownership of the text, also after an error. */
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
