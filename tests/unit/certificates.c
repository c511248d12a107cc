/*
 * Certificates: for every kind of answer one is made and accepted; false ones with a correct checksum are refused with
 * the number of the offending line.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/delay.h"
#include "base/hash.h"
#include "base/random.h"
#include "firewalls.h"
#include "support/kernels.h"

static firesieve_certificate *certify(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                      const firesieve_search_result *result)
{
    firesieve_certificate *certificate = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_certify(firewall, options, result, &certificate, &error) == FIRESIEVE_OK, "%s\n%s",
              error.message, show_firewall(firewall));
    cr_assert(certificate != NULL);
    return certificate;
}

static firesieve_certificate_report check(const firesieve_firewall *firewall, const firesieve_certificate *certificate,
                                          const firesieve_search_options *options)
{
    firesieve_certificate_report report = {.line = 77};
    firesieve_error error = {0};
    cr_assert(firesieve_certificate_check(firewall, certificate, options, &report, &error) == FIRESIEVE_OK, "%s",
              error.message);
    cr_assert((report.verdict == FIRESIEVE_REFUSED) == (report.line != 0));
    cr_assert((report.verdict == FIRESIEVE_REFUSED) == (report.message[0] != '\0'));
    return report;
}

/* Parses the text of the certificate. */
static firesieve_certificate *copy(const firesieve_firewall *firewall, const firesieve_certificate *certificate)
{
    size_t size;
    firesieve_error error = {0};
    firesieve_certificate *copied = NULL;
    const char *const text = firesieve_certificate_text(certificate, &size);
    cr_assert(firesieve_certificate_parse(firewall, text, size, &copied, &error) == FIRESIEVE_OK, "%" PRIu64 ": %s",
              error.line, error.message);
    return copied;
}

/* Solves, certifies, parses the text of the certificate, and checks it. */
static firesieve_certificate_report check_answer(const firesieve_firewall *firewall,
                                                 const firesieve_search_options *options)
{
    const firesieve_search_options plain = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, options);
    firesieve_certificate *const made = certify(firewall, options, &result);
    firesieve_certificate *const read = copy(firewall, made);
    const firesieve_certificate_report report = check(firewall, read, &plain);
    cr_assert(report.verdict == FIRESIEVE_ACCEPTED, "line %" PRIu64 ": %s\n%s", report.line, report.message,
              show_firewall(firewall));
    cr_assert((report.claim == FIRESIEVE_CLAIM_FOUND) == (result.outcome == FIRESIEVE_FOUND));
    if (report.claim == FIRESIEVE_CLAIM_FOUND) {
        cr_assert(report.delay == result.delay);
    }
    if (report.claim != FIRESIEVE_CLAIM_NEVER) {
        cr_assert(report.from == options->from && report.to == delay_end(options->to));
    }
    firesieve_certificate_free(made);
    firesieve_certificate_free(read);
    return report;
}

/* ---- Answers ---------------------------------------------------------------------------------------------------- */

static firesieve_firewall *draw_firewall(struct random_state *random)
{
    enum { LAYERS_MAX = 24 };
    firesieve_layer layers[LAYERS_MAX];
    const size_t count = random_between(random, 1, LAYERS_MAX);
    const uint64_t range_max = random_between(random, 4, 14);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t before = i == 0 ? random_between(random, 0, 99) : layers[i - 1].depth;
        layers[i].depth = before + random_between(random, 1, 5);
        layers[i].range = random_between(random, random_between(random, 0, 99) == 0 ? 1 : 2, range_max);
    }
    return build_firewall(layers, count);
}

/* Other tests compare the results of solve with the oracle; here their certificates must be accepted. */
Test(certificates, of_random_firewalls)
{
    unsigned claims[3] = {0};
    for (unsigned i = 0; i < 400; ++i) {
        struct random_state random = {test_seed() + i};
        firesieve_firewall *const firewall = draw_firewall(&random);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = i % 2 == 0 ? 0 : random_between(&random, 0, 100000);
        options.to = i % 3 == 0 ? options.from + random_between(&random, 0, 30) : FIRESIEVE_DELAY_END;
        options.memory = i % 5 == 0 ? 1000 : 0;
        ++claims[check_answer(firewall, &options).claim];
        firesieve_firewall_free(firewall);
    }
    cr_assert(claims[0] > 50 && claims[1] > 10 && claims[2] > 20, "%u found, %u none, %u never", claims[0], claims[1],
              claims[2]);
}

