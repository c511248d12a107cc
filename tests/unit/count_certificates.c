/* Certificates of counts, and the arithmetic of their checker compared with counting residues and delays one by one. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/delay.h"
#include "base/hash.h"
#include "base/random.h"
#include "certificate/make.h"
#include "certificate/residues_left.h"
#include "firewalls.h"
#include "support/kernels.h"

static firesieve_firewall *draw_firewall(struct random_state *random)
{
    enum { LAYERS_MAX = 16 };
    firesieve_layer layers[LAYERS_MAX];
    const size_t count = random_between(random, 1, LAYERS_MAX);
    const uint64_t range_max = random_between(random, 3, 14);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t before = i == 0 ? random_between(random, 0, 99) : layers[i - 1].depth;
        layers[i].depth = before + random_between(random, 1, 9);
        layers[i].range = random_between(random, random_between(random, 0, 99) == 0 ? 1 : 2, range_max);
    }
    return build_firewall(layers, count);
}

/* ---- The checker's arithmetic ----------------------------------------------------------------------------------- */

static bool is_forbidden(const struct lowered *lowered, firesieve_delay delay)
{
    for (size_t i = 0; i < lowered->count; ++i) {
        if (delay % lowered->classes[i].modulus == lowered->classes[i].residue) {
            return true;
        }
    }
    return false;
}

