#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "residue/classes.h"
#include "residue/constraints.h"

enum { LAYERS = 10000000, MIN_RANGE = 10000, MAX_RANGE = 2000000 };

/* Runs in a child process, so that its memory does not count as the reader's. */
static int write_large(FILE *file)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_UNIFORM);
    options.layers = LAYERS;
    options.min_range = MIN_RANGE;
    options.max_range = MAX_RANGE;
    firesieve_firewall *firewall;
    return firesieve_firewall_generate(FIRESIEVE_FAMILY_UNIFORM, &options, &firewall, NULL) == FIRESIEVE_OK &&
                   firesieve_firewall_write(firewall, file, NULL) == FIRESIEVE_OK
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

/* The seconds from layers to constraints; a negative number if that failed. */
static double time_reduction(const firesieve_firewall *firewall)
{
    const double started = now_s();
    struct class_set set;
    struct constraint_list constraints = {0};
    bool done = classes_collect(&set, firewall, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK;
    done = done && constraints_list(&constraints, &set, (struct go_on){NULL, NULL}, NULL) == FIRESIEVE_OK;
    constraints_free(&constraints);
    classes_free(&set);
    return done ? now_s() - started : -1;
}

static int solve_large(FILE *file)
{
    const double started = now_s();
    struct stat about;
    firesieve_firewall *firewall;
    if (fstat(fileno(file), &about) != 0 || firesieve_firewall_read(fileno(file), &firewall, NULL) != FIRESIEVE_OK) {
        return EXIT_FAILURE;
    }
    const double parse_s = now_s() - started;
    const double reduce_s = time_reduction(firewall);
    const firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    if (reduce_s < 0 || firesieve_solve(firewall, &options, &result, NULL) != FIRESIEVE_OK) {
        return EXIT_FAILURE;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const double peak = 1024.0 * (double)usage.ru_maxrss;
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    printf("%d layers, ranges %d to %d: %.1f MB read in %.3f s (%.0f MB/s), reduced in %.3f s; answer %s in %.3f s\n",
           LAYERS, MIN_RANGE, MAX_RANGE, (double)about.st_size / 1e6, parse_s, (double)about.st_size / 1e6 / parse_s,
           reduce_s, firesieve_delay_format(result.delay, delay), result.elapsed_s);
    printf("peak memory %.1f MB: %.1f bytes a layer, %.1f beyond the size of the file\n", peak / 1e6, peak / LAYERS,
           (peak - (double)about.st_size) / LAYERS);
    return EXIT_SUCCESS;
}

static bool run_in_child(int (*function)(FILE *), FILE *file)
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const int status = function(file);
        fflush(NULL);
        _exit(status);
    }
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

bool measure_large(void)
{
    FILE *const file = tmpfile();
    bool done = file != NULL && run_in_child(write_large, file);
    if (done) {
        done = lseek(fileno(file), 0, SEEK_SET) == 0 && run_in_child(solve_large, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    return done;
}
