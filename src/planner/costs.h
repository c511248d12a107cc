/* What each kind of work costs, in nanoseconds on one core: one model for choosing methods and predicting searches. */
#ifndef FIRESIEVE_PLANNER_COSTS_H
#define FIRESIEVE_PLANNER_COSTS_H

#include <firesieve/firesieve.h>

/*
 * COST(member, nanoseconds, what for). Costs of the kernel are 0 here: each kernel has its own (kernels.def). The
 * others are those of a server of 2023, unless they are measured.
 */
#define COSTS(COST)                                                                     \
    COST(row_word, 0, "AND one row into one word of 512 columns")                       \
    COST(call, 0, "call the kernel for some rows, and look at what is left")            \
    COST(lane, 0, "test one survivor against one class")                                \
    COST(lift, 2.0, "make a residue of a wheel, or compare it with a constraint")       \
    COST(row_bit, 0.6, "clear one bit of a row")                                        \
    COST(offset, 30.0, "start an offset of a wheel in a block")                         \
    COST(row_start, 2.5, "find the place of a row for an offset")                       \
    COST(row_chunk, 1.0, "find a row of the next 8 words")                              \
    COST(live_chunk, 60.0, "look through 8 words in which rows have left a survivor")   \
    COST(survivor, 6.0, "pick a survivor of the rows out")                              \
    COST(class_start, 4.0, "find the column of a class for an offset")                  \
    COST(prepare, 12.0, "prepare a lane test")                                          \
    COST(hit, 0.65, "clear one bit of a segment")                                       \
    COST(visit, 1.0, "look whether a class has a hit in a segment")                     \
    COST(check, 12.0, "pick one survivor out and look it up in one constraint")         \
    COST(page, 8e3, "take 4 KiB of memory into use, and write them for the first time") \
    COST(key, 0, "AND eight rows of a focus for an offset and a word of columns")       \
    COST(second, 0, "AND further rows where these have left a column")                  \
    COST(pick, 0, "look whether an offset of a focus concerns a word of columns")       \
    COST(bunch, 0, "build a column's bits in 16 rows of a focus")                       \
    COST(sum, 0, "read a column or an offset of a focus from its list")                 \
    COST(order, 6.0, "bring a column or an offset of a focus into its order")           \
    COST(seek, 25.0, "find where a summand of a focus goes on")                         \
    COST(word, 1000.0, "begin a word of columns and a piece of offsets of a focus")     \
    COST(group, 20.0, "find the offsets of one residue for a word")                     \
    COST(pair, 60.0, "pick one surviving pair of a focus out")                          \
    COST(window, 15e3, "open a window of a focus")                                      \
    COST(summand, 60.0, "make a summand of a list of a focus")                          \
    COST(strong, 0, "test a number for a prime, for each of up to 60 bits")             \
    COST(generate, 0.4, "look for primes among numbers, for each")                      \
    COST(prime, 30.0, "prepare a prime of a tuplet")                                    \
    COST(block_prime, 8.0, "find where a prime begins in a block of a tuplet")          \
    COST(prime_start, 0.7, "find the first column of a prime that is listed")           \
    COST(far_start, 1.2, "find the first column of a prime above those")                \
    COST(far_hit, 2.0, "clear one bit of planes that no cache holds")

/* Their indices: COST_AT_row_word and so on. */
enum {
#define COST(member, nanoseconds, what) COST_AT_##member,
    COSTS(COST)
#undef COST
        COST_COUNT
};

struct costs {
    union {
        struct {
#define COST(member, nanoseconds, what) double member;
            COSTS(COST)
#undef COST
        };
        double all[COST_COUNT];
    };
    double group_words;    /* words of 512 columns that the kernel tests together before it skips further rows */
    uint64_t first_cache;  /* bytes of data that a core's first-level cache holds */
    uint64_t second_cache; /* and its second-level cache */
    bool measured;         /* on this machine */
};

/* Costs as known without measuring; `kernel` is the one that will run. */
struct costs costs_of(const firesieve_kernel *kernel);

enum {
    COSTS_PAGE_BYTES = 4096,
    COSTS_CODE_BYTES = 1 << 15 /* code and stack of a search, which are touched for the first time, too */
};

/* Writing that many bytes of memory for the first time. */
static inline double costs_memory(const struct costs *costs, double bytes)
{
    return costs->page * bytes / COSTS_PAGE_BYTES;
}

/*
 * Multiplies the costs that are neither the kernel's nor measured with it by how much slower than usual this machine
 * is.
 */
void costs_scale(struct costs *costs, double factor);

/* The name of a cost ("row_word"), what it is for, and its value. */
struct cost_line {
    const char *name;
    const char *what;
    double nanoseconds;
};

struct cost_line costs_line(const struct costs *costs, size_t index);

/*
 * Measures the kernel's operations and the reading of lists on this machine, and finds its cache sizes. Cost: some
 * milliseconds and 2 MiB; without memory, costs stay as they are.
 */
void costs_calibrate(struct costs *costs, const firesieve_kernel *kernel);

/* Two calls of a kernel that were timed: each ANDs `rows` rows of that many words. */
struct timed_calls {
    double rows;
    double short_words;
    double long_words;
    double short_ns;
    double long_ns;
};

/*
 * Derives row_word and call, which have their usual values, from these calls. On a busy machine the difference of two
 * times may be anything, even negative: a row costs at least an eighth of its usual cost.
 */
void costs_take_calls(struct costs *costs, const struct timed_calls *calls);

#endif
