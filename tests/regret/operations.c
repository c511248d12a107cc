/*
 * operations METHOD KERNEL FROM MOST FILE: the work of a search by this method, counted and not timed. The compiler
 * inserts a call in front of every basic block of the library; its return address identifies the block. Prints
 *
 *     TOOK ANSWER BLOCKS PAGES
 *     ADDRESS COUNT
 *     ...
 *
 * TOOK is the method that was used, or - if METHOD cannot search the firewall; ANSWER is - if the search was cut short
 * after MOST blocks. PAGES is the number of pages of memory that were touched for the first time. Addresses refer to
 * the program's file; counted.py reads there how long the blocks are.
 */
#include <firesieve/firesieve.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

enum { MEMORY = 256 << 20 };

/* The compiler's name. NOLINTNEXTLINE(bugprone-reserved-identifier) */
void __sanitizer_cov_trace_pc(void);

/* The linker's names for where the code begins and ends. */
extern char __executable_start[]; /* NOLINT(bugprone-reserved-identifier) */
extern const char etext[];

static uint64_t done;
static uint64_t *counts; /* by address */

void __sanitizer_cov_trace_pc(void)
{
    ++done;
    if (counts != NULL) {
        ++counts[(const char *)__builtin_return_address(0) - __executable_start];
    }
}

static bool go_on(const firesieve_progress *progress, void *context)
{
    const uint64_t *const most = context;
    (void)progress;
    return done < *most;
}

static long pages(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* Code is not memory that a search uses. If the kernel cannot be asked to load it, it adds a little to every result. */
static void load_code(size_t size)
{
    (void)madvise(__executable_start - ((uintptr_t)__executable_start & 4095), size, MADV_POPULATE_READ);
}

static firesieve_method method_named(const char *name)
{
    firesieve_method method = FIRESIEVE_METHOD_AUTO;
    while (method < FIRESIEVE_METHOD_COUNT && strcmp(firesieve_method_name(method), name) != 0) {
        ++method;
    }
    return method;
}

static int search(const firesieve_firewall *firewall, firesieve_search_options *options)
{
    firesieve_search_result result;
    firesieve_error error;
    char answer[FIRESIEVE_DELAY_TEXT_SIZE];
    const size_t size = (size_t)(etext - __executable_start);
    counts = malloc(size * sizeof *counts);
    if (counts == NULL) {
        fputs("operations: not enough memory\n", stderr);
        return 2;
    }
    memset(counts, 0, size * sizeof *counts);
    load_code(size);
    const long before = pages();
    const firesieve_status status = firesieve_solve(firewall, options, &result, &error);
    const uint64_t blocks = done;
    const long taken = pages() - before;
    if (status == FIRESIEVE_ERROR_ARGUMENT && options->method != FIRESIEVE_METHOD_AUTO) {
        puts("- - 0 0");
        return 0;
    }
    if (status != FIRESIEVE_OK) {
        fputs("operations: expected a firewall that can be searched\n", stderr);
        return 2;
    }
    printf("%s %s %" PRIu64 " %ld\n", firesieve_method_name(result.method),
           result.outcome == FIRESIEVE_FOUND  ? firesieve_delay_format(result.delay, answer)
           : result.outcome == FIRESIEVE_NONE ? "none"
                                              : "-",
           blocks, taken);
    for (size_t i = 0; i < size; ++i) {
        if (counts[i] != 0) {
            printf("%zx %" PRIu64 "\n", i, counts[i]);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    enum { METHOD = 1, KERNEL, FROM, MOST, FILE_NAME, ARGUMENTS };
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_firewall *firewall;
    firesieve_error error;
    uint64_t most;
    if (argc != ARGUMENTS || !firesieve_delay_parse(argv[FROM], &options.from) ||
        firesieve_firewall_open(argv[FILE_NAME], &firewall, &error) != FIRESIEVE_OK) {
        fputs("operations: expected a method, a kernel, a delay, a number and a firewall\n", stderr);
        return 2;
    }
    most = strtoull(argv[MOST], NULL, 10);
    options.method = method_named(argv[METHOD]);
    options.kernel = firesieve_kernel_find(argv[KERNEL]);
    options.memory = MEMORY;
    options.threads = 1;
    options.progress = go_on;
    options.progress_context = &most;
    done = 0;
    const int status = search(firewall, &options);
    firesieve_firewall_free(firewall);
    return status;
}