/* Covers 0 mod 2, 1 mod 4 by 331 classes, and 3 mod 4 by 3: no period is a multiple of all others. */
static firesieve_firewall *cover_by_a_large_prime(void)
{
    static const struct {
        uint64_t residue;
        uint64_t modulus;
        uint64_t parts;
    } rows[] = {{0, 2, 1}, {1, 4, 331}, {3, 4, 3}};
    firesieve_layer layers[1 + 331 + 3];
    size_t count = 0;
    uint64_t base = 0; /* a multiple of all periods, above the depths so far */
    for (size_t i = 0; i < COUNT_OF(rows); ++i, base += UINT64_C(12) * 331) {
        const uint64_t period = rows[i].modulus * rows[i].parts;
        for (uint64_t j = 0; j < rows[i].parts; ++j) {
            layers[count] = layer_catching(rows[i].residue + j * rows[i].modulus, period);
            layers[count++].depth += base;
        }
    }
    return build_firewall(layers, count);
}

static firesieve_firewall *all_residues(uint64_t period)
{
    firesieve_layer *const layers = calloc(period, sizeof *layers);
    for (uint64_t i = 0; i < period; ++i) {
        layers[i] = (firesieve_layer){.depth = i, .range = period / 2 + 1};
    }
    firesieve_firewall *const firewall = build_firewall(layers, period);
    free(layers);
    return firewall;
}

static firesieve_firewall *blocked(uint64_t layers)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_BLOCKED);
    options.layers = layers;
    return generate_firewall(FIRESIEVE_FAMILY_BLOCKED, &options);
}

/* There is a tree for every kind of proof that solve finds; the prover does not split by the primes 331 and 317. */
Test(certificates, that_nothing_is_ever_safe)
{
    firesieve_firewall *const firewalls[] = {
        open_golden("range-one.firewall"),
        open_golden("erdos-cover.firewall"),
        all_residues(2),
        all_residues(60),
        all_residues(2 * 317),
        blocked(3),
        blocked(2000),
        cover_by_a_large_prime(),
    };
    for (size_t i = 0; i < COUNT_OF(firewalls); ++i) {
        for (int to_the_end = 0; to_the_end < 2; ++to_the_end) {
            firesieve_search_options options = firesieve_search_defaults();
            options.to = to_the_end ? options.to : 5000;
            const firesieve_certificate_report report = check_answer(firewalls[i], &options);
            cr_assert(report.claim == FIRESIEVE_CLAIM_NEVER, "firewall %zu: %s", i, firesieve_claim_name(report.claim));
            cr_assert(report.leaves > report.splits && report.windows == 0 && report.method == FIRESIEVE_METHOD_AUTO);
        }
        firesieve_firewall_free(firewalls[i]);
    }
}

/* If there is no memory for a tree, windows cover a cycle instead, or 2^n delays if these are fewer. */
Test(certificates, that_nothing_is_ever_safe_without_room_for_a_tree)
{
    static const struct {
        const char *text;
        uint64_t length;
    } rows[] = {
        {"0: 2\n1: 4\n3: 4\n5: 7\n6: 4\n7: 3\n", 12},
        {"0: 2\n1: 4\n3: 4\n5: 7\n6: 4\n7: 3\n100: 1000000\n", 128},
        {"0: 2\n3: 3\n5: 5\n9: 9\n1: 9\n", 16},
    };
    for (size_t i = 0; i < COUNT_OF(rows) * 2; ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i / 2].text);
        firesieve_search_options options = firesieve_search_defaults();
        options.memory = 1;
        options.from = i % 2 * 1000;
        const firesieve_search_result result = solve(firewall, &options);
        firesieve_certificate *const certificate = certify(firewall, &options, &result);
        const firesieve_certificate_report report = check(firewall, certificate, &options);
        cr_assert(report.verdict == FIRESIEVE_ACCEPTED && report.claim == FIRESIEVE_CLAIM_NONE, "row %zu: %s", i / 2,
                  report.message);
        char last[64];
        snprintf(last, sizeof last, "\nwindow %" PRIu64 " ", (uint64_t)options.from + rows[i / 2].length);
        size_t size;
        const char *const text = firesieve_certificate_text(certificate, &size);
        cr_assert(memmem(text, size, last, strlen(last)) != NULL, "row %zu:\n%.*s", i / 2, (int)size, text);
        firesieve_certificate_free(certificate);
        firesieve_firewall_free(firewall);
    }
}

