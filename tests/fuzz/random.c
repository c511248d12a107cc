/*
 * random [SEED [RUNS [BYTES]]]: tries RUNS (1000) inputs of up to BYTES (400) random bytes, beginning with that of SEED
 * (1), without libFuzzer. If one fails, the last line names its seed. Prints the number of inputs.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "fuzz.h"

static char last_words[64]; /* printed by a signal handler, which must not format them */

static void die(int signal_number)
{
    const ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));
    signal(signal_number, SIG_DFL);
    raise(written >= 0 ? signal_number : SIGKILL);
}

static void try_seed(uint64_t seed, size_t most)
{
    struct random_state random = {seed};
    const size_t size = random_between(&random, 1, most);
    uint8_t *const input = malloc(size);
    fuzz_require(input != NULL, "no memory for %zu bytes", size);
    for (size_t i = 0; i < size; ++i) {
        input[i] = (uint8_t)random_next(&random);
    }
    snprintf(last_words, sizeof last_words, "seed %" PRIu64 " failed\n", seed);
    LLVMFuzzerTestOneInput(input, size);
    free(input);
}

int main(int argc, char **argv)
{
    uint64_t numbers[] = {1, 1000, 400};
    static const int signals[] = {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL};
    for (int i = 1; i < argc && i <= (int)(sizeof numbers / sizeof numbers[0]); ++i) {
        numbers[i - 1] = strtoull(argv[i], NULL, 0);
    }
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; ++i) {
        signal(signals[i], die);
    }
    for (uint64_t i = 0; i < numbers[1]; ++i) {
        try_seed(numbers[0] + i, numbers[2] == 0 ? 1 : numbers[2]);
    }
    printf("%" PRIu64 " inputs tried from seed %" PRIu64 " on\n", numbers[1], numbers[0]);
    return EXIT_SUCCESS;
}
