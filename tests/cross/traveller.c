/*
 * What firesieve does on a CPU of another kind, through the public header alone: statically linked with the library, it
 * needs nothing else there. See usage below. Exit status: 0, or 1 if something is wrong.
 */
#include <firesieve/firesieve.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: traveller answers GOLDEN           solve firewalls with known answers by every method that can\n"
    "       traveller verify CASES             check every kernel, native and emulated, against scalar and oracle\n"
    "       traveller write DIRECTORY          write firewalls and certificates, the same on every machine\n"
    "       traveller check DIRECTORY          check certificates that another machine wrote\n"
    "       traveller leave METHOD K FILE      search erdos-selfridge K, write FILE.plan, and stop in a window\n"
    "       traveller go-on METHOD K FILE      resume there by FILE.plan, and stop later in that window\n"
    "       traveller arrive METHOD K FILE     resume there, and search to the answer\n";

enum { PATH_SIZE = 4096 };

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("failed: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    exit(1);
}

static void require(firesieve_status status, const firesieve_error *error, const char *what)
{
    if (status != FIRESIEVE_OK) {
        fail("%s: line %" PRIu64 ", column %" PRIu64 ": %s", what, error->line, error->column, error->message);
    }
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static firesieve_firewall *generate(firesieve_family family, uint64_t k)
{
    firesieve_error error;
    firesieve_firewall *firewall;
    firesieve_generate_options options = firesieve_generate_defaults(family);
    if (family == FIRESIEVE_FAMILY_ERDOS_SELFRIDGE && k != 0) {
        options.k = k;
    }
    require(firesieve_firewall_generate(family, &options, &firewall, &error), &error, firesieve_family_name(family));
    return firewall;
}

static firesieve_firewall *open_firewall(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    firesieve_error error;
    firesieve_firewall *firewall;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    require(firesieve_firewall_open(path, &firewall, &error), &error, path);
    return firewall;
}

/* Searches on one thread, with the same memory everywhere and the kernel that every machine has. */
static firesieve_search_options options_for(firesieve_method method)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.kernel = firesieve_kernel_find("scalar");
    options.threads = 1;
    options.memory = 64 << 20;
    return options;
}

/* ---- Answers ---------------------------------------------------------------------------------------------- */

static void solve(const char *name, const firesieve_firewall *firewall, firesieve_method method,
                  const firesieve_kernel *kernel, const char *expected)
{
    char found[FIRESIEVE_DELAY_TEXT_SIZE] = "none";
    firesieve_error error;
    firesieve_search_result result;
    firesieve_search_options options = options_for(method);
    options.kernel = kernel;
    const double began = cpu_seconds();
    require(firesieve_solve(firewall, &options, &result, &error), &error, name);
    if (result.outcome == FIRESIEVE_FOUND) {
        firesieve_delay_format(result.delay, found);
    }
    printf("%-30s %-12s %-8s %24s %8.2f s\n", name, firesieve_method_name(method),
           kernel == NULL ? "" : firesieve_kernel_name(kernel), found, cpu_seconds() - began);
    if (strcmp(found, expected) != 0) {
        fail("%s by %s: %s instead of %s", name, firesieve_method_name(method), found, expected);
    }
}

/* Whether the oracles can be used: they try one delay after another, and simulate has to step to the first one. */
static bool is_for_oracles(const firesieve_firewall *firewall, const char *answer)
{
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    bool shallow = true;
    for (size_t i = 0; i < firesieve_firewall_layer_count(firewall); ++i) {
        shallow = shallow && layers[i].depth <= 1000 && layers[i].range <= 1000;
    }
    return shallow && strlen(answer) <= 5 && strcmp(answer, "none") != 0;
}

static void solve_golden(const char *directory)
{
    char path[PATH_SIZE];
    char name[256];
    char answer[64];
    int solved = 0;
    snprintf(path, sizeof path, "%s/answers.txt", directory);
    FILE *const file = fopen(path, "r");
    while (file != NULL && fscanf(file, "%255s %63s", name, answer) == 2) {
        firesieve_firewall *const firewall = open_firewall(directory, name);
        for (int i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
            const firesieve_method method = (firesieve_method)i;
            const bool is_oracle = method == FIRESIEVE_METHOD_SIMULATE || method == FIRESIEVE_METHOD_CLOSED_FORM;
            if (!is_oracle || is_for_oracles(firewall, answer)) {
                solve(name, firewall, method, NULL, answer);
            }
        }
        firesieve_firewall_free(firewall);
        ++solved;
    }
    if (file == NULL || fclose(file) != 0 || solved == 0) {
        fail("%s: no answers", path);
    }
}