/* The worst case of 2^n: leaving out any layer doubles what is left. */
Test(certificates, of_extremal_firewalls)
{
    for (uint64_t layers = 1; layers <= 30; layers += layers < 10 ? 1 : 10) {
        firesieve_generate_options shape = firesieve_generate_defaults(FIRESIEVE_FAMILY_EXTREMAL);
        shape.layers = layers;
        firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_EXTREMAL, &shape);
        const firesieve_search_options options = firesieve_search_defaults();
        const firesieve_certificate_report report = check_answer(firewall, &options);
        cr_assert(report.delay == (UINT64_C(1) << layers) - 1);
        cr_assert(report.listed <= 100000, "%" PRIu64 " layers: %" PRIu64, layers, report.listed);
        firesieve_firewall_free(firewall);
    }
}

Test(certificates, of_an_empty_range)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    options.from = 7;
    options.to = 7;
    const firesieve_certificate_report report = check_answer(firewall, &options);
    cr_assert(report.claim == FIRESIEVE_CLAIM_NONE && report.windows == 0 && report.listed == 0);
    firesieve_firewall_free(firewall);
}

Test(certificates, of_the_last_delay_of_all)
{
    static const firesieve_layer layers[] = {{1, 2}, {2, 4}};
    firesieve_firewall *const firewall = build_firewall(layers, COUNT_OF(layers));
    firesieve_search_options options = firesieve_search_defaults();
    options.to = FIRESIEVE_DELAY_END;
    for (unsigned back = 1; back < 20; ++back) {
        options.from = FIRESIEVE_DELAY_END - back;
        check_answer(firewall, &options);
    }
    firesieve_firewall_free(firewall);
}

/*
 * The report names the methods and kernels that made and checked the certificate; the checker uses others unless they
 * are set.
 */
Test(certificates, are_checked_by_another_method_and_kernel)
{
    firesieve_firewall *const firewall = open_golden("erdos-selfridge-41.firewall");
    for (int method = FIRESIEVE_METHOD_SCAN; method <= FIRESIEVE_METHOD_WHEEL; ++method) {
        firesieve_search_options options = firesieve_search_defaults();
        options.method = (firesieve_method)method;
        options.kernel = firesieve_kernel_find("scalar");
        const firesieve_certificate_report report = check_answer(firewall, &options);
        cr_assert(report.made_method == options.method && report.made_kernel == options.kernel);
        cr_assert(report.method != options.method && report.windows == 64 && report.listed > 1000);
        cr_assert(report.kernel != options.kernel || firesieve_kernel_best() == options.kernel);
        const firesieve_search_result result = solve(firewall, &options);
        firesieve_certificate *const certificate = certify(firewall, &options, &result);
        const firesieve_certificate_report same = check(firewall, certificate, &options);
        cr_assert(same.verdict == FIRESIEVE_ACCEPTED && same.method == options.method && same.kernel == options.kernel);
        firesieve_certificate_free(certificate);
    }
    firesieve_firewall_free(firewall);
}

/* ---- Refusals --------------------------------------------------------------------------------------------------- */

/* A certificate of the firewall with the lines `body` and a correct checksum. */
static char *seal(const firesieve_firewall *firewall, const char *body)
{
    const firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *const made = certify(firewall, &options, &result);
    size_t size;
    const char *const text = firesieve_certificate_text(made, &size);
    const char *const second = memchr(text, '\n', size);
    const char *const third = memchr(second + 1, '\n', (size_t)(text + size - second - 1));
    char *sealed = NULL;
    cr_assert(asprintf(&sealed, "%.*s%s", (int)(third + 1 - text), text, body) > 0);
    char *finished = NULL;
    cr_assert(asprintf(&finished, "%schecksum %016" PRIx64 "\n", sealed, hash_bytes(sealed, strlen(sealed), 0)) > 0);
    free(sealed);
    firesieve_certificate_free(made);
    return finished;
}