static struct lowered lower(const firesieve_firewall *firewall)
{
    struct lowered lowered;
    cr_assert(lowered_make(&lowered, firewall, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK);
    return lowered;
}

Test(count_certificates, lowered_classes_forbid_what_layers_catch)
{
    for (unsigned i = 0; i < 300; ++i) {
        struct random_state random = {test_seed() + i};
        firesieve_firewall *const firewall = draw_firewall(&random);
        struct lowered lowered = lower(firewall);
        cr_assert(lowered.count <= firesieve_firewall_layer_count(firewall));
        for (firesieve_delay delay = 0; delay < 1000; ++delay) {
            cr_assert(is_forbidden(&lowered, delay) == firesieve_firewall_catches(firewall, delay), "%s\n%s",
                      SHOW(delay), show_firewall(firewall));
        }
        lowered_free(&lowered);
        firesieve_firewall_free(firewall);
    }
}

Test(count_certificates, classes_are_lowered_as_specified)
{
    static const struct {
        const char *text;
        struct forbidden classes[4];
        size_t count;
    } rows[] = {
        {"0: 4\n3: 4\n", {{3, 0}}, 1},                       /* 0 and 3 mod 6 */
        {"0: 2\n1: 2\n", {{1, 0}}, 1},                       /* all */
        {"0: 4\n2: 4\n4: 4\n", {{2, 0}}, 1},                 /* 0, 2, 4 mod 6 */
        {"0: 7\n6: 7\n3: 4\n", {{3, 0}}, 1},                 /* 0 mod 6 of 0 and 6 mod 12, and then 3 mod 6 */
        {"0: 4\n1: 4\n3: 4\n", {{6, 0}, {6, 3}, {6, 5}}, 3}, /* only some of them repeat */
        {"5: 1\n0: 4\n", {{1, 0}, {6, 0}}, 2},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        struct lowered lowered = lower(firewall);
        cr_assert(lowered.count == rows[i].count, "row %zu: %zu classes", i, lowered.count);
        for (size_t j = 0; j < lowered.count; ++j) {
            cr_expect(lowered.classes[j].modulus == rows[i].classes[j].modulus &&
                          lowered.classes[j].residue == rows[i].classes[j].residue,
                      "row %zu: %" PRIu64 " mod %" PRIu64, i, lowered.classes[j].residue, lowered.classes[j].modulus);
        }
        lowered_free(&lowered);
        firesieve_firewall_free(firewall);
    }
}

/* Cycles with all kinds of factors, one of them composite, and classes whose moduli divide them. */
Test(count_certificates, residues_left_agree_with_counting_one_by_one)
{
    static const struct cycle_factor factors[] = {{2, 3}, {3, 2}, {5, 1}, {7, 1}, {143, 1}};
    enum { CYCLE = 8 * 9 * 5 * 7 * 143, CLASSES_MAX = 24 };
    for (unsigned i = 0; i < 300; ++i) {
        struct random_state random = {test_seed() + i};
        struct forbidden classes[CLASSES_MAX];
        const size_t count = random_between(&random, 0, CLASSES_MAX);
        for (size_t j = 0; j < count; ++j) {
            uint64_t modulus = 1;
            for (size_t k = 0; k < COUNT_OF(factors); ++k) {
                for (unsigned height = 0; height < factors[k].height; ++height) {
                    modulus *= random_between(&random, 0, 2) == 0 ? factors[k].base : 1;
                }
            }
            modulus = modulus == 1 ? 6 : modulus;
            classes[j] = (struct forbidden){modulus, random_between(&random, 0, modulus - 1)};
        }
        const struct lowered lowered = {classes, count};
        firesieve_delay expected = 0;
        for (firesieve_delay delay = 0; delay < CYCLE; ++delay) {
            expected += !is_forbidden(&lowered, delay);
        }
        struct work work = {.left = UINT64_MAX};
        firesieve_delay left = 0;
        cr_assert(residues_left(classes, count, factors, COUNT_OF(factors), &work, &left) == COUNTING_DONE);
        cr_assert(left == expected, "seed %" PRIu64 ": %s, not %s", test_seed() + i, SHOW(left), SHOW(expected));
    }
}

Test(count_certificates, delays_left_agree_with_counting_one_by_one)
{
    static const firesieve_delay begins[] = {0, 12345, FIRESIEVE_DELAY_END - 5000};
    for (unsigned i = 0; i < 300; ++i) {
        struct random_state random = {test_seed() + i};
        firesieve_firewall *const firewall = draw_firewall(&random);
        struct lowered lowered = lower(firewall);
        const firesieve_delay from = begins[i % COUNT_OF(begins)];
        const firesieve_delay to = from + random_between(&random, 0, 5000);
        firesieve_delay expected = 0;
        for (firesieve_delay delay = from; delay < to; ++delay) {
            expected += !firesieve_firewall_catches(firewall, delay);
        }
        struct work work = {.left = UINT64_MAX};
        firesieve_delay left = 0;
        cr_assert(delays_left(&lowered, from, to, &work, &left) == COUNTING_DONE);
        cr_assert(left == expected, "%s, not %s, in [%s, %s)\n%s", SHOW(left), SHOW(expected), SHOW(from), SHOW(to),
                  show_firewall(firewall));
        lowered_free(&lowered);
        firesieve_firewall_free(firewall);
    }
}

static bool say_no(void *context)
{
    ++*(unsigned *)context;
    return false;
}

Test(count_certificates, counting_ends_when_it_is_too_much_or_cancelled)
{
    enum { PRIMES = 12, CLASSES_EACH = 6000 };
    static const uint64_t primes[PRIMES] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    struct cycle_factor factors[PRIMES];
    struct forbidden *const classes = calloc(CLASSES_EACH, sizeof *classes);
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < PRIMES; ++i) {
        factors[i] = (struct cycle_factor){primes[i], 1};
    }
    for (size_t i = 0; i < CLASSES_EACH; ++i) {
        const uint64_t modulus = primes[i % 6] * primes[6 + i / 6 % 6] * primes[(i + 1) % 6];
        classes[i] = (struct forbidden){modulus, random_between(&random, 0, modulus - 1)};
    }
    unsigned asked = 0;
    firesieve_delay left = 0;
    struct work little = {.left = 1000000};
    cr_assert(residues_left(classes, CLASSES_EACH, factors, PRIMES, &little, &left) == COUNTING_TOO_LONG);
    struct work stopped = {.left = UINT64_MAX, .go_on = {say_no, &asked}};
    cr_assert(residues_left(classes, CLASSES_EACH, factors, PRIMES, &stopped, &left) == COUNTING_STOPPED);
    cr_assert(asked == 1);
    const struct lowered lowered = {classes, CLASSES_EACH};
    little.left = 1000000;
    cr_assert(delays_left(&lowered, 0, FIRESIEVE_DELAY_END, &little, &left) == COUNTING_TOO_LONG);
    free(classes);
}

/* ---- Certificates ----------------------------------------------------------------------------------------------- */

static firesieve_search_result count(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    firesieve_search_result result;
    firesieve_error error = {0};
    cr_assert(firesieve_count(firewall, options, &result, &error) == FIRESIEVE_OK, "%s", error.message);
    return result;
}

static firesieve_certificate_report check(const firesieve_firewall *firewall, const firesieve_certificate *certificate,
                                          const firesieve_search_options *options)
{
    firesieve_certificate_report report;
    firesieve_error error = {0};
    cr_assert(firesieve_certificate_check(firewall, certificate, options, &report, &error) == FIRESIEVE_OK, "%s",
              error.message);
    return report;
}

