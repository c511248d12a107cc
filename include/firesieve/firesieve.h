/*
 * firesieve: the smallest delay at which a packet crosses a firewall of sweeping scanners uncaught.
 *
 * A layer `depth: range` catches a packet that waits `delay` picoseconds when
 * (delay + depth) mod period == 0, with period = 2 * (range - 1). A delay that no layer catches is safe.
 *
 * The library never prints, never exits and keeps no global state; no thread of it is left when a function returns.
 * Every function may be called from any thread; one object may be used by several threads at once as long as none of
 * them changes or frees it. Functions that can fail return a firesieve_status and, where `error` is not NULL, say there
 * what was wrong; after an error the other results are as they were. Pointers must not be NULL but where it is said.
 *
 * Functions of the caller (progress, lists, checkpoints) are called from the thread that called the library. They may
 * call it in turn, but neither move nor free the iterator that they are called for. They have to return: neither
 * longjmp nor an exception of C++ may leave them.
 *
 * Signals are the caller's. Files that the library writes by name (checkpoints, certificates) never raise SIGXFSZ where a
 * limit on their size is met: that is an error (WRITE). A stream of the caller's is written to as it is: a program that
 * wants errors of it ignores SIGXFSZ and SIGPIPE.
 *
 * What is compiled with the header of version 1.x runs with every later 1.y, whose shared library has the same soname.
 * Structs keep their sizes and members their places. A later version may put new members where `reserved` is, in which
 * 0 means what it meant before; structs without it stay as they are. It may add functions, and enumerators behind the
 * last (a _COUNT is that of this header). Fill structs that have defaults with them first; others are to be 0 but for
 * what is set.
 */
#ifndef FIRESIEVE_H
#define FIRESIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifndef __SIZEOF_INT128__
#error "firesieve needs 128-bit integers (unsigned __int128), which GCC and clang have for 64-bit targets only"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define FIRESIEVE_VERSION "1.0.0"
#define FIRESIEVE_VERSION_MAJOR 1
#define FIRESIEVE_VERSION_MINOR 0
#define FIRESIEVE_VERSION_PATCH 0

/* Marks what a shared library shows to its users. */
#define FIRESIEVE_API __attribute__((visibility("default")))

/* The version of the library that runs, as FIRESIEVE_VERSION; static. */
FIRESIEVE_API const char *firesieve_version(void);

/* ---- Delays ------------------------------------------------------------------------------------------- */

/* A delay in picoseconds, 0 <= delay < 2^127. Bounds of ranges may be 2^127 itself. */
__extension__ typedef unsigned __int128 firesieve_delay;

/* The end of all delays: 2^127. */
#define FIRESIEVE_DELAY_END ((firesieve_delay)1 << 127)

/* As the end of a search's range: none was given. It is searched up to 2^127, which then is a limit and no answer. */
#define FIRESIEVE_NO_END (~(firesieve_delay)0)

/* Room for any 128-bit number in decimal and its terminating NUL, in bytes. */
#define FIRESIEVE_DELAY_TEXT_SIZE 40

/* Writes `delay` in decimal into `text` (at least FIRESIEVE_DELAY_TEXT_SIZE bytes) and returns `text`. */
FIRESIEVE_API char *firesieve_delay_format(firesieve_delay delay, char *text);

/* Reads a decimal number of at most 2^127, digits only. Returns false, and leaves `delay` alone, on anything else. */
FIRESIEVE_API bool firesieve_delay_parse(const char *text, firesieve_delay *delay);

/* ---- Statuses and errors ------------------------------------------------------------------------------ */

typedef enum firesieve_status {
    FIRESIEVE_OK,
    FIRESIEVE_ERROR_MEMORY,   /* an allocation failed */
    FIRESIEVE_ERROR_READ,     /* the operating system refused to read */
    FIRESIEVE_ERROR_WRITE,    /* the operating system refused to write */
    FIRESIEVE_ERROR_INPUT,    /* the text is not a firewall; the error names line and column */
    FIRESIEVE_ERROR_ARGUMENT, /* an argument or an option is out of its range */
    FIRESIEVE_ERROR_KERNEL,   /* the kernel is not built in, or this CPU cannot run it */
    FIRESIEVE_ERROR_RECORD, /* a checkpoint, certificate or plan is damaged, or not one of this search; with the place */
    FIRESIEVE_ERROR_STOPPED /* the caller, or a limit that it set, has ended the call; nothing is wrong */
} firesieve_status;

/* A short text for a status, in lower case without a full stop. Never NULL; static. */
FIRESIEVE_API const char *firesieve_status_text(firesieve_status status);

/* What went wrong. `line` and `column` count from 1, columns in bytes; both are 0 where the error has no place. */
typedef struct firesieve_error {
    firesieve_status status;
    uint64_t line;
    uint64_t column;
    char message[256];
} firesieve_error;

/* ---- Limits ------------------------------------------------------------------------------------------- */

/* Asked now and then, from the thread that called the library, whether to go on. */
typedef bool (*firesieve_go_on_function)(void *context);

/*
 * What ends a long call. Searches have the same in their options (time_limit_s, and progress); the other functions that
 * may take long have a second form with `_within` behind its name, which takes limits, NULL for none, and returns
 * STOPPED where one of them has ended it. Both are heeded at most 0.2 s late, and most often within some milliseconds,
 * in every phase of every call: while something is read, also from a pipe that says nothing, sorted, reduced, planned,
 * proved, searched and written; but not while the operating system does not return from a read or a write that waits
 * for a disk or a reader, or from giving memory, nor while a function of the caller does not return.
 */
typedef struct firesieve_limits {
    double time_limit_s;            /* seconds for this call; INFINITY for none */
    firesieve_go_on_function go_on; /* returns true to go on, false to stop; NULL: nobody is asked */
    void *context;
    uint64_t reserved[4]; /* 0 */
} firesieve_limits;

/* No limits: what to start from. */
FIRESIEVE_API firesieve_limits firesieve_limits_none(void);

/* ---- Firewalls ---------------------------------------------------------------------------------------- */

/* The largest depth (2^63 - 1) and the largest range (2^62) of a layer; the smallest are 0 and 1. */
#define FIRESIEVE_DEPTH_MAX UINT64_C(0x7fffffffffffffff)
#define FIRESIEVE_RANGE_MAX UINT64_C(0x4000000000000000)

typedef struct firesieve_layer {
    uint64_t depth; /* picoseconds from the edge of the firewall */
    uint64_t range; /* positions the scanner sweeps over */
} firesieve_layer;

/*
 * What a search is about, in one of two forms. Layers: one or more with distinct depths. Residues: lines that say which
 * x are wanted, which a search calls safe delays. Both in the order they were given. Immutable; 16 bytes a layer, or a
 * class that a line forbids.
 */
typedef struct firesieve_firewall firesieve_firewall;