#define ALL "range 0 170141183460469231731687303715884105728\n"
#define MADE "made scan scalar\n"
#define HASH " fcc11ecad1b8df94\n"    /* of 0 to 10 */
#define HASH_10 " 4a9246bc2c274db7\n" /* of 10, the only safe delay of example.firewall modulo 12 */
#define COUNT_83 "claim count 83\nrange 0 1000\n"
#define COMPONENT "component 12 1\ntower 2 1 1\ntower 3 3\n"

static const struct refusal {
    const char *golden;
    const char *body;
    uint64_t line;
    const char *message;
} refusals[] = {
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 11 11" HASH, 0, ""},
    {"example.firewall", "claim found 10\nrange 11 20\n" MADE "empty\nwindow 20 9" HASH, 3,
     "the delay 10 is not in the range"},
    {"example.firewall", "claim found 10\nrange 0 10\n" MADE "empty\nwindow 10 9" HASH, 3,
     "the delay 10 is not in the range"},
    {"example.firewall", "claim found 9\n" ALL MADE "empty\nwindow 10 10" HASH, 3, "the delay 9 is not safe"},
    {"example.firewall", "claim found 10\n" ALL MADE "without 8\nwindow 11 11" HASH, 6, "no layer has period 8"},
    {"example.firewall", "claim found 10\n" ALL MADE "without 4\nwithout 2\nwindow 11 11" HASH, 7,
     "the periods that are left out do not ascend"},
    {"example.firewall", "claim found 10\n" ALL MADE "without 4\nwithout 4\nwindow 11 11" HASH, 7,
     "the periods that are left out do not ascend"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 0 0" HASH, 7, "the window ends before it begins"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 11 12" HASH, 7,
     "there are not as many delays in the window"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 12 11" HASH, 7, "the windows end at 12, not at 11"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 10 10" HASH, 7, "the windows end at 10, not at 11"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\n", 6, "the windows end at 0, not at 11"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 11 10" HASH, 7,
     "a second search lists 11 delays in this window, not 10"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 5 3" HASH "window 11 6" HASH, 7,
     "a second search lists 4 delays in this window, not 3"},
    {"example.firewall", "claim found 10\n" ALL MADE "without 2\nwithout 4\nwindow 11 10" HASH, 8,
     "a second search lists 7 delays in this window, not 10"},
    {"example.firewall", "claim found 10\n" ALL MADE "empty\nwindow 11 11 fcc11ecad1b8df95\n", 7,
     "a second search lists other delays in this window: their hash is fcc11ecad1b8df94"},
    {"example.firewall", "claim found 22\n" ALL MADE "empty\nwindow 23 23" HASH, 7, "the delay 10 is safe"},
    {"example.firewall", "claim none\nrange 0 11\n" MADE "empty\nwindow 11 11" HASH, 7, "the delay 10 is safe"},
    {"example.firewall", "claim none\nrange 0 13\n" MADE "empty\nwindow 11 11" HASH, 7,
     "the windows end at 11, not at 12"},
    {"example.firewall", "claim none\nrange 0 9\n" MADE "empty\nwindow 11 11" HASH, 7,
     "the windows end at 11, not at 9"},
    {"example.firewall", "claim never\nleaf 0\n", 4, "the layer 0: 3 does not catch all delays of this class"},
    {"example.firewall", "claim never\nsplit 2\nleaf 0\nleaf 1\n", 5,
     "the layer 0: 3 does not catch all delays of this class"},
    {"erdos-cover.firewall", "claim none\nrange 1 10\n" MADE "window 10 0 0000000000000000\n", 6,
     "windows without any delay show nothing"},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 0\nsplit 3\nsplit 2\nleaf 7\nleaf 5\nleaf 3\nleaf 1\n", 0, ""},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 0\nsplit 3\nsplit 2\nleaf 7\nleaf 5\nleaf 1\nleaf 3\n", 10,
     "the layer 1: 4 does not catch all delays of this class"},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 1\nsplit 3\nsplit 2\nleaf 7\nleaf 5\nleaf 3\nleaf 1\n", 5,
     "the layer 1: 4 does not catch all delays of this class"},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 0\nsplit 3\nsplit 2\nleaf 5\nleaf 7\nleaf 3\nleaf 1\n", 8,
     "the layer 5: 7 does not catch all delays of this class"},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 2\nsplit 3\n", 5, "there is no layer at depth 2"},
    {"erdos-cover.firewall", "claim never\nsplit 4\nleaf 0\nleaf 0\nleaf 0\nleaf 0\nleaf 0\n", 4, "4 is not a prime"},
    {"erdos-cover.firewall", "claim never\nsplit 5\nleaf 0\nleaf 0\n", 4, "5 children do not follow"},
    {"erdos-cover.firewall", "claim never\nsplit 9223372036854775783\nleaf 0\n", 4,
     "9223372036854775783 children do not follow"},
    {"erdos-cover.firewall", "claim never\nsplit 2\nleaf 0\nsplit 3\nsplit 2\nleaf 7\nleaf 5\nleaf 3\n", 11,
     "the tree ends before all its nodes are there"},
    {"erdos-cover.firewall", "claim never\n", 4, "the tree ends before all its nodes are there"},
    {"range-one.firewall", "claim never\nleaf 5\n", 0, ""},
    {"range-one.firewall", "claim never\nleaf 5\nleaf 5\n", 5, "the tree was complete before this node"},
    {"range-one.firewall", "claim never\nleaf 5\nsplit 2\n", 5, "the tree was complete before this node"},
    {"example.firewall", COUNT_83 COMPONENT "rest 996 1000 0\n", 0, ""},
    {"example.firewall", COUNT_83 COMPONENT "rest 996 1000 0\nmade focus neon\n", 0, ""},
    {"example.firewall", "claim count 84\nrange 0 1000\n" COMPONENT "rest 996 1000 0\n", 3,
     "the components and the rest add up to 83"},
    {"example.firewall", "claim count 84\nrange 0 1000\n" COMPONENT "rest 996 1000 1\n", 8,
     "0 delays of the rest are safe"},
    {"example.firewall", "claim count 166\nrange 0 996\ncomponent 12 2\ntower 2 1 1\ntower 3 3\n", 5,
     "its classes leave 1 of the residues"},
    {"example.firewall", "claim count 83\nrange 0 996\n" COMPONENT "rest 996 996 0\n", 8,
     "no delays are left after the whole cycles"},
    {"example.firewall", COUNT_83 COMPONENT, 8, "the rest from 996 on is missing"},
    {"example.firewall", COUNT_83 COMPONENT "rest 995 1000 0\n", 8, "the rest is not that from 996 on"},
    {"example.firewall", COUNT_83 COMPONENT "rest 996 999 0\n", 8, "the rest is not that from 996 on"},
    {"example.firewall", "claim count 1\nrange 0 11\n" COMPONENT, 5,
     "the range is shorter than the cycle of all components"},
    {"example.firewall", "claim count 1\nrange 0 100\n" COMPONENT "component 25 25\ntower 5 5 25\n", 8,
     "the range is shorter than the cycle of all components"},
    {"example.firewall", "claim count 41\nrange 0 984\ncomponent 24 1\ntower 2 1 1\ntower 3 3\n", 5,
     "the cycle is not the product of its towers"},
    {"example.firewall", COUNT_83 "component 12 1\n", 5, "the cycle is not the product of its towers"},
    {"example.firewall", "claim count 10\nrange 0 160\ncomponent 4 1\ntower 2 1 1\ncomponent 4 1\ntower 2 1 1\n", 8,
     "2 and 2 have a factor in common"},
    {"example.firewall", "claim count 250\nrange 0 1000\ncomponent 4 1\ntower 2 1 1\n", 5,
     "the delays 0 modulo 6 are caught, and 6 divides the cycle of no component"},
    {"example.firewall", "claim count 83\nrange 0 996\ncomponent 12 1\ntower 2 1 2\ntower 3 3\n", 6,
     "its classes leave 1 residue modulo 2^2"},
    {"example.firewall", "claim count 83\nrange 0 996\ncomponent 12 1\ntower 12 1\n", 5,
     "the modulus 2 is no product of powers of its towers"},
    {"range-one.firewall", "claim count 6\nrange 0 6\ncomponent 6 6\ntower 2 2\ntower 3 3\n", 5,
     "its classes leave 0 of the residues"},
    {"example.firewall", "claim count 1\nrange 0 11\n" MADE "window 11 1" HASH_10, 0, ""},
    {"example.firewall", "claim count 2\nrange 0 11\n" MADE "window 11 1" HASH_10, 3, "the windows add up to 1"},
    {"example.firewall", "claim count 1\nrange 0 11\n" MADE "window 12 1" HASH_10, 6,
     "the windows end at 12, not at 11"},
    {"example.firewall", "claim count 2\nrange 0 11\n" MADE "window 11 2" HASH_10, 6,
     "a second search lists 1 delay in this window, not 2"},
    {"example.firewall", COUNT_83 MADE "window 4 0 0000000000000000\nwindow 12 1" HASH_10, 0, ""},
    {"example.firewall", COUNT_83 MADE "window 12 1" HASH_10, 6,
     "no window ends at 4, where the last cycle of the range ends"},
    {"example.firewall", "claim count 84\nrange 0 1000\n" MADE "window 4 1" HASH_10 "window 12 0 0000000000000000\n", 6,
     "a second search lists 0 delays in this window, not 1"},
};