/* Counts, certifies, and checks the text. */
static firesieve_certificate_report check_count(const firesieve_firewall *firewall,
                                                const firesieve_search_options *options)
{
    const firesieve_search_options plain = firesieve_search_defaults();
    const firesieve_search_result result = count(firewall, options);
    firesieve_certificate *certificate = NULL;
    firesieve_certificate *read = NULL;
    firesieve_error error = {0};
    cr_assert(firesieve_certify_count(firewall, options, &result, &certificate, &error) == FIRESIEVE_OK, "%s\n%s",
              error.message, show_firewall(firewall));
    size_t size;
    const char *const text = firesieve_certificate_text(certificate, &size);
    cr_assert(firesieve_certificate_parse(firewall, text, size, &read, &error) == FIRESIEVE_OK, "%" PRIu64 ": %s",
              error.line, error.message);
    const firesieve_certificate_report report = check(firewall, read, &plain);
    cr_assert(report.verdict == FIRESIEVE_ACCEPTED, "line %" PRIu64 ": %s\n%s", report.line, report.message,
              show_firewall(firewall));
    cr_assert((report.claim == FIRESIEVE_CLAIM_COUNT) == (result.count > 0));
    cr_assert(report.count == result.count);
    cr_assert(report.claim == FIRESIEVE_CLAIM_NEVER ||
              (report.from == options->from && report.to == delay_end(options->to)));
    firesieve_certificate_free(certificate);
    firesieve_certificate_free(read);
    return report;
}

Test(count_certificates, of_random_firewalls)
{
    unsigned components = 0;
    unsigned windows = 0;
    unsigned nothing = 0;
    unsigned rests = 0;
    for (unsigned i = 0; i < 300; ++i) {
        struct random_state random = {test_seed() + i};
        firesieve_firewall *const firewall = draw_firewall(&random);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = i % 2 == 0 ? 0 : random_between(&random, 0, 100000);
        options.to = i % 5 == 0   ? FIRESIEVE_NO_END
                     : i % 5 == 1 ? options.from + random_between(&random, 0, 30)
                                  : options.from + random_between(&random, 0, 300000);
        const firesieve_certificate_report report = check_count(firewall, &options);
        components += report.components > 0 && report.towers >= report.components;
        windows += report.claim == FIRESIEVE_CLAIM_COUNT && report.windows > 0;
        nothing += report.claim != FIRESIEVE_CLAIM_COUNT;
        rests += report.rest > 0;
        firesieve_firewall_free(firewall);
    }
    cr_assert(components > 50 && windows > 20 && nothing > 20 && rests > 40,
              "%u of components, %u of windows, %u of nothing, %u with a rest", components, windows, nothing, rests);
}

/* Components that cannot be counted get windows over one cycle; here all do. */
Test(count_certificates, of_windows_of_a_cycle)
{
    unsigned repeated = 0;
    for (unsigned i = 0; i < 200; ++i) {
        struct random_state random = {test_seed() + i};
        firesieve_firewall *const firewall = draw_firewall(&random);
        firesieve_search_options options = firesieve_search_defaults();
        options.from = i % 2 == 0 ? 0 : random_between(&random, 0, 100000);
        options.to = options.from + random_between(&random, 1, 30000);
        const firesieve_search_result result = count(firewall, &options);
        struct watch watch = watch_start(&options);
        struct certificate_order order = {
            .firewall = firewall,
            .options = &options,
            .head = {.claim = FIRESIEVE_CLAIM_COUNT, .count = result.count, .from = options.from, .to = options.to},
            .watch = &watch,
        };
        firesieve_certificate *made = NULL;
        firesieve_error error = {0};
        if (result.count > 0) {
            cr_assert(certificate_make_windows(&order, &made, &error) == FIRESIEVE_OK, "%s\n%s", error.message,
                      show_firewall(firewall));
            const firesieve_certificate_report report = check(firewall, made, &options);
            cr_assert(report.verdict == FIRESIEVE_ACCEPTED && report.count == result.count && report.components == 0,
                      "line %" PRIu64 ": %s\n%s", report.line, report.message, show_firewall(firewall));
            repeated += report.listed < result.count;
        }
        firesieve_certificate_free(made);
        firesieve_firewall_free(firewall);
    }
    cr_assert(repeated > 20, "%u", repeated);
}