/*
 * Reads a firewall from `size` bytes of text (NULL is allowed for none). Where its first byte that is no blank, and not
 * in a comment, is a letter, it holds lines of residues, as docs/residues.md describes them: `x mod 7 in {1, 2, 4}`.
 * Otherwise layers: `depth: range` a line in decimal. In both, blanks, CRLF, blank lines, `#` comments and a UTF-8 byte
 * order mark in front are accepted; layers may come in any order of depths. The caller keeps `text` and frees
 * `*firewall` with firesieve_firewall_free. Cost: one pass, a sort of the depths where they do not ascend, and for lines
 * of residues the classes that they forbid. Errors: INPUT with line and column (in bytes, from 1, behind a byte order
 * mark), MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_parse(const char *text, size_t size, firesieve_firewall **firewall,
                                                        firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_parse_within(const char *text, size_t size,
                                                               const firesieve_limits *limits,
                                                               firesieve_firewall **firewall, firesieve_error *error);

/*
 * The same from a file descriptor, read from where it stands to its end; it stays open. Memory besides the firewall:
 * 128 KiB, or twice the longest line where that is more. Errors: as above, and READ, with the line where reading stood.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall,
                                                       firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_read_within(int descriptor, const firesieve_limits *limits,
                                                              firesieve_firewall **firewall, firesieve_error *error);

/* The same from a file. Errors: as above; READ also when the path cannot be opened or is a directory. */
FIRESIEVE_API firesieve_status firesieve_firewall_open(const char *path, firesieve_firewall **firewall,
                                                       firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_open_within(const char *path, const firesieve_limits *limits,
                                                              firesieve_firewall **firewall, firesieve_error *error);

/*
 * The same from `count` layers in memory, which are copied. Errors: ARGUMENT (no layer; a depth or range that is too
 * large, a range of 0, a depth given twice: the message names the layer), MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_build(const firesieve_layer *layers, size_t count,
                                                        firesieve_firewall **firewall, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_build_within(const firesieve_layer *layers, size_t count,
                                                               const firesieve_limits *limits,
                                                               firesieve_firewall **firewall, firesieve_error *error);

/* Frees a firewall; NULL is allowed. */
FIRESIEVE_API void firesieve_firewall_free(firesieve_firewall *firewall);

/*
 * The layers, owned by the firewall, in the order they were given, and their number, at least 1. In the residue form
 * there are none (NULL), and the number is that of the residue classes that it forbids, which may be 0. Cost: none.
 */
FIRESIEVE_API const firesieve_layer *firesieve_firewall_layers(const firesieve_firewall *firewall);
FIRESIEVE_API size_t firesieve_firewall_layer_count(const firesieve_firewall *firewall);

/* Integers that leave `residue` modulo `modulus`. */
typedef struct firesieve_class {
    uint64_t modulus; /* from 1 on */
    uint64_t residue; /* below it */
} firesieve_class;

/*
 * The class that is forbidden by layer `index`, -depth modulo its period (0 mod 1 where its range is 1), or class
 * `index` of a firewall in the residue form. `index` is below firesieve_firewall_layer_count. Cost: a division.
 */
FIRESIEVE_API firesieve_class firesieve_firewall_class(const firesieve_firewall *firewall, size_t index);

/* ---- Residues ----------------------------------------------------------------------------------------- */

/* Room for a line that firesieve_firewall_line writes itself, in bytes. */
#define FIRESIEVE_LINE_ROOM 64

/* A line of residues. */
typedef struct firesieve_line {
    const char *text; /* as it was written, without blanks around it and a comment; owned by the firewall, or `room` */
    const char *source;  /* what its text was called: see firesieve_input_add_text; owned by the firewall */
    size_t source_index; /* which text that was, from 0 */
    uint64_t number;     /* of the line in it, from 1 */
    size_t first_class;  /* the classes that it forbids, */
    size_t class_count;  /* so many, from that index on */
    bool whole;          /* they say all of it; otherwise it is asked of x that no class contains, or bounds x */
    bool range;          /* it says where x begins, or ends: `from`, `to`; no class does */
    char room[FIRESIEVE_LINE_ROOM];
} firesieve_line;

/* How many lines of residues there are; 0 in the other form. */
FIRESIEVE_API size_t firesieve_firewall_line_count(const firesieve_firewall *firewall);

/*
 * Describes line `index`, below firesieve_firewall_line_count, in the order in which they were given; layers that were
 * joined are written as `x mod M != A`. *line must not move. Cost: two binary searches.
 */
FIRESIEVE_API void firesieve_firewall_line(const firesieve_firewall *firewall, size_t index, firesieve_line *line);

/* Which line forbids class `index` of a firewall in the residue form. Cost: a binary search. */
FIRESIEVE_API size_t firesieve_firewall_line_of(const firesieve_firewall *firewall, size_t index);

/*
 * The range that lines `from` and `to` ask for: what a search takes where its options say nothing. *from is 0 and *to
 * FIRESIEVE_NO_END where they do not, and where there are none.
 */
FIRESIEVE_API void firesieve_firewall_range(const firesieve_firewall *firewall, firesieve_delay *from,
                                            firesieve_delay *to);

/* What x may be before any class is looked at. */
typedef struct firesieve_residues_view {
    firesieve_delay listed; /* x is one of so many numbers, which are looked at one by one; 0: it may be any */
    size_t progressions;    /* x is in one of so many, whose classes are searched; 0: it may be anywhere */
    firesieve_delay step;   /* of each of them */
    uint64_t reserved[4];
} firesieve_residues_view;

/* Of layers, and of residues that say nothing of the kind, all is 0. */
FIRESIEVE_API void firesieve_firewall_view(const firesieve_firewall *firewall, firesieve_residues_view *view);

/* How a text is written. */
typedef enum firesieve_format {
    FIRESIEVE_FORMAT_AUTO, /* as firesieve_firewall_parse tells */
    FIRESIEVE_FORMAT_LAYERS,
    FIRESIEVE_FORMAT_RESIDUES
} firesieve_format;

/* Texts on their way to one firewall. To be used by one thread at a time. */
typedef struct firesieve_input firesieve_input;

/* Makes an input without texts, to be freed by the caller. Errors: MEMORY. */
FIRESIEVE_API firesieve_status firesieve_input_create(firesieve_input **input, firesieve_error *error);

/*
 * Adds a text, which may be called anything (`name` is copied). Errors: as firesieve_firewall_parse_within; then the
 * input can only be freed.
 */
FIRESIEVE_API firesieve_status firesieve_input_add_text(firesieve_input *input, const char *name,
                                                        firesieve_format format, const char *text, size_t size,
                                                        const firesieve_limits *limits, firesieve_error *error);

/*
 * The same from a descriptor, read to its end, behind `size` bytes (at most 64 KiB) that the caller has read of it
 * already. Errors: as firesieve_firewall_read_within.
 */
FIRESIEVE_API firesieve_status firesieve_input_add_descriptor(firesieve_input *input, const char *name,
                                                              firesieve_format format, const char *begun, size_t size,
                                                              int descriptor, const firesieve_limits *limits,
                                                              firesieve_error *error);

/*
 * Makes the firewall of all texts, once: in the form of layers where there is one text, and that is one of layers;
 * otherwise in that of residues, in which layers count as the classes that they forbid. Errors: as above, of text
 * *source, counted from 0; ARGUMENT where there is no text.
 */
FIRESIEVE_API firesieve_status firesieve_input_finish(firesieve_input *input, const firesieve_limits *limits,
                                                      firesieve_firewall **firewall, size_t *source,
                                                      firesieve_error *error);

/* Frees an input; NULL is allowed. */
FIRESIEVE_API void firesieve_input_free(firesieve_input *input);

/* ---- Writing, and asking single delays ---------------------------------------------------------------- */

/*
 * Writes a firewall as text that firesieve_firewall_read accepts, layers or lines, LF line ends, and flushes the stream,
 * which stays open. Errors: WRITE; part of the text may have been written.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_write(const firesieve_firewall *firewall, FILE *stream,
                                                        firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                               const firesieve_limits *limits, firesieve_error *error);

/*
 * Whether a layer catches a packet that waits `delay` (below 2^127). Cost: one division a layer until the first catch.
 */
FIRESIEVE_API bool firesieve_firewall_catches(const firesieve_firewall *firewall, firesieve_delay delay);

/*
 * The trip severity: the sum of depth * range over the layers that catch a packet that waits `delay`. Cost: one
 * division a layer. Errors: ARGUMENT when the delay reaches 2^127 or the sum 2^128.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_severity(const firesieve_firewall *firewall, firesieve_delay delay,
                                                           firesieve_delay *severity, firesieve_error *error);

/* ---- Families of generated firewalls ------------------------------------------------------------------ */

typedef enum firesieve_family {
    FIRESIEVE_FAMILY_UNIFORM,               /* ranges uniform in [min_range, max_range], depths 0, 1, 2, ... */
    FIRESIEVE_FAMILY_PUZZLE,                /* about 44 layers of range <= 20, answer in the millions */
    FIRESIEVE_FAMILY_PLANTED,               /* the same as uniform, but `delay` is safe */
    FIRESIEVE_FAMILY_BLOCKED,               /* no delay is safe, and no period alone shows it */
    FIRESIEVE_FAMILY_EXTREMAL,              /* layer i forbids 2^(i-1)-1 mod 2^i: the answer is 2^layers - 1 */
    FIRESIEVE_FAMILY_ERDOS_SELFRIDGE,       /* the answer is g(k) - k - 2, g(k) the least n > k + 1 such that no prime
                                               up to k divides the binomial coefficient C(n, k) */
    FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, /* the least m = 7 mod 8 with -m a nonzero square mod the first `primes`
                                               odd primes */
    FIRESIEVE_FAMILY_PSEUDOSQUARE,          /* every m = 1 mod 8 that is a nonzero square mod the first `primes` odd
                                               primes: 1, other squares and, first of all others, the pseudosquare */
    FIRESIEVE_FAMILY_TUPLET                 /* delay t: no start + t + offset is divisible by a prime <= sieve_to */
} firesieve_family;

/* The number of families, and the name of each as the command line spells it (NULL past the end); static. */
#define FIRESIEVE_FAMILY_COUNT 9
FIRESIEVE_API const char *firesieve_family_name(firesieve_family family);

/* The most offsets of a tuplet. */
#define FIRESIEVE_TUPLET_OFFSETS_MAX 64

/* What to generate. Families ignore the members they have no use for. */
typedef struct firesieve_generate_options {
    firesieve_delay delay; /* planted: the safe delay, < 2^127 */
    uint64_t layers;       /* how many; blocked: 3 to 10^9, from 8 on merging periods does not show it either; extremal:
                              at most 62 */
    uint64_t min_range;    /* >= 2 */
    uint64_t max_range;    /* >= min_range */
    uint64_t seed;         /* the same seed gives the same firewall on every platform */
    uint64_t k;            /* erdos-selfridge: 2 to 5000 */
    uint64_t primes;       /* negative-pseudosquare, pseudosquare: how many odd primes, from 3 on; at most 1000 */
    uint64_t start;        /* tuplet */
    uint64_t sieve_to;     /* tuplet: 2 to 10^9, less where that would be more than 10^9 layers */
    uint64_t offsets[FIRESIEVE_TUPLET_OFFSETS_MAX]; /* tuplet: ascending */
    size_t offset_count;                            /* tuplet: at least 1 */
    unsigned bits;        /* planted: when not 0, a random delay of that many bits (at most 127) instead of `delay` */
    uint64_t reserved[8]; /* 0; otherwise refused, as an option of a later version (ARGUMENT) */
} firesieve_generate_options;

/* The defaults of a family: a firewall that is solved within a second. */
FIRESIEVE_API firesieve_generate_options firesieve_generate_defaults(firesieve_family family);

/*
 * Generates a firewall, to be freed by the caller. `options` may be NULL for the defaults. Cost: some ten nanoseconds a
 * layer, and where depths are drawn at random a sort. Errors: ARGUMENT (an option out of its range, or options that
 * leave no firewall), MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_generate(firesieve_family family,
                                                           const firesieve_generate_options *options,
                                                           firesieve_firewall **firewall, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_generate_within(firesieve_family family,
                                                                  const firesieve_generate_options *options,
                                                                  const firesieve_limits *limits,
                                                                  firesieve_firewall **firewall,
                                                                  firesieve_error *error);

/* ---- The CPU and its kernels -------------------------------------------------------------------------- */

/* A kernel: the inner loops of the sieve for one instruction set. Static; never freed. */
typedef struct firesieve_kernel firesieve_kernel;

/*
 * The number of kernels this library knows, and kernel `index` (NULL past the end): narrow ones first, emulated last.
 */
FIRESIEVE_API size_t firesieve_kernel_count(void);
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_at(size_t index);

/* The native kernel of that name ("scalar", "sse4.1", ...), or NULL. */
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_find(const char *name);

/* The kernel that would run when none is asked for: the widest native one that runs here. Never NULL. */
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_best(void);

/* The name ("scalar", "avx2", ...); an emulated kernel has that of the native one. Static, as all texts of kernels. */
FIRESIEVE_API const char *firesieve_kernel_name(const firesieve_kernel *kernel);

/*
 * Emulated kernels run the logic of an instruction set in portable C, to verify it on any machine; never chosen
 * unasked.
 */
FIRESIEVE_API bool firesieve_kernel_emulated(const firesieve_kernel *kernel);

/* Whether the kernel is compiled into this library. */
FIRESIEVE_API bool firesieve_kernel_built(const firesieve_kernel *kernel);

/* Whether it is built and CPU and operating system can run it. */
FIRESIEVE_API bool firesieve_kernel_runs_here(const firesieve_kernel *kernel);

/* The CPU features the kernel needs, as a text ("avx512f avx512bw ..."; "" for none). */
FIRESIEVE_API const char *firesieve_kernel_needs(const firesieve_kernel *kernel);

#define FIRESIEVE_CPU_CACHE_MAX 8

typedef struct firesieve_cpu_cache {
    int level;        /* 1, 2, 3, ... */
    const char *type; /* "data", "instruction" or "unified" */
    uint64_t size;    /* bytes */
} firesieve_cpu_cache;

typedef struct firesieve_cpu {
    const char *architecture; /* "x86_64", "aarch64", "wasm32" or "other" */
    char model[64];           /* "" where the CPU does not say */
    char features[256];       /* the features that kernels may need and that this machine has, separated by blanks */
    unsigned cpus;            /* threads that may run at once: CPUs this process may use, or a quota, rounded up */
    size_t cache_count;
    firesieve_cpu_cache caches[FIRESIEVE_CPU_CACHE_MAX];
    uint64_t memory;       /* bytes that this process may still take */
    uint64_t memory_limit; /* bytes of what limits it, taken or not */
    const char *memory_by; /* what that is: "system", "control group", "RLIMIT_AS" or "RLIMIT_DATA" */
    const char *cpus_by;   /* what limits CPUs: "affinity" or "control group" */
    double cpu_time;       /* CPUs' worth of time that control groups allow, as 0.5; 0 where they do not limit it */
    uint64_t reserved[3];
} firesieve_cpu;

/*
 * Describes the machine; what the operating system does not save for programs counts as absent. Cost: some files of
 * /proc and /sys are read.
 */
FIRESIEVE_API void firesieve_cpu_detect(firesieve_cpu *cpu);

/* ---- Profiling ---------------------------------------------------------------------------------------- */

/* What a thread of a search may be doing: it is always in one of these. */
typedef enum firesieve_stage {
    FIRESIEVE_STAGE_SHORT_PATH, /* puzzle-sized firewalls: all of it */
    FIRESIEVE_STAGE_ORACLE,     /* simulate and closed-form */
    FIRESIEVE_STAGE_REDUCE,     /* layers become residue classes, and fewer of them */
    FIRESIEVE_STAGE_CHOOSE,     /* the plan, but for the next two */
    FIRESIEVE_STAGE_MAKE_LISTS, /* the wheel, or the summands of a focus */
    FIRESIEVE_STAGE_DRAW_ROWS,  /* strips of rows, for a scan or a wheel */
    FIRESIEVE_STAGE_PROOF,      /* looking for a proof that nothing is safe */
    FIRESIEVE_STAGE_WINDOWS,    /* sharing the work out, finds and reports, and what is in no other stage */
    FIRESIEVE_STAGE_READ_LISTS, /* focus: columns and offsets of a task, from the lists */
    FIRESIEVE_STAGE_BUILD_ROWS, /* focus: the rows of a block of columns */
    FIRESIEVE_STAGE_SIEVE,      /* rows ANDed by the kernel, classes crossed off, survivors picked out */
    FIRESIEVE_STAGE_SURVIVORS,  /* tested in lanes and by checks, batch by batch */
    FIRESIEVE_STAGE_SAMPLING,   /* counting what each row drops, on a sample; it would not be without a profile */
    FIRESIEVE_STAGE_WAITING     /* a thread that has no work, or none yet */
} firesieve_stage;

#define FIRESIEVE_STAGE_COUNT 14

/* Room for so many stages, of which a later version may have more. */
#define FIRESIEVE_STAGE_ROOM 32

/*
 * Where a stage belongs, as viewers of flame graphs know it: "plan;reduce", "search;windows;sieve", "waiting". NULL
 * past the end; static. What is behind the last semicolon is its name, without blanks.
 */
FIRESIEVE_API const char *firesieve_stage_path(firesieve_stage stage);

/* How a search took care of a constraint, in the order in which a candidate meets them. */
typedef enum firesieve_means {
    FIRESIEVE_MEANS_LIST,    /* by the wheel, or a list of a focus: what it forbids is never looked at */
    FIRESIEVE_MEANS_ROW,     /* by rows that kernels AND */
    FIRESIEVE_MEANS_CROSSED, /* its classes are crossed off; where there is a choice, the first ones at least */
    FIRESIEVE_MEANS_LANES,   /* survivors are tested against its classes, one in each lane */
    FIRESIEVE_MEANS_CHECK,   /* the last survivors are looked up */
    FIRESIEVE_MEANS_NONE     /* by nothing of these: the short path, an oracle, or a search that ended before */
} firesieve_means;

#define FIRESIEVE_MEANS_COUNT 6

/* "list", "row", "crossed", "lanes", "check", "none" (NULL past the end); static. */
FIRESIEVE_API const char *firesieve_means_name(firesieve_means means);

/* The classes of one modulus, and what became of candidates there. */
typedef struct firesieve_constraint_profile {
    uint64_t modulus;
    uint64_t classes;        /* residues that it forbids, after reduction */
    uint64_t layers;         /* whose class it contains: it divides the period, and -depth mod modulus is forbidden */
    firesieve_layer example; /* one of these layers; range 0 where there is none, and in the form of residues */
    double share;            /* that it forbids of what constraints with divisors of its modulus allow; by estimate */
    double bits; /* -log2(1 - share): so many doublings farther is the first safe delay; INFINITY: none is left */
    firesieve_means means;
    size_t place;         /* the constraints that candidates met before it */
    double in;            /* candidates that came to it; 0 with MEANS_NONE */
    double dropped;       /* that it dropped */
    bool counted;         /* in and dropped are exact; otherwise estimates */
    bool has_example;     /* there is such a layer, or class that a line of residues forbids: */
    size_t example_index; /* its index */
    uint64_t reserved[3];
} firesieve_constraint_profile;

/* At most so many constraints are described; for firewalls of millions of periods it may be as few as 64. */
#define FIRESIEVE_PROFILE_CONSTRAINTS_MAX 1024

/*
 * Where the time of a search went, and which constraints make the firewall hard. Free with firesieve_profile_free.
 *
 * Counts are those of the last plan that searched: what a first look at 2^30 delays met before a longer plan was made
 * is not in them. Lanes and checks count exactly; constraints that are partly crossed off and partly tested are
 * estimates. What rows and crossing off drop is measured on a sample of the kernel's calls (the first 16, and of the
 * others one in 509, in a focus one offset of one call in 61), scaled to all columns, as long as a hundred of the sample
 * are left; constraints that share a row, and classes that are crossed off, share what was measured in proportion to
 * their bits. For lists the counts follow from shares. Columns are counted where they are sieved: bounds are rounded to words of
 * 512, and threads look behind the answer before it is known.
 */
typedef struct firesieve_profile {
    double elapsed_s;    /* wall time, as in the result; the table of constraints is made after it */
    size_t thread_count; /* threads that worked, at least 1; the first is the one that called */
    double (*seconds)[FIRESIEVE_STAGE_ROOM]; /* of each thread in each stage; they add up to elapsed_s for each */

    uint64_t columns; /* candidates that went into rows */
    uint64_t sampled; /* of these, the sample */

    firesieve_constraint_profile *constraints; /* falling bits; NULL where there was no memory for them */
    size_t constraint_count;
    size_t other_count;                  /* constraints that are not described */
    firesieve_constraint_profile others; /* all of them together: modulus 0, layers 0, no example, means of most bits */
    double bits; /* of all: log2 of the delay to expect, counted from `from`; INFINITY where none is safe */
    uint64_t reserved[8];
} firesieve_profile;

/* Frees what the profile owns, and leaves it empty. An empty one ({0}) is allowed. */
FIRESIEVE_API void firesieve_profile_free(firesieve_profile *profile);

/* ---- Searching ---------------------------------------------------------------------------------------- */

/* The most threads that can be asked for. */
#define FIRESIEVE_THREADS_MAX 4096

typedef enum firesieve_method {
    FIRESIEVE_METHOD_AUTO,
    FIRESIEVE_METHOD_SIMULATE,    /* scanners that step; the first oracle */
    FIRESIEVE_METHOD_CLOSED_FORM, /* (delay + depth) mod period, delay by delay; the second oracle */
    FIRESIEVE_METHOD_SCAN,        /* 512 consecutive delays at once */
    FIRESIEVE_METHOD_WHEEL,       /* 512 delays at once, a modulus apart, from each residue that it allows; the modulus
                                     is 1 where no wheel fits into the memory */
    FIRESIEVE_METHOD_FOCUS        /* 512 differences at once, of numbers from two lists whose moduli together may be far
                                     larger than the range; for answers of 15 digits and more */
} firesieve_method;

/* The number of methods, and the name of each as the command line spells it (NULL past the end); static. */
#define FIRESIEVE_METHOD_COUNT 6
FIRESIEVE_API const char *firesieve_method_name(firesieve_method method);

typedef enum firesieve_outcome {
    FIRESIEVE_FOUND, /* there is a safe delay in the range; count and list: the whole range was searched */
    FIRESIEVE_NONE,  /* no delay in [from, to) is safe; with FIRESIEVE_NO_END as `to`: none at all, which is proved */
    FIRESIEVE_LIMIT, /* the time limit came first, or with FIRESIEVE_NO_END as `to`, 2^127: then `reached` is that;
                           [from, reached) was searched */
    FIRESIEVE_CANCELLED /* the progress function or the list's receiver asked to stop; [from, reached) was searched */
} firesieve_outcome;

/* Where a running search stands. */
typedef struct firesieve_progress {
    firesieve_delay from;
    firesieve_delay to;      /* where the search ends at the latest */
    firesieve_delay reached; /* [from, reached) has been searched */
    firesieve_delay window; /* the window [reached, window) is being searched, in no order; empty where there is none */
    double share;           /* of the work of this window that is done, from 0 to 1; it never falls within a window */
    double window_s;        /* seconds spent on it so far */
    double elapsed_s;       /* seconds since the search began */
    uint64_t reserved[8];
} firesieve_progress;

/*
 * Called now and then (every ten milliseconds or less often) from the thread that called the search; `progress` is
 * valid during the call. Returns true to go on, false to stop.
 */
typedef bool (*firesieve_progress_function)(const firesieve_progress *progress, void *context);

/* What became of a checkpoint. */
typedef enum firesieve_checkpoint_event {
    FIRESIEVE_CHECKPOINT_RESUMED, /* the search goes on from where the file says */
    FIRESIEVE_CHECKPOINT_FAILED,  /* the file cannot be written; the search goes on, and tries again */
    FIRESIEVE_CHECKPOINT_MENDED,  /* it can be written again */
    FIRESIEVE_CHECKPOINT_LOST     /* at the end it cannot be written: it has an older state, or is not there */
} firesieve_checkpoint_event;

/*
 * Told of it, from the thread that called the search. `message` is a sentence without its end, valid during the call.
 */
typedef void (*firesieve_checkpoint_function)(firesieve_checkpoint_event event, const char *message, void *context);

/*
 * How a firewall is searched: the method, which constraints become a wheel, lists, rows and checks, and how large
 * blocks and windows are. It holds integers alone: any machine, with any kernel and any number of threads, can search
 * by it, and each builds the same tables from it. Immutable; as large as its text.
 */
typedef struct firesieve_plan firesieve_plan;

/*
 * Asked of a delay that no layer catches, from any of the search's threads, several at once, and in no order: whether it
 * counts. It has to give the same answer whenever it is asked the same. A search that asks somebody does without
 * cycles and components, which are facts of the layers alone; so "none" is proved by layers that catch everything.
 */
typedef bool (*firesieve_filter_function)(firesieve_delay delay, void *context);

typedef struct firesieve_search_options {
    firesieve_method method;        /* default AUTO */
    const firesieve_kernel *kernel; /* for searches that use one; default NULL: the best */
    unsigned threads;               /* default 0: every CPU this process may use */
    uint64_t memory;      /* bytes that wheel, lists and rows may take; default 0: a quarter of what is available */
    firesieve_delay from; /* default 0; then a line `from` of the firewall says it, if there is one */
    firesieve_delay to;   /* exclusive; default FIRESIEVE_NO_END; then a line `to` of the firewall says it */
    double time_limit_s;  /* default INFINITY */
    firesieve_progress_function progress; /* default NULL */
    void *progress_context;
    firesieve_profile *profile;   /* default NULL: none. Otherwise filled where the search returns FIRESIEVE_OK */
    const char *checkpoint;       /* default NULL: none. Otherwise a file's path; see firesieve_solve */
    double checkpoint_interval_s; /* default 5: how often it is written */
    firesieve_checkpoint_function checkpoint_told; /* default NULL */
    void *checkpoint_context;
    uint64_t limit;             /* list: receive no more delays than these; default 0: all. Of no effect on others */
    const firesieve_plan *plan; /* default NULL: one is chosen. Otherwise the one to search by; see firesieve_solve */
    firesieve_filter_function filter; /* default NULL: every safe delay counts. Otherwise what it has to pass besides */
    void *filter_context;
    bool range_is_given;  /* default false. true: lines `from` and `to` are not looked at, whatever the range here is */
    uint64_t reserved[3]; /* 0; otherwise refused, as an option of a later version (ARGUMENT) */
} firesieve_search_options;

/* The defaults, which all functions that search use as well where `options` is NULL. */
FIRESIEVE_API firesieve_search_options firesieve_search_defaults(void);

/*
 * Chooses the plan of a firesieve_solve of this firewall with these options (NULL: the defaults), for all of
 * [from, to); to be freed by the caller. firesieve_solve itself may take the short path, or plan for the first 2^30
 * delays alone, before it comes to that. options->plan, profile and checkpoint are not looked at. *plan is NULL where
 * reducing the layers shows that no delay is safe. Cost: reducing the layers, unless that was done before for this
 * firewall, and planning. Errors: as firesieve_solve, ARGUMENT also for an oracle, which has no plan, and STOPPED by
 * the options' time limit or progress function.
 */
FIRESIEVE_API firesieve_status firesieve_plan_choose(const firesieve_firewall *firewall,
                                                     const firesieve_search_options *options, firesieve_plan **plan,
                                                     firesieve_error *error);

/*
 * Reads a plan of this firewall from `size` bytes of text (NULL is allowed for none), which may have been written by
 * hand, lines that end with CRLF as such that end with LF; to be freed by the caller. Cost: reducing the layers, unless that was done before for this firewall. Errors:
 * RECORD with line and column, where the text is no plan, or one of another firewall, or does not fit this one;
 * ARGUMENT, where its method cannot search this firewall; MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_plan_parse(const firesieve_firewall *firewall, const char *text, size_t size,
                                                    firesieve_plan **plan, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_plan_parse_within(const firesieve_firewall *firewall, const char *text,
                                                           size_t size, const firesieve_limits *limits,
                                                           firesieve_plan **plan, firesieve_error *error);

/* The same from a file, of at most 64 MiB. Errors: as above, and READ. */
FIRESIEVE_API firesieve_status firesieve_plan_open(const firesieve_firewall *firewall, const char *path,
                                                   firesieve_plan **plan, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_plan_open_within(const firesieve_firewall *firewall, const char *path,
                                                          const firesieve_limits *limits, firesieve_plan **plan,
                                                          firesieve_error *error);

/*
 * The text of a plan, which firesieve_plan_parse reads, and its size in bytes without the NUL behind it: the same for
 * equal plans. Owned by the plan.
 */
FIRESIEVE_API const char *firesieve_plan_text(const firesieve_plan *plan, size_t *size);

/* The method of a plan: SCAN, WHEEL or FOCUS. */
FIRESIEVE_API firesieve_method firesieve_plan_method(const firesieve_plan *plan);

/* Frees a plan; NULL is allowed. */
FIRESIEVE_API void firesieve_plan_free(firesieve_plan *plan);

typedef struct firesieve_search_result {
    firesieve_outcome outcome;
    firesieve_delay delay;          /* solve, where FOUND: the smallest safe delay */
    firesieve_delay count;          /* count: safe delays in [from, reached); list: how many were received */
    firesieve_delay reached;        /* solve: no delay in [from, reached) is safe; others: all of it was searched */
    firesieve_delay candidates;     /* delays decided */
    firesieve_method method;        /* the one that ran, never AUTO */
    const firesieve_kernel *kernel; /* NULL where none was used */
    unsigned threads;               /* the most that ran at once */
    double elapsed_s;               /* wall time, without choosing a kernel; with a checkpoint, of all runs together */
    double earlier_s;               /* what earlier runs took of it */
    const char *reason;           /* NONE: which fact proves it. LIMIT: why 2^127 is no answer, where that was reached;
                                       otherwise NULL. Static */
    firesieve_delay window;       /* LIMIT, CANCELLED: [reached, window) was searched in part, in no order; otherwise it
                                     is `reached` */
    firesieve_delay window_count; /* count: safe delays that were found there */
    firesieve_delay end;          /* count: [from, end) is what has to be searched: the range, or its first cycle */
    double window_share;          /* so much of the work of the window is done, from 0 to 1 */
    double replanned;             /* so many times what was predicted the first tasks took, where the rest was planned
                                     again for that, above 1.5 or below 2 / 3; otherwise 0 */
    uint64_t reserved[8];
} firesieve_search_result;

/*
 * Finds the smallest safe delay in [from, to). That there is none, or that a limit came first, is an outcome, not an
 * error. With FIRESIEVE_NO_END as `to`, NONE means that no delay at all is safe, which is proved; where nothing below
 * 2^127 is safe and there is no proof, the outcome is LIMIT. With FIRESIEVE_DELAY_END the delays below 2^127 are all
 * that is asked about, and the outcome is NONE.
 *
 * With method AUTO and no plan, what components (firesieve_component) leave is looked at before a long search, for a
 * quarter of a second at most. Where one leaves nothing, that is the proof of NONE. Where so little is left of the cycles
 * of some that all of it can be looked at, it is, and the result's method is WHEEL, its kernel NULL and its threads 1. Where
 * all leave something, the reason of a LIMIT at 2^127 says that some larger delay is safe.
 *
 * Runs on as many threads as it is asked for, or as the system gives. With method AUTO a firewall of at most 512 layers
 * of ranges up to 33 takes a short path without planning, threads or allocations; no kernel runs then, also where one is
 * named, and the result's kernel is NULL.
 *
 * Memory besides the firewall: simulate 64 bytes a layer, closed-form none. Scan and wheel take 8 bytes a layer (16
 * where the period passes 2^31), some 100 bytes a period while they plan, `memory` bytes of wheel and rows, and for
 * each thread up to 2.1 MiB and 4 bytes a layer (8 where the period passes 2^31). Where layers are dense enough to
 * cover all delays, a proof of that takes up to 150 bytes a layer for a second at most.
 *
 * Focus takes 8 bytes a layer and 100 bytes a period likewise, and of `memory` its lists, 24 or 40 bytes a summand, and
 * for each thread half a megabyte and a stretch of columns and offsets (up to some 170 MB); where `memory` is less than
 * that, still some 3 MiB a thread. It is refused where more than 2^18 residue classes are left after reduction, or more
 * than 2^16 whose large moduli have few each, or more than 2^16 of moduli from 2^31 on.
 *
 * With a profile it takes up to a tenth longer, and then up to three times as long as reducing the layers took; memory
 * for each thread 400 bytes and 8 a row, a tested class and a check, and afterwards 16 bytes a layer (32 where the
 * period passes 2^31). options->profile is overwritten, not freed.
 *
 * With a plan, which has to be there as long as the search, nothing is chosen: it searches by that plan, whose method
 * has to be options->method or that AUTO. Without one, a search of which the first tasks take more than 1.5 times what
 * was predicted, or less than two thirds, chooses a plan for the rest by costs that it measures, where that is quicker
 * by a fifth. The short path is not taken with a plan. Of lists and iterators it is the plan likewise; certificates and
 * explanations do not look at it.
 *
 * With a checkpoint, the file says how far the search has come, and by which plan: it is written at the beginning, at
 * the interval (not oftener than a tenth of the time allows), and at the end, whatever that is. Where there is such a
 * file already the search goes on from there, on this machine or another; it has to be one of the same firewall, range
 * and function, while kernel, threads and memory may be others, and between windows the method, too. In the midst of a
 * window it goes on by the plan of the file, and what that window would have to be begun anew for is refused: another
 * method or plan, or `memory`, where it is not 0, that the tables of the plan do not fit into. Of what was done longer
 * than the interval before a run is killed, it keeps everything but planning, the steps of simulate up to there and,
 * for each thread, a task of a fraction of a second. The file is held by a lock while the search runs. Writing it is no
 * condition of the search: checkpoint_told hears of failures. The short path is not taken.
 *
 * Errors: ARGUMENT (from > to, to > 2^127 other than FIRESIEVE_NO_END, no such method, focus for a firewall that it
 * refuses, a plan of another firewall or method, what a checkpoint in the midst of a window refuses, more than
 * FIRESIEVE_THREADS_MAX threads, a time limit or an interval that is no number), KERNEL (cannot run here), MEMORY; of a
 * checkpoint that is there RECORD (damaged, or not one of this search) and READ (also where another search keeps its
 * own there), and WRITE where there is none and its folder is missing: then nothing is searched, and the file is left
 * as it is.
 */
FIRESIEVE_API firesieve_status firesieve_solve(const firesieve_firewall *firewall,
                                               const firesieve_search_options *options, firesieve_search_result *result,
                                               firesieve_error *error);

/*
 * Counts the safe delays in [from, to). Without an end that is [from, 2^127), and the count is exact all the same. With
 * method AUTO whole cycles are counted by components (firesieve_component), where that takes little beside a search, and
 * what is left by residues or by inclusion and exclusion, where these are few; then the method of the result is WHEEL and
 * its kernel NULL. Otherwise a range of many cycles of all scanners is counted by searching one of them, however long that
 * is. Otherwise as firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_count(const firesieve_firewall *firewall,
                                               const firesieve_search_options *options, firesieve_search_result *result,
                                               firesieve_error *error);

/* Receives one safe delay, from the thread that called firesieve_list. Returns true to go on, false to stop. */
typedef bool (*firesieve_list_function)(firesieve_delay delay, void *context);

/*
 * Lists the safe delays in [from, to), ascending, or the first options->limit of them: the search is planned for that
 * many, the outcome is FOUND, and `reached` is the delay after the last. Each is received once; those received when the
 * list ends otherwise are all there are in [from, reached). Without an end, the delays below 2^127 are listed (FOUND);
 * where there are none, the outcome is that of firesieve_solve. There are no checkpoints of lists (ARGUMENT). Otherwise
 * as firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_list(const firesieve_firewall *firewall,
                                              const firesieve_search_options *options, firesieve_list_function receive,
                                              void *context, firesieve_search_result *result, firesieve_error *error);

/* ---- One safe delay after the other ------------------------------------------------------------------- */

/* Stands between two safe delays of a firewall, and moves upwards. To be used by one thread at a time. */
typedef struct firesieve_iterator firesieve_iterator;

/*
 * Makes an iterator over the safe delays in [from, to), to be freed by the caller. The options are copied (NULL: the
 * defaults), but not the firewall and the plan, which have to be there for as long as the iterator is. Nothing is
 * searched yet. Errors: ARGUMENT (of the options; a profile or a checkpoint, which iterators have not), KERNEL, MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_iterator_create(const firesieve_firewall *firewall,
                                                         const firesieve_search_options *options,
                                                         firesieve_iterator **iterator, firesieve_error *error);

/*
 * Moves behind the next safe delay. *outcome is
 *
 *   FOUND             *delay is the next safe delay;
 *   NONE              there is no further one before `to`, in this call and all later ones; *delay is `to`, or
 *                     without an end 2^127: then it is proved that no delay at all is safe;
 *   LIMIT, CANCELLED  time_limit_s, which each call has for itself, or the progress function ended this call; no
 *                     further delay below *delay is safe, and the next call goes on from there. A window that was
 *                     begun is begun anew, so that calls that are shorter than a window get nowhere. Without an end
 *                     LIMIT is also what comes, in this call and all later ones, where *delay is 2^127.
 *
 * What was found when a search is ended comes first: the calls that give it return FOUND. Where the progress function
 * ended it, the call behind them searches nothing and returns CANCELLED, or NONE where nothing is left; where the time
 * limit did, the call behind them goes on, as it has a time limit for itself.
 *
 * Cost: the first call is a firesieve_solve. Those behind it search ranges as firesieve_list does, which grow with
 * what they yield until one takes a tenth of a second (or twice as long as the shortest, where planning takes long) or
 * yields 65536 delays; behind one that yields nothing, the next delay is a firesieve_solve again. What was found, up to
 * 1 MiB, is kept for the next calls, which then take some nanoseconds. So planning is shared by many delays, and a call
 * may look some delays farther than its answer. The options are those of each search: so many threads, so much memory,
 * neither of which is kept between calls. The progress function is told of the whole range, and of the time since the
 * call began. Errors: as firesieve_list, and ARGUMENT where the iterator's own progress function calls this; the
 * iterator stays where it was.
 */
FIRESIEVE_API firesieve_status firesieve_iterator_next(firesieve_iterator *iterator, firesieve_outcome *outcome,
                                                       firesieve_delay *delay, firesieve_error *error);

/* Frees an iterator; NULL is allowed. */
FIRESIEVE_API void firesieve_iterator_free(firesieve_iterator *iterator);

/* ---- Explaining --------------------------------------------------------------------------------------- */

/* What the planner takes one kind of work to cost. */
typedef struct firesieve_cost {
    const char *name;   /* "row_word", ...; static */
    const char *what;   /* which work that is: "AND one row into one word of 512 columns", ...; static */
    double nanoseconds; /* on one thread, above 0 */
} firesieve_cost;

/* The powers of a prime in the moduli of a component, up to base^exponent. */
typedef struct firesieve_tower {
    uint64_t base; /* a prime */
    uint64_t exponent;
} firesieve_tower;

/* Classes whose moduli share primes with each other, and none with those of other components: what is left multiplies. */
typedef struct firesieve_component {
    firesieve_delay cycle; /* the product of its towers; FIRESIEVE_DELAY_END if that is larger */
    firesieve_delay
        count;      /* so many residues modulo the cycle are in none of its classes; 0 also where it is as large */
    double density; /* their share; exact but for rounding */
    bool counted;   /* count and density are known; where counting would take too long they are 0 */
    size_t classes; /* after reduction */
    const firesieve_tower *towers;
    size_t tower_count;
    uint64_t reserved[4];
} firesieve_component;

/* At most so many components are described. */
#define FIRESIEVE_COMPONENTS_MAX 64

/* What the solver sees in a firewall and would do about it. Free with firesieve_explanation_free. */
typedef struct firesieve_explanation {
    firesieve_delay cycle; /* the safe delays repeat with this, the lcm of the periods; FIRESIEVE_DELAY_END if larger */
    double cycle_log10;    /* INFINITY where finding it would take too long */
    size_t layers;
    size_t periods;     /* different ones */
    size_t constraints; /* moduli that are left after reduction */
    size_t classes;     /* residue classes that are left, each counted once */
    uint64_t largest_modulus;
    double density;  /* the share of delays that is safe; estimated, but where density_exact says otherwise */
    double expected; /* the answer to expect, counted from `from`: 1 / density; INFINITY where nothing is safe */

    const char *reason; /* which fact proves that no delay is safe; static. NULL: none was found */
    size_t *blocking;   /* layers (indices, ascending) that already catch every delay; NULL where not known */
    size_t blocking_count;
    bool blocking_minimal; /* without any one of them some delay is safe */

    bool short_path;                /* solve would take the short path first; this and all below need `reason` NULL */
    firesieve_method method;        /* what solve would run in [from, to) otherwise */
    const firesieve_kernel *kernel; /* NULL where it would use none */
    uint64_t wheel_modulus;         /* 1 for scan and focus */
    uint64_t wheel_residues;
    uint64_t wheel_constraints; /* constraints that the wheel takes care of */
    uint64_t row_constraints;   /* that rows of 512 columns do */
    uint64_t row_bytes;         /* memory of all rows; of a focus, in each thread */
    uint64_t crossed_classes;   /* that are crossed off */
    uint64_t tested_classes;    /* that survivors are tested against in lanes */
    uint64_t checked_classes;   /* that the last survivors are checked against one by one */

    /* Focus: every delay is x * B - y * A, with x mod A and y mod B from two lists. Otherwise 0. */
    firesieve_delay focus_a; /* A and B are coprime, below 2^100 */
    firesieve_delay focus_b;
    uint64_t focus_columns;    /* residues x mod A in the list */
    uint64_t focus_offsets;    /* residues y mod B in the list */
    uint64_t list_constraints; /* constraints that the lists take care of */
    uint64_t list_bytes;       /* memory of both lists, which all threads share: 24 or 40 bytes a summand */
    uint32_t focus_classes;    /* of the first rows' moduli, by whose residues the columns of a task are sorted, */
    uint32_t focus_parts[3];   /* and into how many parts each cuts them */
    double focus_window;       /* delays that are searched at once, from the smallest on */
    double focus_pairs;        /* of a column and an offset, up to the answer to expect */

    double predicted_s;       /* of solve on one thread, planning included, if the answer is the one to expect */
    double predicted_lists_s; /* focus: the part of it that goes into making lists, reading them, and building rows */
    double predicted_range_s; /* of a search through all of [from, to), or through one cycle, on one thread */

    firesieve_plan *plan;  /* owned; NULL for an oracle, as are the costs */
    firesieve_cost *costs; /* owned: those that the plan was chosen by, */
    size_t cost_count;     /* so many */
    bool costs_measured;   /* on this machine, as a search of a second or more is worth; otherwise they are those of a
                              server of 2023 with this kernel */
    bool density_exact;    /* every component is counted */
    firesieve_component *components; /* owned, with their towers; those with most classes first; NULL where finding
                                        them takes too long, or a scanner that stays or one period catches all */
    size_t component_count;          /* at most FIRESIEVE_COMPONENTS_MAX */
    firesieve_delay safe_in_cycle;   /* with density_exact, where cycle < FIRESIEVE_DELAY_END: safe delays in a cycle */
    size_t component_others;         /* so many are not described */
    uint64_t sieved_to; /* of prime tuplets: primes up to it strike, and what is left is tested; otherwise 0 */
    uint64_t reserved[6];
} firesieve_explanation;

/*
 * Explains a firewall: `options` are those of the search that is asked about; their time limit and progress function
 * end the call with STOPPED. Cost: reducing the layers, unless that was done before for this firewall, planning, some
 * milliseconds to measure costs for a search of a second or more, up to a third of a second each for a proof that nothing
 * is safe and for components and what they leave, and for a firewall that blocks everything a search for a smallest set of layers that does, for at most a few
 * seconds. Errors: as firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_explain(const firesieve_firewall *firewall,
                                                 const firesieve_search_options *options,
                                                 firesieve_explanation *explanation, firesieve_error *error);

/* Frees what the explanation owns, and leaves nothing owned. An empty one ({0}) is allowed. */
FIRESIEVE_API void firesieve_explanation_free(firesieve_explanation *explanation);

/*
 * Writes the question whether any delay is safe as a formula in DIMACS CNF, for SAT solvers: it is satisfiable if and
 * only if there is one. Variables are residues modulo prime powers of the periods, as comments in it say, which also
 * say how a model becomes a delay (it may be above 2^127); one clause for each layer, but for those that can be left
 * out since a prime that is larger than the number of layers divides their periods.
 *
 * Cost: factoring each distinct period, some microseconds, and up to a few milliseconds for two large primes; then some
 * microseconds per layer. Memory: 8 bytes per layer, up to 200 per period and up to 64 per variable. Errors: WRITE,
 * MEMORY, and ARGUMENT if the formula would have more than 2^31 - 1 variables. After an error what has been written is
 * incomplete; solvers refuse it, since the number of its clauses is not the one that it states.
 */
FIRESIEVE_API firesieve_status firesieve_cnf_write(const firesieve_firewall *firewall, FILE *stream,
                                                   firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_cnf_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                          const firesieve_limits *limits, firesieve_error *error);

/* ---- Certificates ------------------------------------------------------------------------------------- */

/* What a certificate claims. */
typedef enum firesieve_claim {
    FIRESIEVE_CLAIM_FOUND, /* a delay is the smallest safe one in a range */
    FIRESIEVE_CLAIM_NONE,  /* no delay in a range is safe */
    FIRESIEVE_CLAIM_NEVER, /* no delay at all is safe */
    FIRESIEVE_CLAIM_COUNT  /* so many delays in a range are safe */
} firesieve_claim;

/* "found", "none", "never", "count" (NULL past the end); static. */
FIRESIEVE_API const char *firesieve_claim_name(firesieve_claim claim);

/*
 * A text that proves an answer to whoever does not trust the program that found it. NEVER: a tree of residue classes,
 * each leaf of which one layer catches as a whole; it is checked by arithmetic alone. FOUND and NONE: windows of the
 * range, each with the number and a hash of the delays that some of the layers leave, for a second search by another
 * method and kernel to come to the same. COUNT: how many residues each part of the firewall that shares no prime with
 * the others leaves, which are multiplied, and what is left of the range behind whole cycles; or windows of what the
 * whole firewall leaves. Immutable; as large as its text.
 */
typedef struct firesieve_certificate firesieve_certificate;

/*
 * Makes the certificate of an answer: `options` and `result` are those of a firesieve_solve of this firewall that
 * came to FOUND or NONE. The range is searched once more, by options->method, kernel, threads and memory; for NONE a
 * tree is tried first. *certificate is NULL where the time limit or the progress function ended it, otherwise to be
 * freed by the caller. Cost: a tree is looked for for some ten seconds at most (one, where options->to is less than
 * FIRESIEVE_DELAY_END), with up to `memory` bytes, 24 bytes a layer and 17 a period; windows cost a list of the
 * range.
 *
 * Of residues, the x that filters drop (lines that classes do not say all of) are named one by one.
 *
 * Errors: ARGUMENT (no FOUND or NONE, or the second search contradicts it; a tree, or what filters drop, would be larger
 * than a certificate may be; neither tree nor windows would show anything; options->filter, which nobody else could ask;
 * lines of residues that leave listed numbers or progressions: firesieve_firewall_view), and those of firesieve_list.
 */
FIRESIEVE_API firesieve_status firesieve_certify(const firesieve_firewall *firewall,
                                                 const firesieve_search_options *options,
                                                 const firesieve_search_result *result,
                                                 firesieve_certificate **certificate, firesieve_error *error);

/*
 * The same for a firesieve_count of this firewall that came to FOUND or NONE; that of a count of 0 claims NONE or NEVER.
 * Where the range is longer than a cycle and each part of the firewall can be counted by itself, components are
 * multiplied, and only what is left over behind whole cycles is searched once more. Otherwise a cycle, or the range, is
 * listed. Cost: components take 40 bytes a layer and some seconds at most.
 *
 * Errors: as for firesieve_certify.
 */
FIRESIEVE_API firesieve_status firesieve_certify_count(const firesieve_firewall *firewall,
                                                       const firesieve_search_options *options,
                                                       const firesieve_search_result *result,
                                                       firesieve_certificate **certificate, firesieve_error *error);

/* The most bytes of a certificate: 1 GiB. */
#define FIRESIEVE_CERTIFICATE_SIZE_MAX 1073741824

/*
 * Reads a certificate of this firewall from `size` bytes of text, which are copied, lines that end with CRLF as such
 * that end with LF. Free with
 * firesieve_certificate_free. Whether what it claims is true is another question. Cost: two passes. Errors: RECORD
 * with line and column, where the text is damaged or no certificate of this firewall; MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_certificate_parse(const firesieve_firewall *firewall, const char *text,
                                                           size_t size, firesieve_certificate **certificate,
                                                           firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_certificate_parse_within(const firesieve_firewall *firewall, const char *text,
                                                                  size_t size, const firesieve_limits *limits,
                                                                  firesieve_certificate **certificate,
                                                                  firesieve_error *error);

/* The same from a file. Errors: as above, and READ. */
FIRESIEVE_API firesieve_status firesieve_certificate_open(const firesieve_firewall *firewall, const char *path,
                                                          firesieve_certificate **certificate, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_certificate_open_within(const firesieve_firewall *firewall, const char *path,
                                                                 const firesieve_limits *limits,
                                                                 firesieve_certificate **certificate,
                                                                 firesieve_error *error);

/* Frees a certificate; NULL is allowed. */
FIRESIEVE_API void firesieve_certificate_free(firesieve_certificate *certificate);

/* The text, owned by the certificate, and its size in bytes. */
FIRESIEVE_API const char *firesieve_certificate_text(const firesieve_certificate *certificate, size_t *size);

/*
 * Makes the text the content of a file, as a whole: whenever the machine stops, either the old content is there or
 * the new one. Errors: WRITE; the old content is as it was.
 */
FIRESIEVE_API firesieve_status firesieve_certificate_save(const firesieve_certificate *certificate, const char *path,
                                                          firesieve_error *error);

typedef enum firesieve_verdict {
    FIRESIEVE_ACCEPTED, /* what it claims is so */
    FIRESIEVE_REFUSED,  /* it is not so, or this does not show it */
    FIRESIEVE_UNCHECKED /* the time limit or the progress function ended the check, or it would take too much work */
} firesieve_verdict;

/* What came of a check. */
typedef struct firesieve_certificate_report {
    firesieve_verdict verdict;
    firesieve_claim claim;
    firesieve_delay delay; /* FOUND */
    firesieve_delay from;  /* the range: NEVER: all delays */
    firesieve_delay to;
    uint64_t windows;                    /* FOUND, NONE, COUNT: that were reproduced, */
    uint64_t listed;                     /* and delays in them that were compared */
    firesieve_method made_method;        /* which search the certificate says it is from; NEVER: AUTO */
    const firesieve_kernel *made_kernel; /* NULL: none */
    firesieve_method method;             /* the one that searched again; NEVER: AUTO */
    const firesieve_kernel *kernel;      /* NULL: none */
    uint64_t splits;                     /* NEVER: nodes of the tree that have children, and */
    uint64_t leaves;                     /* those that have none */
    double elapsed_s;                    /* of the check */
    uint64_t line;                       /* REFUSED: of the certificate, which is to blame, from 1 */
    char message[192];                   /* REFUSED: why, UNCHECKED: of too much work, which; otherwise "" */
    uint64_t components;                 /* COUNT: that were multiplied; 0: there are windows instead */
    uint64_t towers;                     /* COUNT: powers of primes in them */
    firesieve_delay count;               /* COUNT */
    firesieve_delay rest;                /* COUNT: delays behind whole cycles, which were counted once more */
    uint64_t asked;                      /* residues: x that lines were asked about one by one */
    uint64_t reserved[1];
} firesieve_certificate_report;

/*
 * Checks a certificate of this firewall. Windows are searched again by options->method and kernel; where these are
 * AUTO and NULL, by others than the certificate names (by the same method where every other one would take far
 * longer, and by the same kernel where no other runs here), and so is what is left over behind whole cycles.
 * options->from and to have no effect. Cost: a tree takes 16 bytes a layer and time linear in its text times the length
 * of its paths; windows take what a list of the range takes, and 16 bytes a layer and 8 a period; components take 64
 * bytes a layer and some minutes at most, beyond which it is UNCHECKED, and then what a list of the delays behind whole
 * cycles takes. Errors: RECORD (not of this firewall), ARGUMENT (as for firesieve_certify), and those of firesieve_list.
 */
FIRESIEVE_API firesieve_status firesieve_certificate_check(const firesieve_firewall *firewall,
                                                           const firesieve_certificate *certificate,
                                                           const firesieve_search_options *options,
                                                           firesieve_certificate_report *report,
                                                           firesieve_error *error);

/* ---- Verifying kernels -------------------------------------------------------------------------------- */

typedef struct firesieve_verify_report {
    uint64_t cases;
    uint64_t mismatches;
    uint64_t first_bad_seed;  /* verify again with this seed and one case to see the first mismatch alone */
    char first_mismatch[192]; /* which operation differed from what, and where; "" without a mismatch */
    uint64_t reserved[8];
} firesieve_verify_report;

/*
 * Runs `cases` random and pathological cases, numbered by seeds seed, seed + 1, ..., through both operations of a
 * kernel and compares the results with the scalar kernel and with the oracle. Cost: some hundred microseconds a case,
 * on one thread. Errors: KERNEL, MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_kernel_verify(const firesieve_kernel *kernel, uint64_t cases, uint64_t seed,
                                                       firesieve_verify_report *report, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_kernel_verify_within(const firesieve_kernel *kernel, uint64_t cases,
                                                              uint64_t seed, const firesieve_limits *limits,
                                                              firesieve_verify_report *report, firesieve_error *error);

/* ---- Timing kernels ----------------------------------------------------------------------------------- */

typedef enum firesieve_operation {
    FIRESIEVE_OPERATION_ROWS, /* AND rows of columns; no word becomes empty, so that all rows are read to their ends */
    FIRESIEVE_OPERATION_LANES /* test candidates against layers, one candidate in each lane */
} firesieve_operation;

/* What a workload may have at most. */
#define FIRESIEVE_WORKLOAD_ROWS_MAX 64
#define FIRESIEVE_WORKLOAD_BYTES_MAX 1073741824

typedef struct firesieve_workload_shape {
    firesieve_operation operation;
    size_t rows;          /* that are ANDed, 32 words of 512 columns in one call; LANES: layers */
    size_t bytes;         /* of all rows, at least 64 a row; LANES: of the candidates, 4 each, at least 64 */
    uint64_t seed;        /* of the random data */
    uint64_t reserved[4]; /* 0; otherwise refused, as an option of a later version (ARGUMENT) */
} firesieve_workload_shape;

/* Data for kernels to be timed on. To be used by one thread at a time. */
typedef struct firesieve_workload firesieve_workload;

/*
 * Makes a workload, to be freed by the caller. Memory: `bytes`, twice that for lanes, and some KiB. Errors: ARGUMENT,
 * MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_workload_create(const firesieve_workload_shape *shape,
                                                         firesieve_workload **workload, firesieve_error *error);

/* Frees a workload; NULL is allowed. */
FIRESIEVE_API void firesieve_workload_free(firesieve_workload *workload);

typedef struct firesieve_workload_time {
    double seconds;
    double amount; /* ROWS: bytes of rows ANDed; LANES: tests of one candidate; without kernel: bytes loaded */
    uint64_t reserved[6];
} firesieve_workload_time;

/*
 * Runs a kernel through the whole workload `repeats` times. Without a kernel (NULL) the workload's bytes are loaded in
 * the widest vectors of this CPU and nothing is done with them, which is what no kernel can outrun. Errors: KERNEL.
 */
FIRESIEVE_API firesieve_status firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                      uint64_t repeats, firesieve_workload_time *time,
                                                      firesieve_error *error);

/*
 * A digest of what a kernel makes of the workload; it is the same for all kernels that are right. Cost: one pass.
 * Errors: KERNEL.
 */
FIRESIEVE_API firesieve_status firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                         uint64_t *digest, firesieve_error *error);

/* What a kernel does with data in the first-level cache, on one thread. */
typedef struct firesieve_kernel_speed {
    double row_bytes_s;  /* bytes of rows ANDed a second, 12 rows at a time */
    double lane_tests_s; /* candidates tested against one layer a second */
    uint64_t reserved[6];
} firesieve_kernel_speed;

/* Measures a kernel for about `seconds`. Errors: KERNEL, MEMORY. */
FIRESIEVE_API firesieve_status firesieve_kernel_measure(const firesieve_kernel *kernel, double seconds,
                                                        firesieve_kernel_speed *speed, firesieve_error *error);

#ifdef __cplusplus
}
#endif

#endif