Test(certificates, that_are_false_are_refused_with_the_line)
{
    for (size_t i = 0; i < COUNT_OF(refusals); ++i) {
        const struct refusal *const row = &refusals[i];
        firesieve_firewall *const firewall = open_golden(row->golden);
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        char *const text = seal(firewall, row->body);
        cr_assert(firesieve_certificate_parse(firewall, text, strlen(text), &certificate, &error) == FIRESIEVE_OK,
                  "row %zu: %" PRIu64 ": %s\n%s", i, error.line, error.message, text);
        const firesieve_search_options options = firesieve_search_defaults();
        const firesieve_certificate_report report = check(firewall, certificate, &options);
        cr_expect(report.line == row->line && strcmp(report.message, row->message) == 0,
                  "row %zu: line %" PRIu64 ": %s\n%s", i, report.line, report.message, text);
        firesieve_certificate_free(certificate);
        firesieve_firewall_free(firewall);
        free(text);
    }
}

static const struct damage {
    const char *body;
    uint64_t line;
    uint64_t column;
    const char *message;
} damages[] = {
    {"", 3, 1, "expected a line 'claim', found the checksum"},
    {"claim maybe\n", 3, 7, "expected found, none, never or count, found 'maybe'"},
    {"claim found\n", 3, 12, "expected a number, found the end of the line"},
    {"claim found 010\n", 3, 13, "expected a number from 0 to 170141183460469231731687303715884105727, found '010'"},
    {"claim found 10\n", 4, 1, "expected a line 'range', found the checksum"},
    {"claim found 10\nrange 5 4\n", 4, 9,
     "expected a number from 5 to 170141183460469231731687303715884105728, found '4'"},
    {"claim found 10\n" ALL, 5, 1, "expected a line 'made', found the checksum"},
    {"claim found 10\n" ALL "made auto scalar\n", 5, 6,
     "expected simulate, closed-form, scan, wheel or focus, found 'auto'"},
    {"claim found 10\n" ALL "made scan sse9\n", 5, 11,
     "expected none, scalar, sse4.1, avx2, avx512, avx512vbmi, neon or wasm, found 'sse9'"},
    {"claim found 10\n" ALL "made scan scalar x\n", 5, 17, "expected the end of the line"},
    {"claim found 10\n" ALL MADE "window 18446744073709551616 340282366920938463463374607431768211457 0\n", 6, 29,
     "expected a number from 0 to 170141183460469231731687303715884105728, found "
     "'340282366920938463463374607431768211457'"},
    {"claim found 10\n" ALL MADE "window 11 11 0\n", 6, 14, "expected 16 hexadecimal digits, found '0'"},
    {"claim found 10\n" ALL MADE "window 11 11" HASH "without 2\n", 7, 1, "expected the checksum"},
    {"claim found 10\n" ALL MADE "empty\nwithout 2\nwindow 11 11" HASH, 7, 1, "expected the checksum"},
    {"claim found 10\n" ALL MADE "without 9223372036854775808\n", 6, 9,
     "expected a number from 0 to 9223372036854775806, found '9223372036854775808'"},
    {"claim never\nleaf\n", 4, 5, "expected a number, found the end of the line"},
    {"claim never\nsplit 1\nleaf 0\n", 4, 7, "expected a number from 2 to 9223372036854775807, found '1'"},
    {"claim never\nwindow 11 11" HASH, 4, 1, "expected the checksum"},
    {"claim count\n", 3, 12, "expected a number, found the end of the line"},
    {"claim count 0\n", 3, 13, "expected a number from 1 to 170141183460469231731687303715884105728, found '0'"},
    {COUNT_83, 5, 1, "expected a line 'made', found the checksum"},
    {COUNT_83 MADE "empty\nwindow 12 1" HASH_10, 6, 1, "expected the checksum"},
    {COUNT_83 MADE COMPONENT, 6, 1, "expected the checksum"},
    {COUNT_83 "component 1 1\n", 5, 11,
     "expected a number from 2 to 170141183460469231731687303715884105727, found '1'"},
    {COUNT_83 "component 12 13\n", 5, 14, "expected a number from 0 to 12, found '13'"},
    {COUNT_83 "component 12 1\ntower 2\n", 6, 8, "expected a number, found the end of the line"},
    {COUNT_83 "component 12 1\ntower 1 1\n", 6, 7, "expected a number from 2 to 9223372036854775807, found '1'"},
    {COUNT_83 COMPONENT "rest 996 1000 5\n", 8, 15, "expected a number from 0 to 4, found '5'"},
    {COUNT_83 COMPONENT MADE, 8, 1, "expected the checksum"},
    {COUNT_83 COMPONENT "rest 996 1000 0\nmade auto none\n", 9, 6,
     "expected simulate, closed-form, scan, wheel or focus, found 'auto'"},
};