/* The given result is not trusted: components and windows contradict a wrong count. */
Test(count_certificates, are_not_made_of_wrong_counts)
{
    static const struct {
        firesieve_search_result result;
        firesieve_delay to;
        const char *message;
    } rows[] = {
        {{.outcome = FIRESIEVE_LIMIT, .count = 1}, 11, "a count that did not finish has no certificate"},
        {{.outcome = FIRESIEVE_CANCELLED, .count = 1}, 11, "a count that did not finish has no certificate"},
        {{.outcome = FIRESIEVE_FOUND, .count = 12}, 11, "the result does not belong to this search"},
        {{.outcome = FIRESIEVE_FOUND, .count = 2},
         11,
         "the result is contradicted: another search counts 1 safe delay"},
        {{.outcome = FIRESIEVE_FOUND, .count = 0}, 11, "the result is contradicted: the delay 10 is safe"},
        {{.outcome = FIRESIEVE_FOUND, .count = 82},
         1000,
         "the result is contradicted: in whole cycles 83 delays are safe"},
        {{.outcome = FIRESIEVE_FOUND, .count = 88},
         1000,
         "the result is contradicted: in whole cycles 83 delays are safe"},
        {{.outcome = FIRESIEVE_FOUND, .count = 84},
         1000,
         "the components that were made are wrong on line 8: 0 delays of the rest are safe"},
    };
    firesieve_firewall *const firewall = open_golden("example.firewall");
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_certificate *certificate = NULL;
        firesieve_error error = {0};
        firesieve_search_options options = firesieve_search_defaults();
        options.to = rows[i].to;
        cr_expect(firesieve_certify_count(firewall, &options, &rows[i].result, &certificate, &error) ==
                      FIRESIEVE_ERROR_ARGUMENT,
                  "row %zu", i);
        cr_expect(certificate == NULL && strcmp(error.message, rows[i].message) == 0, "row %zu: %s", i, error.message);
    }
    firesieve_firewall_free(firewall);
}

/* Adds lines after those that name the firewall, and a correct checksum. */
static firesieve_certificate *read_lines(const firesieve_firewall *firewall, const char *lines)
{
    const firesieve_search_options options = firesieve_search_defaults();
    const firesieve_search_result result = solve(firewall, &options);
    firesieve_certificate *made = NULL;
    firesieve_certificate *read = NULL;
    firesieve_error error = {0};
    size_t size;
    cr_assert(firesieve_certify(firewall, &options, &result, &made, &error) == FIRESIEVE_OK);
    const char *const text = firesieve_certificate_text(made, &size);
    const char *const third = strstr(text, "claim");
    char *body = NULL;
    char *sealed = NULL;
    cr_assert(asprintf(&body, "%.*s%s", (int)(third - text), text, lines) > 0);
    cr_assert(asprintf(&sealed, "%schecksum %016" PRIx64 "\n", body, hash_bytes(body, strlen(body), 0)) > 0);
    cr_assert(firesieve_certificate_parse(firewall, sealed, strlen(sealed), &read, &error) == FIRESIEVE_OK, "%s",
              error.message);
    firesieve_certificate_free(made);
    free(body);
    free(sealed);
    return read;
}

/* The delays after the last whole cycle are too many to search: inclusion and exclusion counts them. */
Test(count_certificates, of_remainders_too_long_to_search)
{
    static const struct {
        const char *claim;
        const char *rest;
        firesieve_verdict verdict;
    } rows[] = {
        {"29999999999998", "rest 20000000000074 30000000000074 9999999999999\n", FIRESIEVE_REFUSED},
        {"30000000000072", "rest 20000000000074 30000000000074 9999999999999\n", FIRESIEVE_ACCEPTED},
        {"30000000000073", "rest 20000000000074 30000000000074 10000000000000\n", FIRESIEVE_REFUSED},
    };
    const firesieve_search_options options = firesieve_search_defaults();
    firesieve_firewall *const firewall = parse_firewall("0: 10000000000038\n");
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char *lines = NULL;
        cr_assert(asprintf(&lines,
                           "claim count %s\nrange 0 30000000000074\ncomponent 20000000000074 20000000000073\n"
                           "tower 20000000000074 20000000000073\n%s",
                           rows[i].claim, rows[i].rest) > 0);
        firesieve_certificate *const certificate = read_lines(firewall, lines);
        const firesieve_certificate_report report = check(firewall, certificate, &options);
        cr_expect(report.verdict == rows[i].verdict, "row %zu: %s", i, report.message);
        cr_expect(report.method == FIRESIEVE_METHOD_AUTO && report.rest == 10000000000000);
        firesieve_certificate_free(certificate);
        free(lines);
    }
    firesieve_firewall_free(firewall);
}

Test(count_certificates, are_not_made_when_cancelled)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    for (unsigned i = 0; i < 2; ++i) {
        options.time_limit_s = firesieve_search_defaults().time_limit_s;
        options.to = i == 0 ? 11 : 1000;
        const firesieve_search_result result = count(firewall, &options);
        firesieve_certificate *made = NULL;
        firesieve_certificate *certificate = NULL;
        cr_assert(firesieve_certify_count(firewall, &options, &result, &made, NULL) == FIRESIEVE_OK && made != NULL);
        options.time_limit_s = 0;
        cr_assert(firesieve_certify_count(firewall, &options, &result, &certificate, NULL) == FIRESIEVE_OK);
        cr_expect(certificate == NULL, "round %u", i);
        cr_expect(check(firewall, made, &options).verdict == FIRESIEVE_UNCHECKED, "round %u", i);
        firesieve_certificate_free(made);
    }
    firesieve_firewall_free(firewall);
}