/* g(K) - K - 2, with g(K) as published. A scan of K = 150, or a wheel of K = 200, would take days. */
static void solve_published(void)
{
    static const struct {
        uint64_t k;
        const char *answer;
        firesieve_method methods[4]; /* terminated by AUTO */
    } cases[] = {
        {100, "3935600384", {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS}},
        {150, "473138520098399", {FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS}},
        {200, "52087838892710191382530", {FIRESIEVE_METHOD_FOCUS}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char name[64];
        firesieve_firewall *const firewall = generate(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, cases[i].k);
        snprintf(name, sizeof name, "erdos-selfridge --k %" PRIu64, cases[i].k);
        for (size_t j = 0; j < 4 && (j == 0 || cases[i].methods[j - 1] != FIRESIEVE_METHOD_AUTO); ++j) {
            solve(name, firewall, cases[i].methods[j], NULL, cases[i].answer);
        }
        firesieve_firewall_free(firewall);
    }
}

/* Counts of x that satisfy lines of residues; primesieve also finds the 1056 twins. */
static void count_residues(void)
{
    static const struct {
        const char *lines;
        uint64_t count;
    } cases[] = {
        {"from 10^15\nto 10^15 + 10^6\nx + {0, 2} prime\n", 1056},
        {"from 10^20\nto 10^20 + 10^6\nx + {0, 2} prime\nx mod 7 in {1, 2, 3, 4}\n", 478},
        {"from 1\nto 10^6\nx not square\nx mod 3 in {0, 1}\nx prime\n", 39232},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const char *const lines = cases[i].lines;
        firesieve_error error;
        firesieve_firewall *firewall;
        firesieve_search_result result;
        require(firesieve_firewall_parse(lines, strlen(lines), &firewall, &error), &error, lines);
        const firesieve_search_options options = options_for(FIRESIEVE_METHOD_AUTO);
        require(firesieve_count(firewall, &options, &result, &error), &error, lines);
        if (result.count != cases[i].count) {
            fail("%scount: %" PRIu64 " instead of %" PRIu64, lines, (uint64_t)result.count, cases[i].count);
        }
        firesieve_firewall_free(firewall);
    }
}

/* ---- Kernels ---------------------------------------------------------------------------------------------- */

static void verify(uint64_t cases)
{
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        firesieve_error error;
        firesieve_verify_report report;
        const char *const what = firesieve_kernel_emulated(kernel) ? "emulated" : "native";
        if (!firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        const double began = cpu_seconds();
        require(firesieve_kernel_verify(kernel, cases, 1, &report, &error), &error, firesieve_kernel_name(kernel));
        printf("%-8s %-8s %" PRIu64 " cases, %" PRIu64 " mismatches %8.2f s\n", firesieve_kernel_name(kernel), what,
               report.cases, report.mismatches, cpu_seconds() - began);
        if (report.cases != cases || report.mismatches != 0) {
            fail("%s, %s: %s", firesieve_kernel_name(kernel), what, report.first_mismatch);
        }
    }
}

/* ---- Files ------------------------------------------------------------------------------------------------ */

static void write_firewall(const firesieve_firewall *firewall, const char *path)
{
    firesieve_error error;
    FILE *const file = fopen(path, "w");
    if (file == NULL) {
        fail("%s cannot be written", path);
    }
    require(firesieve_firewall_write(firewall, file, &error), &error, path);
    fclose(file);
}

static void certify(const firesieve_firewall *firewall, const char *path)
{
    const firesieve_search_options options = options_for(FIRESIEVE_METHOD_AUTO);
    firesieve_error error;
    firesieve_search_result result;
    firesieve_certificate *certificate;
    require(firesieve_solve(firewall, &options, &result, &error), &error, path);
    require(firesieve_certify(firewall, &options, &result, &certificate, &error), &error, path);
    require(firesieve_certificate_save(certificate, path, &error), &error, path);
    firesieve_certificate_free(certificate);
}

static void check_certificate(const firesieve_firewall *firewall, const char *path)
{
    const firesieve_search_options options = options_for(FIRESIEVE_METHOD_AUTO);
    firesieve_error error;
    firesieve_certificate *certificate;
    firesieve_certificate_report report;
    require(firesieve_certificate_open(firewall, path, &certificate, &error), &error, path);
    require(firesieve_certificate_check(firewall, certificate, &options, &report, &error), &error, path);
    printf("%s: %s, %s\n", path, firesieve_claim_name(report.claim),
           report.verdict == FIRESIEVE_ACCEPTED ? "accepted" : report.message);
    if (report.verdict != FIRESIEVE_ACCEPTED) {
        fail("%s: line %" PRIu64 ": %s", path, report.line, report.message);
    }
    firesieve_certificate_free(certificate);
}

/* Every family, and certificates of some: of answers, and of there being no safe delay. */
static void for_files(const char *directory, bool writes)
{
    static const firesieve_family certified[] = {FIRESIEVE_FAMILY_PUZZLE, FIRESIEVE_FAMILY_BLOCKED,
                                                 FIRESIEVE_FAMILY_ERDOS_SELFRIDGE};
    char path[PATH_SIZE];
    for (int family = 0; family < FIRESIEVE_FAMILY_COUNT && writes; ++family) {
        firesieve_firewall *const firewall = generate((firesieve_family)family, 0);
        snprintf(path, sizeof path, "%s/%s.firewall", directory, firesieve_family_name((firesieve_family)family));
        write_firewall(firewall, path);
        firesieve_firewall_free(firewall);
    }
    for (size_t i = 0; i < sizeof certified / sizeof certified[0]; ++i) {
        firesieve_firewall *const firewall = generate(certified[i], 0);
        snprintf(path, sizeof path, "%s/%s.certificate", directory, firesieve_family_name(certified[i]));
        (writes ? certify : check_certificate)(firewall, path);
        firesieve_firewall_free(firewall);
    }
}

/* ---- Checkpoints ------------------------------------------------------------------------------------------ */

/* A search that resumes from a checkpoint, and may stop in the middle of a window. */
struct journey {
    bool stops;
    bool resumed; /* in the middle of a window */
    double first; /* the share of the window that was done when this run began */
    double share; /* the share that was done when it stopped; 0: not in a window */
};

static bool go_on(const firesieve_progress *progress, void *context)
{
    static const double enough = 0.02; /* a visible share */
    struct journey *const journey = context;
    if (!journey->stops || progress->window == progress->reached) {
        return true;
    }
    if (isnan(journey->first)) {
        journey->first = progress->share;
    }
    journey->share = progress->share;
    return progress->share < journey->first + enough;
}

static void told(firesieve_checkpoint_event event, const char *message, void *context)
{
    struct journey *const journey = context;
    printf("checkpoint: %s\n", message);
    if (event != FIRESIEVE_CHECKPOINT_RESUMED) {
        fail("the checkpoint cannot be written");
    }
    journey->resumed = strstr(message, "in the middle of a window") != NULL;
}

/* Writes the plan that is chosen for a search to PATH.plan, or reads it from there. The caller frees it. */
static firesieve_plan *plan_at(const char *path, bool writes, const firesieve_firewall *firewall,
                               const firesieve_search_options *options)
{
    char name[PATH_SIZE];
    firesieve_error error;
    firesieve_plan *plan;
    snprintf(name, sizeof name, "%s.plan", path);
    if (!writes) {
        require(firesieve_plan_open(firewall, name, &plan, &error), &error, name);
        return plan;
    }
    require(firesieve_plan_choose(firewall, options, &plan, &error), &error, name);
    size_t size;
    const char *const text = firesieve_plan_text(plan, &size);
    FILE *const file = fopen(name, "w");
    if (file == NULL || fwrite(text, 1, size, file) != size || fclose(file) != 0) {
        fail("%s cannot be written", name);
    }
    return plan;
}

static void carry(const char *stage, const char *method, uint64_t k, const char *path)
{
    firesieve_error error;
    firesieve_search_result result;
    struct journey journey = {.stops = strcmp(stage, "arrive") != 0, .first = NAN};
    firesieve_search_options options = options_for(FIRESIEVE_METHOD_AUTO);
    firesieve_firewall *const firewall = generate(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, k);
    firesieve_plan *plan = NULL;
    while (options.method < FIRESIEVE_METHOD_COUNT && strcmp(firesieve_method_name(options.method), method) != 0) {
        ++options.method;
    }
    if (strcmp(stage, "go-on") == 0) { /* kernel, threads and memory may differ from those it was left with */
        options.kernel = NULL;
        options.threads = 2;
        options.memory = 0;
    }
    /* An emulated CPU is so slow that a search would plan again; but not with a plan that is given. */
    if (journey.stops) {
        plan = plan_at(path, strcmp(stage, "leave") == 0, firewall, &options);
    }
    options.plan = plan;
    options.progress = go_on;
    options.progress_context = &journey;
    options.checkpoint = path;
    options.checkpoint_told = told;
    options.checkpoint_context = &journey;
    require(firesieve_solve(firewall, &options, &result, &error), &error, path);
    if (journey.resumed != (strcmp(stage, "leave") != 0)) {
        fail("%s a checkpoint in the middle of a window", journey.resumed ? "there was already" : "there was not");
    }
    if (result.outcome != (journey.stops ? FIRESIEVE_CANCELLED : FIRESIEVE_FOUND)) {
        fail("the search did not end as expected, but with outcome %d", (int)result.outcome);
    }
    if (journey.stops) {
        printf("%s: from %.1f %% to %.1f %% of a window\n", stage, 100 * journey.first, 100 * journey.share);
    } else {
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        printf("%s: %s\n", stage, firesieve_delay_format(result.delay, text));
    }
    firesieve_plan_free(plan);
    firesieve_firewall_free(firewall);
}

int main(int argc, char **argv)
{
    const char *const command = argc > 1 ? argv[1] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 3 && strcmp(command, "answers") == 0) {
        solve_golden(argv[2]);
        solve_published();
        count_residues();
    } else if (argc == 3 && strcmp(command, "verify") == 0) {
        verify(strtoull(argv[2], NULL, 10));
    } else if (argc == 3 && (strcmp(command, "write") == 0 || strcmp(command, "check") == 0)) {
        for_files(argv[2], strcmp(command, "write") == 0);
    } else if (argc == 5) {
        carry(command, argv[2], strtoull(argv[3], NULL, 10), argv[4]);
    } else {
        fputs(usage, stderr);
        return 1;
    }
    return 0;
}