Test(certificates, that_are_damaged_cannot_be_parsed)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    for (size_t i = 0; i < COUNT_OF(damages); ++i) {
        const struct damage *const row = &damages[i];
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        char *const text = seal(firewall, row->body);
        cr_expect(firesieve_certificate_parse(firewall, text, strlen(text), &certificate, &error) ==
                      FIRESIEVE_ERROR_RECORD,
                  "row %zu", i);
        cr_expect(certificate == NULL && error.line == row->line && error.column == row->column &&
                      strcmp(error.message, row->message) == 0,
                  "row %zu: %" PRIu64 ":%" PRIu64 ": %s\n%s", i, error.line, error.column, error.message, text);
        free(text);
    }
    firesieve_firewall_free(firewall);
}

Test(certificates, of_another_firewall_are_damaged)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_firewall *const other = parse_firewall("0: 3\n1: 2\n4: 4\n6: 5\n");
    const firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *const made = certify(firewall, &options, &result);
    firesieve_certificate *read = NULL;
    firesieve_certificate_report report;
    firesieve_error error = {0};
    size_t size;
    const char *const text = firesieve_certificate_text(made, &size);
    cr_assert(firesieve_certificate_parse(other, text, size, &read, &error) == FIRESIEVE_ERROR_RECORD);
    cr_assert(error.line == 2 && strcmp(error.message, "the certificate is one of another firewall, of 4 layers") == 0,
              "%s", error.message);
    cr_assert(firesieve_certificate_check(other, made, &options, &report, &error) == FIRESIEVE_ERROR_RECORD);
    cr_assert(firesieve_certificate_parse(firewall, NULL, 0, &read, &error) == FIRESIEVE_ERROR_RECORD);
    cr_assert(read == NULL);
    firesieve_certificate_free(made);
    firesieve_firewall_free(firewall);
    firesieve_firewall_free(other);
}

