/*
 * The reader and the checker of certificates. The first byte of an input selects a firewall, of layers or, from 128 on,
 * of residues; the rest is a text, tried as it is and with the correct checksum. Accepted claims must be true.
 */
#include <stdlib.h>
#include <string.h>

#include "firesieve/firesieve.h"
#include "fuzz.h"

enum { BRUTE_FORCE = 1 << 14 };

/* Whether [from, to) has no safe delay; tests only its beginning. */
static bool is_caught(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to)
{
    for (firesieve_delay delay = from; delay < to && delay - from < BRUTE_FORCE; ++delay) {
        if (!firesieve_firewall_catches(firewall, delay)) {
            return false;
        }
    }
    return true;
}

/* Whether the reported number of delays is safe; of long ranges only the bound is tested. */
static bool is_counted(const firesieve_firewall *firewall, const firesieve_certificate_report *report)
{
    firesieve_delay count = 0;
    if (report->to - report->from > BRUTE_FORCE) {
        return report->count <= report->to - report->from;
    }
    for (firesieve_delay delay = report->from; delay < report->to; ++delay) {
        count += !firesieve_firewall_catches(firewall, delay);
    }
    return count == report->count;
}

static bool is_true(const firesieve_firewall *firewall, const firesieve_certificate_report *report)
{
    switch (report->claim) {
    case FIRESIEVE_CLAIM_FOUND:
        return !firesieve_firewall_catches(firewall, report->delay) && is_caught(firewall, report->from, report->delay);
    case FIRESIEVE_CLAIM_NONE:
        return is_caught(firewall, report->from, report->to);
    case FIRESIEVE_CLAIM_NEVER:
        return is_caught(firewall, 0, BRUTE_FORCE);
    case FIRESIEVE_CLAIM_COUNT:
        return is_counted(firewall, report);
    }
    return false;
}

static void try_text(const firesieve_firewall *firewall, const char *text, size_t size)
{
    firesieve_certificate *certificate = NULL;
    firesieve_certificate_report report;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_error error;
    memset(&error, 0, sizeof error);
    firesieve_status status = firesieve_certificate_parse(firewall, text, size, &certificate, &error);
    if (status != FIRESIEVE_OK) {
        fuzz_require(status == FIRESIEVE_ERROR_RECORD && error.line > 0 && error.column > 0, "%s", error.message);
        return;
    }
    options.threads = 1;
    options.memory = 1 << 20;
    options.time_limit_s = 0.005; /* a range may take forever */
    status = firesieve_certificate_check(firewall, certificate, &options, &report, &error);
    fuzz_require(status == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(report.verdict != FIRESIEVE_ACCEPTED || is_true(firewall, &report), "accepted: %s", text);
    fuzz_require(report.verdict != FIRESIEVE_REFUSED || (report.message[0] != '\0' && report.line > 0), "refused");
    firesieve_certificate_free(certificate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { EACH = 4, RESIDUES = 128 };
    static const char *const texts[] = {"0: 3\n1: 2\n4: 4\n6: 4\n", "0: 2\n1: 3\n3: 3\n", "5: 1\n",
                                        "0: 3\n1: 2\n4: 4\n6: 4\n9: 12\n17: 14\n25: 1000\n70: 18\n"};
    static const char *const residues[] = {"x mod 8 = 1\nx not square\n", "x mod 2 = 1\nx mod 2 = 0\nx mod 5 != 3\n",
                                           "x prime\nx mod 4 = 1\nx in {7..10^12}\n",
                                           "x mod 7 in {1, 2, 4}\nx not power\nx mod 5 != 2\n"};
    if (size == 0) {
        return 0;
    }
    const char *const lines = data[0] < RESIDUES ? texts[data[0] % EACH] : residues[data[0] % EACH];
    firesieve_firewall *firewall = NULL;
    fuzz_require(firesieve_firewall_parse(lines, strlen(lines), &firewall, NULL) == FIRESIEVE_OK, "no firewall");
    size_t sealed_size;
    char *const text = fuzz_copy(data + 1, size - 1);
    char *const sealed = fuzz_seal(data + 1, size - 1, &sealed_size);
    try_text(firewall, text, size - 1);
    try_text(firewall, sealed, sealed_size);
    free(sealed);
    free(text);
    firesieve_firewall_free(firewall);
    return 0;
}
