/* What the pages of firesieve say besides the tables of its commands. */
#include "pages/pages.h"

static const struct page_row sections[] = {
    {"FIREWALLS", "A FILE has a layer a line: its depth, a colon and its range, both in decimal, with blanks around "
                  "them where they are "
                  "welcome. Depths go from 0 to 2^63 - 1 and may come in any order, but each once; ranges go from 1 to "
                  "2^62. Empty lines, "
                  "and comments, which begin with #, are skipped, and so is a byte order mark at the very beginning. "
                  "Without a FILE, and for -, standard input is read.\n"
                  "\n"
                  "A layer catches a packet that waits for a delay when delay + depth is a multiple of its period, 2 * "
                  "(range - 1). One of "
                  "range 1 always does. Delays go from 0 to 2^127 - 1 picoseconds.\n"},
    {"RESIDUES",
     "A FILE whose first byte that says something is a letter has lines about an integer x, all of which have "
     "to hold; a safe delay is an x that satisfies them:\n"
     "  x mod 7 in {1, 2, 4}\n"
     "  x mod 11 not in {0, 3}\n"
     "  x mod 4 != 1\n"
     "  x mod p square for primes p in 3..173\n"
     "  x + {0, 2} coprime to p for primes p in 2..1000\n"
     "  x + {0, 2} prime\n"
     "  x not square\n"
     "  x not power\n"
     "  x in {1, 5..9}\n"
     "  from 10^12\n"
     "  to 10^12+10^6\n"
     "\n"
     "`square` and `nonsquare` are about nonzero residues. Where p is bound, modulus and residues may have it "
     "in them: `x mod p not in {0, p-1} for primes p in 5..97`; without `primes` it is any integer of the "
     "range. A may be negative; moduli go from 1 to 2^62. -e LINE gives a line on the command line, and joins "
     "FILEs. A FILE that begins with a brace is JSON: {\"residues\": [\"x mod 7 in {1}\", ...]} or "
     "{\"layers\": [{\"depth\": 0, \"range\": 3}, ...]}.\n"},
    {"VALUES", "Whole numbers of options may be written as `1000000`, `1_000_000`, `1e6` or `1.5e6` (where that is "
               "whole), `10^6`, "
               "and as sums and differences of these: `2^40-1`, `10^30+10^9`. Durations are seconds (`90`, `0.5`), or "
               "units from the "
               "longest to the shortest: `1m30s`, `2h`, `500ms` (d, h, m or min, s, ms). Memory is bytes, or has a "
               "unit: K, M, G and KiB, MiB, "
               "GiB are powers of 1024, KB, MB and GB of 1000; `1.5G` is welcome. Names of kernels, methods and "
               "families may be given in "
               "letters of either case. In layers numbers are decimal digits alone.\n"},
    {"DIAGNOSTICS",
     "Standard output holds the answer alone. Progress, warnings and errors go to standard error. What is wrong with a "
     "FILE is said with its line and column:\n"
     "  cover.firewall:3:3: error: expected ':' and a range after the depth, found '-'\n"
     "\n"
     "On a signal that would end them (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU) searches write "
     "their "
     "checkpoint, say how far they have come, and die of that same signal.\n"
     "\n"
     "A report of a bug is best begun with what `firesieve --build-info` prints.\n"},
    {0},
};

static const struct page_row statuses[] = {
    {"0", "found (count and list: at least one), explained, drawn, written, all verified, or measured"},
    {"1", "none (in the range asked, or at all), or a verification or regression that failed"},
    {"2", "bad usage or bad input"},
    {"3", "stopped by a limit before an answer"},
    {0},
};

static const struct page_row environment[] = {
    {"FIRESIEVE_KERNEL", "the kernel to use where --kernel is not given; one that cannot run here is an error"},
    {"FIRESIEVE_THREADS", "how many threads to use where --threads is not given"},
    {"NO_COLOR", "where it is set to anything, nothing is printed in colour unless an option asks for it"},
    {"COLUMNS, LINES", "the size of pictures, where no option says it, and of the line of progress"},
    {0},
};

static const struct program firesieve = {
    .name = "firesieve",
    .summary = "find the smallest delay at which a packet crosses a firewall of scanners uncaught",
    .description = "A packet crosses a firewall of scanners that sweep up and down with fixed periods. firesieve finds "
                   "the smallest "
                   "delay at which no scanner catches it, counts such delays, and lists them. In mathematics: it finds "
                   "the integers "
                   "that avoid a set of residue classes.\n"
                   "\n"
                   "It tests 512 delays at once, with kernels for SSE4.1, AVX2, AVX-512, NEON and WebAssembly, of "
                   "which the fastest "
                   "one that runs on "
                   "this CPU is chosen, and it plans how to search before it does.\n",
    .commands = commands,
    .options = program_options,
    .has_help_command = true,
    .sections = sections,
    .statuses = statuses,
    .environment = environment,
    .example = "printf '0: 3\\n1: 2\\n4: 4\\n6: 4\\n' | firesieve solve\n"
               "firesieve generate puzzle --seed 7 >puzzle.firewall\n"
               "firesieve solve -v puzzle.firewall\n"
               "firesieve count --to 1000000000 puzzle.firewall\n"
               "firesieve generate erdos-selfridge --k 150 | firesieve solve --checkpoint es150.checkpoint\n",
    .see_also = "firesieve-mpi(1)",
};

int main(int argc, char **argv)
{
    return pages_main(&firesieve, argc, argv);
}