/* ---- Wrong arguments and cancellation --------------------------------------------------------------------------- */

Test(certificates, are_not_made_of_wrong_results)
{
    static const struct {
        firesieve_search_result result;
        firesieve_delay from;
        const char *message;
    } rows[] = {
        {{.outcome = FIRESIEVE_LIMIT}, 0, "a search that did not finish has no certificate"},
        {{.outcome = FIRESIEVE_CANCELLED}, 0, "a search that did not finish has no certificate"},
        {{.outcome = FIRESIEVE_FOUND, .delay = 9}, 0, "the result does not belong to this search"},
        {{.outcome = FIRESIEVE_FOUND, .delay = 10}, 11, "the result does not belong to this search"},
        {{.outcome = FIRESIEVE_FOUND, .delay = 22}, 0, "the result is contradicted: the delay 10 is safe"},
        {{.outcome = FIRESIEVE_NONE}, 0, "the result is contradicted: the delay 10 is safe"},
        {{.outcome = FIRESIEVE_FOUND, .delay = FIRESIEVE_DELAY_END}, 0, "the result does not belong to this search"},
    };
    firesieve_firewall *const firewall = open_golden("example.firewall");
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        firesieve_search_options options = firesieve_search_defaults();
        options.from = rows[i].from;
        cr_expect(firesieve_certify(firewall, &options, &rows[i].result, &certificate, &error) ==
                      FIRESIEVE_ERROR_ARGUMENT,
                  "row %zu", i);
        cr_expect(certificate == NULL && strcmp(error.message, rows[i].message) == 0, "row %zu: %s", i, error.message);
    }
    firesieve_firewall_free(firewall);
}

/* Continues for this number of reports. */
static bool go_on_for(const firesieve_progress *progress, void *context)
{
    unsigned *const left = context;
    cr_assert(progress->reached >= progress->from);
    return (*left)-- > 0;
}

/* A search that takes far longer than the interval between two reports. */
Test(certificates, are_not_made_when_cancelled)
{
    firesieve_generate_options shape = firesieve_generate_defaults(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE);
    shape.k = 61;
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &shape);
    firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *const made = certify(firewall, &options, &result);
    options.method = FIRESIEVE_METHOD_SIMULATE;
    for (unsigned round = 0; round < 2; ++round) {
        unsigned left = 3;
        options.progress = round == 0 ? go_on_for : NULL;
        options.progress_context = &left;
        options.time_limit_s = round == 0 ? INFINITY : 0.01;
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        cr_assert(firesieve_certify(firewall, &options, &result, &certificate, &error) == FIRESIEVE_OK, "%s",
                  error.message);
        cr_assert(certificate == NULL);
        left = 3;
        cr_assert(check(firewall, made, &options).verdict == FIRESIEVE_UNCHECKED);
    }
    firesieve_certificate_free(made);
    firesieve_firewall_free(firewall);
}

Test(certificates, of_trees_are_not_made_when_cancelled)
{
    firesieve_firewall *const firewall = blocked(20000);
    firesieve_search_options options = firesieve_search_defaults();
    options.to = 10; /* a quick search */
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *const made = certify(firewall, &options, &result);
    options.time_limit_s = 0;
    firesieve_certificate *certificate = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_certify(firewall, &options, &result, &certificate, &error) == FIRESIEVE_OK);
    cr_assert(certificate == NULL);
    cr_assert(check(firewall, made, &options).verdict == FIRESIEVE_UNCHECKED);
    firesieve_certificate_free(made);
    firesieve_firewall_free(firewall);
}

/* ---- Files ------------------------------------------------------------------------------------------------------ */

Test(certificates, are_saved_and_opened)
{
    char path[] = "/tmp/firesieve-certificate-XXXXXX";
    const int descriptor = mkstemp(path);
    cr_assert(descriptor >= 0);
    close(descriptor);
    firesieve_firewall *const firewall = open_golden("sextuplet.firewall");
    const firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *const made = certify(firewall, &options, &result);
    firesieve_certificate *opened = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_certificate_save(made, path, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_assert(firesieve_certificate_open(firewall, path, &opened, &error) == FIRESIEVE_OK, "%s", error.message);
    size_t size[2];
    const char *const text = firesieve_certificate_text(made, &size[0]);
    cr_assert(memcmp(text, firesieve_certificate_text(opened, &size[1]), size[0]) == 0 && size[0] == size[1]);
    firesieve_certificate_free(opened);
    cr_assert(firesieve_certificate_save(made, "/nonexistent/certificate", &error) == FIRESIEVE_ERROR_WRITE);
    cr_assert(firesieve_certificate_open(firewall, "/nonexistent/certificate", &opened, &error) ==
              FIRESIEVE_ERROR_READ);
    unlink(path);
    firesieve_certificate_free(made);
    firesieve_certificate_free(NULL);
    firesieve_firewall_free(firewall);
}
