/*
 * firesieve: the smallest delay at which a packet crosses a firewall of sweeping scanners uncaught.
 *
 * A layer `depth: range` catches a packet that waits `delay` picoseconds if (delay + depth) mod period == 0, with
 * period = 2 * (range - 1). A delay at which no layer catches the packet is safe.
 *
 * The library never prints, never exits and keeps no global state; none of its threads outlives the call that started
 * it. Every function may be called from any thread. Several threads may use the same object at once as long as none of
 * them changes or frees it. Functions that can fail return a firesieve_status and, unless `error` is NULL, describe the
 * failure there; after an error all other results are unchanged. Pointers must not be NULL unless noted otherwise.
 *
 * Callbacks (progress, lists, checkpoints) are called from the thread that called the library. They may call the
 * library themselves, but must neither advance nor free the iterator that they are called for. They must return
 * normally: neither longjmp nor a C++ exception may leave them.
 *
 * The library leaves signal handling to the caller. Writing the files that it opens by name (checkpoints, certificates)
 * never raises SIGXFSZ at a file size limit; that is an error (WRITE) instead. Streams that the caller passes in are
 * written without such protection: a program that wants errors from them must ignore SIGXFSZ and SIGPIPE.
 *
 * A program compiled with the header of version 2.x runs with every later 2.y, whose shared library has the same
 * soname. Structs keep their size, and members their offsets. A later version may put new members into `reserved`, with
 * 0 keeping today's meaning; structs without `reserved` do not change. It may also add functions, and enumerators after
 * the last one (a _COUNT is the number in this header). Initialise structs that have a function for defaults with it;
 * zero all others before setting members.
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
#define FIRESIEVE_VERSION "2.0.0"
#define FIRESIEVE_VERSION_MAJOR 2
#define FIRESIEVE_VERSION_MINOR 0
#define FIRESIEVE_VERSION_PATCH 0

/* Marks what the shared library exports. */
#define FIRESIEVE_API __attribute__((visibility("default")))

/* The version of the library at run time, in the format of FIRESIEVE_VERSION; static. */
FIRESIEVE_API const char *firesieve_version(void);

/* ---- Delays ------------------------------------------------------------------------------------------- */

/* A delay in picoseconds, 0 <= delay < 2^127. The bounds of a range may also be 2^127. */
__extension__ typedef unsigned __int128 firesieve_delay;

/* The end of the range of all delays: 2^127. */
#define FIRESIEVE_DELAY_END ((firesieve_delay)1 << 127)

/* As the end of a search range: no end is given. The search then stops at 2^127 with a limit, not an answer. */
#define FIRESIEVE_NO_END (~(firesieve_delay)0)

/* The size of a buffer for any 128-bit number in decimal with its terminating NUL, in bytes. */
#define FIRESIEVE_DELAY_TEXT_SIZE 40

/* Writes `delay` in decimal into `text` (at least FIRESIEVE_DELAY_TEXT_SIZE bytes) and returns `text`. */
FIRESIEVE_API char *firesieve_delay_format(firesieve_delay delay, char *text);

/* Parses a decimal number of at most 2^127, digits only. Anything else returns false and leaves `delay` unchanged. */
FIRESIEVE_API bool firesieve_delay_parse(const char *text, firesieve_delay *delay);

/* ---- Statuses and errors ------------------------------------------------------------------------------ */

typedef enum firesieve_status {
    FIRESIEVE_OK,
    FIRESIEVE_ERROR_MEMORY,   /* an allocation failed */
    FIRESIEVE_ERROR_READ,     /* the operating system refused to read */
    FIRESIEVE_ERROR_WRITE,    /* the operating system refused to write */
    FIRESIEVE_ERROR_INPUT,    /* the text is not a firewall; the error gives line and column */
    FIRESIEVE_ERROR_ARGUMENT, /* an argument or an option is out of its range */
    FIRESIEVE_ERROR_KERNEL,   /* the kernel is not compiled in, or this CPU cannot run it */
    FIRESIEVE_ERROR_RECORD,   /* a checkpoint, certificate or plan is damaged or is of another search; with a place */
    FIRESIEVE_ERROR_STOPPED   /* the caller, or a limit it set, ended the call; nothing is wrong */
} firesieve_status;

/* A short description of a status, in lower case without a full stop. Never NULL; static. */
FIRESIEVE_API const char *firesieve_status_text(firesieve_status status);

/* Describes an error. `line` and `column` count from 1, columns in bytes; both are 0 if the error has no place. */
typedef struct firesieve_error {
    firesieve_status status;
    uint64_t line;
    uint64_t column;
    char message[256];
} firesieve_error;

/* ---- Limits ------------------------------------------------------------------------------------------- */

/* Called from time to time, from the thread that called the library, to ask whether to continue. */
typedef bool (*firesieve_go_on_function)(void *context);

/*
 * Limits that end a long call. Searches have theirs in their options (time_limit_s and progress); every other function
 * that may take long has a second form, with the suffix `_within`, which takes limits (NULL for none) and returns
 * STOPPED when one of them ends the call. Both limits take effect within 0.2 s, usually within a few milliseconds, in
 * every phase of every call: reading (even from a silent pipe), sorting, reducing, planning, proving, searching and
 * writing. They cannot interrupt the operating system while it blocks in a read, a write or an allocation, nor a
 * callback that does not return.
 */
typedef struct firesieve_limits {
    double time_limit_s;            /* seconds for this call; INFINITY for no limit */
    firesieve_go_on_function go_on; /* returns true to continue, false to stop; NULL to never ask */
    void *context;
    uint64_t reserved[4]; /* 0 */
} firesieve_limits;

/* A struct with no limits set, to start from. */
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
 * The subject of a search, in one of two forms: layers, one or more with distinct depths; or residues, lines of text
 * that say which x are wanted, and these x are what a search calls safe delays. Both keep the order in which they were
 * given. Immutable; takes 16 bytes per layer, or per class that a line forbids.
 */
typedef struct firesieve_firewall firesieve_firewall;

/*
 * Reads a firewall from `size` bytes of text (`text` may be NULL if `size` is 0). If the first byte that is neither
 * blank nor part of a comment is a letter, the text consists of lines of residues as docs/residues.md describes them,
 * such as `x mod 7 in {1, 2, 4}`; otherwise of layers, one `depth: range` in decimal per line. Both may contain blanks,
 * CRLF line ends, blank lines, `#` comments and a leading UTF-8 byte order mark; the depths of layers may be in any
 * order. The caller keeps `text`, and frees `*firewall` with firesieve_firewall_free. Cost: one pass, sorting the
 * depths unless they ascend, and for residues computing the classes that they forbid. Errors: INPUT with line and
 * column (in bytes, from 1, not counting a byte order mark), MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_parse(const char *text, size_t size, firesieve_firewall **firewall,
                                                        firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_parse_within(const char *text, size_t size,
                                                               const firesieve_limits *limits,
                                                               firesieve_firewall **firewall, firesieve_error *error);

/*
 * The same from a file descriptor, which is read from its current position to the end and stays open. Memory besides
 * the firewall: 128 KiB, or twice the longest line if that is more. Errors: as above, and READ with the line reached.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall,
                                                       firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_read_within(int descriptor, const firesieve_limits *limits,
                                                              firesieve_firewall **firewall, firesieve_error *error);

/* The same from a file. Errors: as above; also READ if the path cannot be opened or is a directory. */
FIRESIEVE_API firesieve_status firesieve_firewall_open(const char *path, firesieve_firewall **firewall,
                                                       firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_open_within(const char *path, const firesieve_limits *limits,
                                                              firesieve_firewall **firewall, firesieve_error *error);

/*
 * The same from `count` layers in memory, which are copied. Errors: ARGUMENT (no layers; a depth or range that is too
 * large, a range of 0, a duplicate depth: the message names the layer), MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_build(const firesieve_layer *layers, size_t count,
                                                        firesieve_firewall **firewall, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_build_within(const firesieve_layer *layers, size_t count,
                                                               const firesieve_limits *limits,
                                                               firesieve_firewall **firewall, firesieve_error *error);

/* Frees a firewall; NULL is allowed. */
FIRESIEVE_API void firesieve_firewall_free(firesieve_firewall *firewall);

/*
 * The layers, owned by the firewall, in the order in which they were given, and their number, at least 1. The residue
 * form has no layers (NULL); its number is that of the residue classes it forbids, which may be 0. Cost: none.
 */
FIRESIEVE_API const firesieve_layer *firesieve_firewall_layers(const firesieve_firewall *firewall);
FIRESIEVE_API size_t firesieve_firewall_layer_count(const firesieve_firewall *firewall);

/* A residue class: the integers congruent to `residue` modulo `modulus`. */
typedef struct firesieve_class {
    uint64_t modulus; /* at least 1 */
    uint64_t residue; /* less than the modulus */
} firesieve_class;

/*
 * The class that layer `index` forbids: -depth modulo its period, or 0 mod 1 if its range is 1. In the residue form,
 * forbidden class `index`. `index` must be less than firesieve_firewall_layer_count. Cost: a division.
 */
FIRESIEVE_API firesieve_class firesieve_firewall_class(const firesieve_firewall *firewall, size_t index);

/* ---- Residues ----------------------------------------------------------------------------------------- */

/* The size of the buffer for a line that firesieve_firewall_line composes itself, in bytes. */
#define FIRESIEVE_LINE_ROOM 64

/* A line of residues. */
typedef struct firesieve_line {
    const char *text;    /* as written, without surrounding blanks or comment; owned by the firewall, or in `room` */
    const char *source;  /* the name of its text, see firesieve_input_add_text; owned by the firewall */
    size_t source_index; /* the index of that text, from 0 */
    uint64_t number;     /* the number of the line in that text, from 1 */
    size_t first_class;  /* the index of the first class that it forbids */
    size_t class_count;  /* the number of classes that it forbids */
    bool whole;          /* these classes express the whole line; otherwise it is also tested on each x that no class
                            contains, or bounds x */
    bool range;          /* the line says where x begins or ends (`from`, `to`), and forbids no class */
    char room[FIRESIEVE_LINE_ROOM];
} firesieve_line;

/* The number of lines of residues; 0 for the form of layers. */
FIRESIEVE_API size_t firesieve_firewall_line_count(const firesieve_firewall *firewall);

/*
 * Describes line `index`, less than firesieve_firewall_line_count, in the order in which the lines were given; layers
 * that were combined with residues appear as `x mod M != A`. *line must not be moved, since its text may be
 * in `room`. Cost: two binary searches.
 */
FIRESIEVE_API void firesieve_firewall_line(const firesieve_firewall *firewall, size_t index, firesieve_line *line);

/* The index of the line that forbids class `index` of a firewall in the residue form. Cost: a binary search. */
FIRESIEVE_API size_t firesieve_firewall_line_of(const firesieve_firewall *firewall, size_t index);

/*
 * The range that the lines `from` and `to` ask for, which a search uses if its options give none. Without such a line
 * *from is 0, and *to is FIRESIEVE_NO_END.
 */
FIRESIEVE_API void firesieve_firewall_range(const firesieve_firewall *firewall, firesieve_delay *from,
                                            firesieve_delay *to);

/* How the values of x are restricted before any class is applied. */
typedef struct firesieve_residues_view {
    firesieve_delay listed; /* x is one of this many numbers, which are tested one by one; 0: there is no such list */
    size_t progressions;    /* x is in one of this many progressions, whose classes are searched; 0: there are none */
    firesieve_delay step;   /* the common difference of all progressions */
    uint64_t reserved[4];
} firesieve_residues_view;

/* All members are 0 for layers, and for residues without such a restriction. */
FIRESIEVE_API void firesieve_firewall_view(const firesieve_firewall *firewall, firesieve_residues_view *view);

/* The format of a text. */
typedef enum firesieve_format {
    FIRESIEVE_FORMAT_AUTO, /* detected as in firesieve_firewall_parse */
    FIRESIEVE_FORMAT_LAYERS,
    FIRESIEVE_FORMAT_RESIDUES
} firesieve_format;

/* Collects texts that together form one firewall. For use by one thread at a time. */
typedef struct firesieve_input firesieve_input;

/* Makes an input without texts; the caller frees it. Errors: MEMORY. */
FIRESIEVE_API firesieve_status firesieve_input_create(firesieve_input **input, firesieve_error *error);

/*
 * Adds a text under any name (`name` is copied). Errors: as for firesieve_firewall_parse_within; after one, the input
 * can only be freed.
 */
FIRESIEVE_API firesieve_status firesieve_input_add_text(firesieve_input *input, const char *name,
                                                        firesieve_format format, const char *text, size_t size,
                                                        const firesieve_limits *limits, firesieve_error *error);

/*
 * The same from a descriptor, which is read to its end. `begun` has `size` bytes (at most 64 KiB) that the caller has
 * already read from it. Errors: as for firesieve_firewall_read_within.
 */
FIRESIEVE_API firesieve_status firesieve_input_add_descriptor(firesieve_input *input, const char *name,
                                                              firesieve_format format, const char *begun, size_t size,
                                                              int descriptor, const firesieve_limits *limits,
                                                              firesieve_error *error);

/*
 * Makes the firewall from all texts; may be called once. The firewall has the form of layers if there is a single text,
 * of layers; otherwise that of residues, in which layers become the classes that they forbid. Errors: as above, in text
 * *source, counted from 0; ARGUMENT if there is no text.
 */
FIRESIEVE_API firesieve_status firesieve_input_finish(firesieve_input *input, const firesieve_limits *limits,
                                                      firesieve_firewall **firewall, size_t *source,
                                                      firesieve_error *error);

/* Frees an input; NULL is allowed. */
FIRESIEVE_API void firesieve_input_free(firesieve_input *input);

/* ---- Writing, and testing single delays --------------------------------------------------------------- */

/*
 * Writes a firewall, layers or lines, as text that firesieve_firewall_read accepts, with LF line ends, and flushes the
 * stream, which stays open. Errors: WRITE; part of the text may have been written.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_write(const firesieve_firewall *firewall, FILE *stream,
                                                        firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_firewall_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                               const firesieve_limits *limits, firesieve_error *error);

/*
 * Whether a layer catches a packet that waits `delay` (less than 2^127). Cost: one division per layer up to the first
 * catch.
 */
FIRESIEVE_API bool firesieve_firewall_catches(const firesieve_firewall *firewall, firesieve_delay delay);

/*
 * The trip severity: the sum of depth * range over the layers that catch a packet that waits `delay`. Cost: one
 * division per layer. Errors: ARGUMENT if the delay reaches 2^127 or the sum reaches 2^128.
 */
FIRESIEVE_API firesieve_status firesieve_firewall_severity(const firesieve_firewall *firewall, firesieve_delay delay,
                                                           firesieve_delay *severity, firesieve_error *error);

/* ---- Families of generated firewalls ------------------------------------------------------------------ */

typedef enum firesieve_family {
    FIRESIEVE_FAMILY_UNIFORM,         /* ranges uniform in [min_range, max_range], depths 0, 1, 2, ... */
    FIRESIEVE_FAMILY_PUZZLE,          /* about 44 layers of range <= 20; the answer is in the millions */
    FIRESIEVE_FAMILY_PLANTED,         /* like uniform, but `delay` is safe */
    FIRESIEVE_FAMILY_BLOCKED,         /* no delay is safe, and no single period shows it */
    FIRESIEVE_FAMILY_EXTREMAL,        /* layer i forbids 2^(i-1)-1 mod 2^i: the answer is 2^layers - 1 */
    FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, /* the answer is g(k) - k - 2, where g(k) is the least n > k + 1 such that no
                                         prime up to k divides the binomial coefficient C(n, k) */
    FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, /* the least m = 7 mod 8 with -m a nonzero square modulo each of the first
                                               `primes` odd primes */
    FIRESIEVE_FAMILY_PSEUDOSQUARE,          /* every m = 1 mod 8 that is a nonzero square modulo each of the first
                                               `primes` odd primes: 1, other squares and, as the least non-square, the
                                               pseudosquare */
    FIRESIEVE_FAMILY_TUPLET                 /* safe t: no start + t + offset is divisible by a prime <= sieve_to */
} firesieve_family;

/* The number of families, and the name of each as used on the command line (NULL past the end); static. */
#define FIRESIEVE_FAMILY_COUNT 9
FIRESIEVE_API const char *firesieve_family_name(firesieve_family family);

/* The largest number of offsets of a tuplet. */
#define FIRESIEVE_TUPLET_OFFSETS_MAX 64

/* What to generate. Families ignore the members that they do not use. */
typedef struct firesieve_generate_options {
    firesieve_delay delay; /* planted: the safe delay, < 2^127 */
    uint64_t layers;       /* their number; blocked: 3 to 10^9, from 8 on merging periods does not show it either;
                              extremal: at most 62 */
    uint64_t min_range;    /* >= 2 */
    uint64_t max_range;    /* >= min_range */
    uint64_t seed;         /* the same seed gives the same firewall on every platform */
    uint64_t k;            /* erdos-selfridge: 2 to 5000 */
    uint64_t primes;       /* negative-pseudosquare, pseudosquare: the number of odd primes, from 3 on; at most 1000 */
    uint64_t start;        /* tuplet */
    uint64_t sieve_to;     /* tuplet: 2 to 10^9, less if that would give more than 10^9 layers */
    uint64_t offsets[FIRESIEVE_TUPLET_OFFSETS_MAX]; /* tuplet: ascending */
    size_t offset_count;                            /* tuplet: at least 1 */
    unsigned bits;        /* planted: if not 0, a random delay of this many bits (at most 127) instead of `delay` */
    uint64_t reserved[8]; /* must be 0; anything else is refused as an option of a later version (ARGUMENT) */
} firesieve_generate_options;

/* The defaults of a family: a firewall that is solved within one second. */
FIRESIEVE_API firesieve_generate_options firesieve_generate_defaults(firesieve_family family);

/*
 * Generates a firewall; the caller frees it. `options` may be NULL for the defaults. Cost: some ten nanoseconds per
 * layer, and a sort if depths are drawn at random. Errors: ARGUMENT (an option out of its range, or options that yield
 * no firewall), MEMORY.
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
 * The number of kernels that this library knows, and kernel `index` (NULL past the end): by increasing width, emulated
 * ones last.
 */
FIRESIEVE_API size_t firesieve_kernel_count(void);
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_at(size_t index);

/* The native kernel with this name ("scalar", "sse4.1", ...), or NULL. */
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_find(const char *name);

/* The kernel that runs if none is requested: the widest native one that runs here. Never NULL. */
FIRESIEVE_API const firesieve_kernel *firesieve_kernel_best(void);

/* The name ("scalar", "avx2", ...); an emulated kernel has the native one's name. Static, like all kernel texts. */
FIRESIEVE_API const char *firesieve_kernel_name(const firesieve_kernel *kernel);

/*
 * Whether the kernel is emulated: it runs the logic of an instruction set in portable C, so that it can be verified on
 * any machine. Emulated kernels run only on request.
 */
FIRESIEVE_API bool firesieve_kernel_emulated(const firesieve_kernel *kernel);

/* Whether the kernel is compiled into this library. */
FIRESIEVE_API bool firesieve_kernel_built(const firesieve_kernel *kernel);

/* Whether the kernel is compiled in and both CPU and operating system can run it. */
FIRESIEVE_API bool firesieve_kernel_runs_here(const firesieve_kernel *kernel);

/* The CPU features that the kernel needs, as text ("avx512f avx512bw ..."; "" for none). */
FIRESIEVE_API const char *firesieve_kernel_needs(const firesieve_kernel *kernel);

#define FIRESIEVE_CPU_CACHE_MAX 8

typedef struct firesieve_cpu_cache {
    int level;        /* 1, 2, 3, ... */
    const char *type; /* "data", "instruction" or "unified" */
    uint64_t size;    /* bytes */
} firesieve_cpu_cache;

typedef struct firesieve_cpu {
    const char *architecture; /* "x86_64", "aarch64", "wasm32" or "other" */
    char model[64];           /* "" if the CPU does not report it */
    char features[256];       /* features that kernels may need and this machine has, separated by blanks */
    unsigned cpus;            /* threads that may run at once: CPUs this process may use, or its quota, rounded up */
    size_t cache_count;
    firesieve_cpu_cache caches[FIRESIEVE_CPU_CACHE_MAX];
    uint64_t memory;       /* bytes that this process may still allocate */
    uint64_t memory_limit; /* the total in bytes of whatever limits it, used or not */
    const char *memory_by; /* what limits memory: "system", "control group", "RLIMIT_AS" or "RLIMIT_DATA" */
    const char *cpus_by;   /* what limits CPUs: "affinity" or "control group" */
    double cpu_time;       /* CPU time that control groups allow, in CPUs (such as 0.5); 0 if they do not limit it */
    uint64_t reserved[3];
} firesieve_cpu;

/*
 * Describes the machine. CPU features whose registers the operating system does not save count as absent. Cost: reads
 * some files of /proc and /sys.
 */
FIRESIEVE_API void firesieve_cpu_detect(firesieve_cpu *cpu);

/* ---- Profiling ---------------------------------------------------------------------------------------- */

/* What a thread of a search can be doing; at any time it is in exactly one of these stages. */
typedef enum firesieve_stage {
    FIRESIEVE_STAGE_SHORT_PATH, /* puzzle-sized firewalls: the whole search */
    FIRESIEVE_STAGE_ORACLE,     /* simulate and closed-form */
    FIRESIEVE_STAGE_REDUCE,     /* turning layers into residue classes, and reducing these */
    FIRESIEVE_STAGE_CHOOSE,     /* planning, except for the next two stages */
    FIRESIEVE_STAGE_MAKE_LISTS, /* the wheel, or the summands of a focus */
    FIRESIEVE_STAGE_DRAW_ROWS,  /* strips of rows, for a scan or a wheel */
    FIRESIEVE_STAGE_PROOF,      /* looking for a proof that no delay is safe */
    FIRESIEVE_STAGE_WINDOWS,    /* distributing work, collecting results, reporting, and all that has no other stage */
    FIRESIEVE_STAGE_READ_LISTS, /* focus: reading the columns and offsets of a task from the lists */
    FIRESIEVE_STAGE_BUILD_ROWS, /* focus: building the rows of a block of columns */
    FIRESIEVE_STAGE_SIEVE,      /* ANDing rows in the kernel, crossing off classes, collecting survivors */
    FIRESIEVE_STAGE_SURVIVORS,  /* testing survivors in lanes and by checks, batch by batch */
    FIRESIEVE_STAGE_SAMPLING,   /* counting what each row drops, on a sample; only done for a profile */
    FIRESIEVE_STAGE_WAITING     /* without work, either not yet or no longer */
} firesieve_stage;

#define FIRESIEVE_STAGE_COUNT 14

/* The size of arrays indexed by stage: a later version may have more stages. */
#define FIRESIEVE_STAGE_ROOM 32

/*
 * The place of a stage in the hierarchy, as viewers of flame graphs expect it: "plan;reduce", "search;windows;sieve",
 * "waiting". The part after the last semicolon is the name of the stage, without blanks. NULL past the end; static.
 */
FIRESIEVE_API const char *firesieve_stage_path(firesieve_stage stage);

/* How a search handled a constraint, in the order in which a candidate meets them. */
typedef enum firesieve_means {
    FIRESIEVE_MEANS_LIST,    /* by the wheel, or a list of a focus: what it forbids never becomes a candidate */
    FIRESIEVE_MEANS_ROW,     /* by rows that kernels AND */
    FIRESIEVE_MEANS_CROSSED, /* by crossing off its classes, or the first of them if some are tested instead */
    FIRESIEVE_MEANS_LANES,   /* by testing survivors against its classes, one in each lane */
    FIRESIEVE_MEANS_CHECK,   /* by looking up the last survivors in a table */
    FIRESIEVE_MEANS_NONE     /* by none of these: the short path, an oracle, or a search that ended earlier */
} firesieve_means;

#define FIRESIEVE_MEANS_COUNT 6

/* "list", "row", "crossed", "lanes", "check", "none" (NULL past the end); static. */
FIRESIEVE_API const char *firesieve_means_name(firesieve_means means);

/* The classes of one modulus, and what they did to candidates. */
typedef struct firesieve_constraint_profile {
    uint64_t modulus;
    uint64_t classes;        /* residues that it forbids, after reduction */
    uint64_t layers;         /* the layers whose classes it contains: it divides the period and forbids -depth */
    firesieve_layer example; /* one of these layers; range 0 if there is none, and in the residue form */
    double share;            /* the share that it forbids of what divisors of its modulus allow; estimated */
    double bits; /* -log2(1 - share): the first safe delay is 2^bits times as far; INFINITY if none is left */
    firesieve_means means;
    size_t place;         /* the number of constraints that candidates met before it */
    double in;            /* the candidates that reached it; 0 with MEANS_NONE */
    double dropped;       /* those of them that it dropped */
    bool counted;         /* `in` and `dropped` are exact; otherwise they are estimates */
    bool has_example;     /* there is such a layer, or such a class that a line of residues forbids: */
    size_t example_index; /* its index */
    uint64_t reserved[3];
} firesieve_constraint_profile;

/* The most constraints that are described; for firewalls with millions of periods it may be as few as 64. */
#define FIRESIEVE_PROFILE_CONSTRAINTS_MAX 1024

/*
 * Where the time of a search went, and which constraints make the firewall hard. Free with firesieve_profile_free.
 *
 * Counts cover the last plan that searched; a first search of 2^30 delays, before a longer plan was made, is not
 * included. Lanes and checks count exactly, except that constraints partly crossed off and partly tested are estimates.
 * What rows and crossing off drop is measured on a sample of the kernel's calls (the first 16, then one in 509; in a
 * focus one offset of one call in 61) and scaled to all columns, down to the point at which fewer than a hundred of the
 * sample are left. Constraints that share a row, and classes that are crossed off, split what was measured in
 * proportion to their bits. For lists the counts follow from the shares. Columns count as they are sieved: bounds are
 * rounded to words of 512, and threads search past the answer before it is known.
 */
typedef struct firesieve_profile {
    double elapsed_s;    /* wall time, as in the result; the table of constraints is made afterwards */
    size_t thread_count; /* threads that worked, at least 1; the first is the calling thread */
    double (*seconds)[FIRESIEVE_STAGE_ROOM]; /* by thread and stage; those of each thread add up to elapsed_s */

    uint64_t columns; /* candidates that went into rows */
    uint64_t sampled; /* those of them in the sample */

    firesieve_constraint_profile *constraints; /* by decreasing bits; NULL if there was no memory for them */
    size_t constraint_count;
    size_t other_count;                  /* constraints that are not described */
    firesieve_constraint_profile others; /* their totals: modulus 0, layers 0, no example, the means with most bits */
    double bits; /* of all constraints: log2 of the expected delay, counted from `from`; INFINITY if none is safe */
    uint64_t reserved[8];
} firesieve_profile;

/* Frees what the profile owns, and leaves it empty. May be called on an empty profile ({0}). */
FIRESIEVE_API void firesieve_profile_free(firesieve_profile *profile);

/* ---- Searching ---------------------------------------------------------------------------------------- */

/* The most threads that can be requested. */
#define FIRESIEVE_THREADS_MAX 4096

typedef enum firesieve_method {
    FIRESIEVE_METHOD_AUTO,
    FIRESIEVE_METHOD_SIMULATE,    /* steps the scanners; the first oracle */
    FIRESIEVE_METHOD_CLOSED_FORM, /* (delay + depth) mod period, delay by delay; the second oracle */
    FIRESIEVE_METHOD_SCAN,        /* 512 consecutive delays at once */
    FIRESIEVE_METHOD_WHEEL,       /* 512 delays at once, a wheel modulus apart, for each residue that it allows;
                                     the modulus is 1 if no wheel fits into the memory */
    FIRESIEVE_METHOD_FOCUS        /* 512 differences at once of numbers from two lists, whose combined modulus may be
                                     far larger than the range; for answers of 15 digits and more */
} firesieve_method;

/* The number of methods, and the name of each as used on the command line (NULL past the end); static. */
#define FIRESIEVE_METHOD_COUNT 6
FIRESIEVE_API const char *firesieve_method_name(firesieve_method method);

typedef enum firesieve_outcome {
    FIRESIEVE_FOUND,    /* there is a safe delay in the range; count and list: the whole range was searched */
    FIRESIEVE_NONE,     /* no delay in [from, to) is safe; with FIRESIEVE_NO_END as `to`: proved, none at all is safe */
    FIRESIEVE_LIMIT,    /* the time limit ended the search or, with FIRESIEVE_NO_END as `to`, `reached` is 2^127;
                           [from, reached) was searched */
    FIRESIEVE_CANCELLED /* the progress function or the list's receiver stopped it; [from, reached) was searched */
} firesieve_outcome;

/* The state of a running search. */
typedef struct firesieve_progress {
    firesieve_delay from;
    firesieve_delay to;      /* the latest point at which the search ends */
    firesieve_delay reached; /* [from, reached) has been searched */
    firesieve_delay window;  /* [reached, window) is the window being searched, in no particular order; may be empty */
    double share;            /* the share of the window's work that is done, 0 to 1; never decreases within a window */
    double window_s;         /* seconds spent on the window so far */
    double elapsed_s;        /* seconds since the search began */
    uint64_t reserved[8];
} firesieve_progress;

/*
 * Called from time to time (at most every ten milliseconds) from the thread that called the search; `progress` is valid
 * only during the call. Returns true to continue, false to stop.
 */
typedef bool (*firesieve_progress_function)(const firesieve_progress *progress, void *context);

/* What happened to a checkpoint. */
typedef enum firesieve_checkpoint_event {
    FIRESIEVE_CHECKPOINT_RESUMED, /* the search resumes from the state in the file */
    FIRESIEVE_CHECKPOINT_FAILED,  /* the file could not be written; the search continues, and will try again */
    FIRESIEVE_CHECKPOINT_MENDED,  /* writing the file works again */
    FIRESIEVE_CHECKPOINT_LOST     /* the file could not be written at the end: it is out of date or missing */
} firesieve_checkpoint_event;

/*
 * Receives checkpoint events, from the thread that called the search. `message` is a sentence without its full stop,
 * valid only during the call.
 */
typedef void (*firesieve_checkpoint_function)(firesieve_checkpoint_event event, const char *message, void *context);

/*
 * How to search a firewall: the method; which constraints go into a wheel, lists, rows and checks; and the sizes of
 * blocks and windows. A plan contains only integers: any machine, with any kernel and any number of threads, can search
 * by it and builds the same tables from it. Immutable; as large as its text.
 */
typedef struct firesieve_plan firesieve_plan;

/*
 * Decides whether a delay that no layer catches counts. Called from any thread of the search, from several at once, and
 * in no particular order; it must always give the same answer for the same delay. A search with a filter does not use
 * cycles or components, which describe the layers alone; so a proof of "none" means that the layers catch everything.
 */
typedef bool (*firesieve_filter_function)(firesieve_delay delay, void *context);

typedef struct firesieve_search_options {
    firesieve_method method;        /* default AUTO */
    const firesieve_kernel *kernel; /* for searches that use one; default NULL: the best */
    unsigned threads;               /* default 0: every CPU that this process may use */
    uint64_t memory;                /* bytes for wheel, lists and rows; default 0: a quarter of the available memory */
    firesieve_delay from;           /* default 0, or the firewall's line `from` if it has one */
    firesieve_delay to;             /* exclusive; default FIRESIEVE_NO_END, or the firewall's line `to` if it has one */
    double time_limit_s;            /* default INFINITY */
    firesieve_progress_function progress; /* default NULL */
    void *progress_context;
    firesieve_profile *profile;   /* default NULL: none. Otherwise filled if the search returns FIRESIEVE_OK */
    const char *checkpoint;       /* default NULL: none. Otherwise the path of a file; see firesieve_solve */
    double checkpoint_interval_s; /* default 5: seconds between two writes */
    firesieve_checkpoint_function checkpoint_told; /* default NULL */
    void *checkpoint_context;
    uint64_t limit;             /* list: the most delays to receive; default 0: all. Ignored by other functions */
    const firesieve_plan *plan; /* default NULL: choose one. Otherwise the plan to search by; see firesieve_solve */
    firesieve_filter_function filter; /* default NULL: every safe delay counts. Otherwise only those that it accepts */
    void *filter_context;
    bool range_is_given;  /* default false. true: ignore the lines `from` and `to`, whatever the range here is */
    uint64_t reserved[3]; /* must be 0; anything else is refused as an option of a later version (ARGUMENT) */
} firesieve_search_options;

/* The default options, which every search function also uses if `options` is NULL. */
FIRESIEVE_API firesieve_search_options firesieve_search_defaults(void);

/*
 * Chooses the plan of a firesieve_solve of this firewall with these options (NULL: the defaults), for all of
 * [from, to); the caller frees it. firesieve_solve itself may take the short path, or first plan for 2^30 delays alone.
 * options->plan, profile and checkpoint are ignored. *plan is NULL if reducing the layers shows that no delay is safe.
 * Cost: reducing the layers, unless that was done before for this firewall, and planning. Errors: as for
 * firesieve_solve; also ARGUMENT for an oracle, which has no plan, and STOPPED if the time limit or the progress
 * function in the options ends the call.
 */
FIRESIEVE_API firesieve_status firesieve_plan_choose(const firesieve_firewall *firewall,
                                                     const firesieve_search_options *options, firesieve_plan **plan,
                                                     firesieve_error *error);

/*
 * Reads a plan of this firewall, perhaps written by hand, from `size` bytes of text (`text` may be NULL if `size` is
 * 0), with CRLF or LF line ends; the caller frees it. Cost: reducing the layers, unless that was done before for this
 * firewall. Errors: RECORD with line and column if the text is not a plan, belongs to another firewall, or does not fit
 * this one; ARGUMENT if its method cannot search this firewall; MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_plan_parse(const firesieve_firewall *firewall, const char *text, size_t size,
                                                    firesieve_plan **plan, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_plan_parse_within(const firesieve_firewall *firewall, const char *text,
                                                           size_t size, const firesieve_limits *limits,
                                                           firesieve_plan **plan, firesieve_error *error);

/* The same from a file of at most 64 MiB. Errors: as above, and READ. */
FIRESIEVE_API firesieve_status firesieve_plan_open(const firesieve_firewall *firewall, const char *path,
                                                   firesieve_plan **plan, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_plan_open_within(const firesieve_firewall *firewall, const char *path,
                                                          const firesieve_limits *limits, firesieve_plan **plan,
                                                          firesieve_error *error);

/*
 * The text of a plan, as firesieve_plan_parse reads it, and its size in bytes without the terminating NUL. Equal plans
 * have equal texts. Owned by the plan.
 */
FIRESIEVE_API const char *firesieve_plan_text(const firesieve_plan *plan, size_t *size);

/* The method of a plan: SCAN, WHEEL or FOCUS. */
FIRESIEVE_API firesieve_method firesieve_plan_method(const firesieve_plan *plan);

/* Frees a plan; NULL is allowed. */
FIRESIEVE_API void firesieve_plan_free(firesieve_plan *plan);

typedef struct firesieve_search_result {
    firesieve_outcome outcome;
    firesieve_delay delay;          /* solve, if FOUND: the smallest safe delay */
    firesieve_delay count;          /* count: safe delays in [from, reached); list: the number received */
    firesieve_delay reached;        /* solve: no delay in [from, reached) is safe; others: all of it was searched */
    firesieve_delay candidates;     /* delays decided */
    firesieve_method method;        /* the method that ran, never AUTO */
    const firesieve_kernel *kernel; /* NULL if none was used */
    unsigned threads;               /* the most that ran at once */
    double elapsed_s;               /* wall time, without choosing a kernel; with a checkpoint, the total of all runs */
    double earlier_s;               /* the part of it that earlier runs took */
    const char *reason;             /* NONE: the fact that proves it. LIMIT at 2^127: why that is no answer. Otherwise
                                       NULL. Static */
    firesieve_delay window;         /* LIMIT, CANCELLED: [reached, window) was searched in part, in no particular order;
                                       otherwise equal to `reached` */
    firesieve_delay window_count;   /* count: safe delays that were found there */
    firesieve_delay end;            /* count: [from, end) is what has to be searched: the range, or its first cycle */
    double window_share;            /* the share of the window's work that is done, 0 to 1 */
    double replanned;               /* if the search was replanned: the time of its first tasks over the predicted time,
                                       above 1.5 or below 2 / 3; otherwise 0 */
    uint64_t reserved[8];
} firesieve_search_result;

/*
 * Finds the smallest safe delay in [from, to). That there is none, or that a limit ended the search, is an outcome, not
 * an error. With FIRESIEVE_NO_END as `to`, NONE means that no delay at all is safe, and is proved; if nothing below
 * 2^127 is safe and there is no proof, the outcome is LIMIT. With FIRESIEVE_DELAY_END as `to`, the question is only
 * about delays below 2^127, and the outcome is NONE.
 *
 * With method AUTO and no plan, a long search is preceded by a study of what the components (firesieve_component)
 * leave, for at most a quarter of a second. If one leaves nothing, that proves NONE. If some leave so little of their
 * cycles that all of it can be tested, the search does that, and the result has method WHEEL, kernel NULL and one
 * thread. If all leave something, the reason given for a LIMIT at 2^127 says that some larger delay is safe.
 *
 * Runs on as many threads as requested, or as the system provides. With method AUTO a firewall of at most 512 layers of
 * ranges up to 33 takes a short path without planning, threads or allocations; it uses no kernel, even if one is named,
 * and the result's kernel is NULL.
 *
 * Memory besides the firewall: simulate takes 64 bytes per layer, closed-form none. Scan and wheel take 8 bytes per
 * layer (16 if the period exceeds 2^31), some 100 bytes per period while planning, `memory` bytes of wheel and rows,
 * and for each thread up to 2.1 MiB and 4 bytes per layer (8 if the period exceeds 2^31). If layers are dense enough to
 * cover all delays, a proof of that takes up to 150 bytes per layer for at most a second.
 *
 * Focus also takes 8 bytes per layer and 100 bytes per period. Of `memory`, it takes 24 or 40 bytes per summand for its
 * lists and, for each thread, half a megabyte and a stretch of columns and offsets (up to some 170 MB); if `memory` is
 * less than that, still some 3 MiB per thread. Focus is refused if reduction leaves more than 2^18 residue classes, or
 * more than 2^16 of large moduli with few classes each, or more than 2^16 of moduli from 2^31 on.
 *
 * A profile adds up to a tenth to the time, plus at the end up to three times what reducing the layers took; it takes
 * memory of 400 bytes per thread and another 8 per row, tested class and check, and at the end 16 bytes per layer (32
 * if the period exceeds 2^31). options->profile is overwritten, not freed.
 *
 * With a plan, which must exist as long as the search, nothing is chosen: the search follows that plan, whose method
 * must be options->method unless that is AUTO, and never takes the short path. Without a plan, a search whose first
 * tasks take more than 1.5 times or less than two thirds of the predicted time measures its costs and chooses a new
 * plan for the rest, if that saves a fifth of the time. The same holds for lists and iterators; certificates and
 * explanations ignore the plan.
 *
 * With a checkpoint, a file records how far the search has come and by which plan. It is written at the beginning, at
 * every interval (less often if writing would take more than a tenth of the time), and at the end, whatever the
 * outcome. If the file exists already the search resumes from it, on this machine or another. It must belong to the
 * same firewall, range and function; kernel, threads and memory may differ, and between windows so may the method. In
 * the middle of a window the search resumes by the plan in the file, and refuses anything for which the window would
 * have to start over: another method or plan, or a `memory` other than 0 into which the plan's tables do not fit. If a
 * run is killed, all work that was done more than an interval earlier is kept, except for planning, the steps of
 * simulate up to there and, for each thread, one task of a fraction of a second. The file is locked while the search
 * runs. The search does not depend on writing it: failures are reported to checkpoint_told. The short path is not
 * taken.
 *
 * Errors: ARGUMENT (from > to, to > 2^127 other than FIRESIEVE_NO_END, no such method, focus for a firewall that it
 * refuses, a plan of another firewall or method, what a checkpoint in the middle of a window refuses, more than
 * FIRESIEVE_THREADS_MAX threads, a time limit or an interval that is not a number), KERNEL (cannot run here), MEMORY.
 * Errors of a checkpoint, after which nothing has been searched and the file is unchanged: RECORD (it is damaged, or
 * belongs to another search), READ (also if another search has locked it), and WRITE (there is no file, and its
 * directory does not exist).
 */
FIRESIEVE_API firesieve_status firesieve_solve(const firesieve_firewall *firewall,
                                               const firesieve_search_options *options, firesieve_search_result *result,
                                               firesieve_error *error);

/*
 * Counts the safe delays in [from, to). Without an end the range is [from, 2^127), and the count is exact all the same.
 * With method AUTO whole cycles are counted by components (firesieve_component) if that takes little compared with a
 * search, and the remainder by residues or by inclusion and exclusion if these are few; then the result has method
 * WHEEL and kernel NULL. Otherwise a range of many cycles of all scanners is counted by searching one of them, however
 * long that is. In all else like firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_count(const firesieve_firewall *firewall,
                                               const firesieve_search_options *options, firesieve_search_result *result,
                                               firesieve_error *error);

/* Receives one safe delay, in the thread that called firesieve_list. Returns true to continue, false to stop. */
typedef bool (*firesieve_list_function)(firesieve_delay delay, void *context);

/*
 * Lists the safe delays in [from, to) in ascending order, or only the first options->limit of them; then the search is
 * planned for that many, the outcome is FOUND, and `reached` is one more than the last delay. Each delay is received
 * once; if the list ends for any other reason, those received are all that are in [from, reached). Without an end, the
 * delays below 2^127 are listed (FOUND); if there are none, the outcome is that of firesieve_solve. Lists have no
 * checkpoints (ARGUMENT). In all else like firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_list(const firesieve_firewall *firewall,
                                              const firesieve_search_options *options, firesieve_list_function receive,
                                              void *context, firesieve_search_result *result, firesieve_error *error);

/* ---- One safe delay after another --------------------------------------------------------------------- */

/* A position between two safe delays of a firewall, which moves upwards. For use by one thread at a time. */
typedef struct firesieve_iterator firesieve_iterator;

/*
 * Makes an iterator over the safe delays in [from, to); the caller frees it. The options (NULL: the defaults) are
 * copied; the firewall and the plan are not, and must exist as long as the iterator does. Does not search yet. Errors:
 * ARGUMENT (invalid options, or a profile or checkpoint, which iterators do not support), KERNEL, MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_iterator_create(const firesieve_firewall *firewall,
                                                         const firesieve_search_options *options,
                                                         firesieve_iterator **iterator, firesieve_error *error);

/*
 * Moves past the next safe delay. *outcome is
 *
 *   FOUND             *delay is the next safe delay;
 *   NONE              there are no more before `to`, in this call and all later ones; *delay is `to` or, without an
 *                     end, 2^127: then it is proved that no delay at all is safe;
 *   LIMIT, CANCELLED  time_limit_s, which applies to each call separately, or the progress function ended this call; no
 *                     further delay below *delay is safe, and the next call resumes there. It restarts an unfinished
 *                     window, so calls that are shorter than a window make no progress. Without an end, LIMIT is also
 *                     the outcome, of this call and all later ones, if *delay is 2^127.
 *
 * Delays that were found before a search was ended come first: the calls that return them are FOUND. If the progress
 * function ended the search, the call after them searches nothing and returns CANCELLED, or NONE if nothing is left; if
 * the time limit ended it, the call after them continues the search, with a time limit of its own.
 *
 * Cost: the first call is a firesieve_solve. Later calls search ranges as firesieve_list does. The ranges grow with
 * what they yield until one takes a tenth of a second (or twice as long as the shortest, if planning takes long) or
 * yields 65536 delays; after a range that yields nothing, the next delay is a firesieve_solve again. Up to 1 MiB of
 * results is kept for the next calls, which then take some nanoseconds. So many delays share the cost of planning, and
 * a call may search somewhat past its answer. The options apply to each such search: its threads and memory are not
 * kept between calls. The progress function receives the whole range, and the time since the call began. Errors: as for
 * firesieve_list, and ARGUMENT if the iterator's own progress function calls this; the iterator keeps its position.
 */
FIRESIEVE_API firesieve_status firesieve_iterator_next(firesieve_iterator *iterator, firesieve_outcome *outcome,
                                                       firesieve_delay *delay, firesieve_error *error);

/* Frees an iterator; NULL is allowed. */
FIRESIEVE_API void firesieve_iterator_free(firesieve_iterator *iterator);

/* ---- Explaining --------------------------------------------------------------------------------------- */

/* What the planner assumes that one kind of work costs. */
typedef struct firesieve_cost {
    const char *name;   /* "row_word", ...; static */
    const char *what;   /* a description of the work: "AND one row into one word of 512 columns", ...; static */
    double nanoseconds; /* on one thread, greater than 0 */
} firesieve_cost;

/* The powers of a prime that occur in the moduli of a component, up to base^exponent. */
typedef struct firesieve_tower {
    uint64_t base; /* a prime */
    uint64_t exponent;
} firesieve_tower;

/* Classes whose moduli share primes with each other but with no other component: what components leave multiplies. */
typedef struct firesieve_component {
    firesieve_delay cycle; /* the product of its towers; FIRESIEVE_DELAY_END if that is larger */
    firesieve_delay count; /* residues modulo the cycle that are in none of its classes; 0 if cycle is DELAY_END */
    double density;        /* their share; exact except for rounding */
    bool counted;          /* count and density are known; they are 0 if counting would take too long */
    size_t classes;        /* after reduction */
    const firesieve_tower *towers;
    size_t tower_count;
    uint64_t reserved[4];
} firesieve_component;

/* The most components that are described. */
#define FIRESIEVE_COMPONENTS_MAX 64

/* What the solver knows about a firewall, and what it would do. Free with firesieve_explanation_free. */
typedef struct firesieve_explanation {
    firesieve_delay cycle; /* the period of the safe delays, the lcm of all periods; FIRESIEVE_DELAY_END if larger */
    double cycle_log10;    /* INFINITY if finding it would take too long */
    size_t layers;
    size_t periods;     /* distinct ones */
    size_t constraints; /* moduli that are left after reduction */
    size_t classes;     /* residue classes that are left, each counted once */
    uint64_t largest_modulus;
    double density;  /* the share of delays that are safe; estimated unless density_exact */
    double expected; /* the expected answer, counted from `from`: 1 / density; INFINITY if nothing is safe */

    const char *reason; /* the fact that proves that no delay is safe; static. NULL: none was found */
    size_t *blocking;   /* layers (indices, ascending) that alone catch every delay; NULL if not known */
    size_t blocking_count;
    bool blocking_minimal; /* without any one of them some delay is safe */

    bool short_path;                /* solve would first take the short path; this and all below need a NULL `reason` */
    firesieve_method method;        /* the method that solve would otherwise run in [from, to) */
    const firesieve_kernel *kernel; /* NULL if it would use none */
    uint64_t wheel_modulus;         /* 1 for scan and focus */
    uint64_t wheel_residues;
    uint64_t wheel_constraints; /* constraints in the wheel */
    uint64_t row_constraints;   /* constraints in rows of 512 columns */
    uint64_t row_bytes;         /* memory of all rows; of a focus, per thread */
    uint64_t crossed_classes;   /* classes that are crossed off */
    uint64_t tested_classes;    /* classes that survivors are tested against in lanes */
    uint64_t checked_classes;   /* classes that the last survivors are checked against one by one */

    /* Focus: every delay is x * B - y * A, with x mod A and y mod B from two lists. All 0 for other methods. */
    firesieve_delay focus_a; /* A and B are coprime, below 2^100 */
    firesieve_delay focus_b;
    uint64_t focus_columns;    /* residues x mod A in the list */
    uint64_t focus_offsets;    /* residues y mod B in the list */
    uint64_t list_constraints; /* constraints in the lists */
    uint64_t list_bytes;       /* memory of both lists, which all threads share: 24 or 40 bytes per summand */
    uint32_t focus_classes;    /* moduli of the first rows whose residues sort the columns of a task, */
    uint32_t focus_parts[3];   /* and the number of parts into which each divides them */
    double focus_window;       /* delays that are searched at once, from the smallest on */
    double focus_pairs;        /* pairs of a column and an offset, up to the expected answer */

    double predicted_s;       /* time of solve on one thread, with planning, if the answer is the expected one */
    double predicted_lists_s; /* focus: the part of it for making and reading lists and building rows */
    double predicted_range_s; /* time of a search through all of [from, to), or through one cycle, on one thread */

    firesieve_plan *plan;  /* owned; NULL for an oracle, as are the costs */
    firesieve_cost *costs; /* owned: the costs by which the plan was chosen */
    size_t cost_count;
    bool costs_measured; /* measured on this machine, as for any search of a second or more; otherwise they are those
                            of a server of 2023 with this kernel */
    bool density_exact;  /* every component is counted */
    firesieve_component *components; /* owned, with their towers; by decreasing number of classes; NULL if finding them
                                        takes too long, or if a fixed scanner or a single period catches everything */
    size_t component_count;          /* at most FIRESIEVE_COMPONENTS_MAX */
    firesieve_delay safe_in_cycle;   /* with density_exact, if cycle < FIRESIEVE_DELAY_END: safe delays per cycle */
    size_t component_others;         /* components that are not described */
    uint64_t sieved_to; /* prime tuplets: primes up to this one are sieved, and survivors tested; otherwise 0 */
    uint64_t reserved[6];
} firesieve_explanation;

/*
 * Explains a firewall. `options` are those of the search in question; their time limit and progress function end the
 * call with STOPPED. Cost: reducing the layers, unless that was done before for this firewall; planning; some
 * milliseconds to measure costs for a search of a second or more; up to a third of a second for a proof that nothing is
 * safe, and another for components and what they leave; for a firewall that blocks everything, a search of at most a
 * few seconds for a smallest set of layers that does. Errors: as for firesieve_solve.
 */
FIRESIEVE_API firesieve_status firesieve_explain(const firesieve_firewall *firewall,
                                                 const firesieve_search_options *options,
                                                 firesieve_explanation *explanation, firesieve_error *error);

/* Frees what the explanation owns, and leaves it owning nothing. May be called on an empty explanation ({0}). */
FIRESIEVE_API void firesieve_explanation_free(firesieve_explanation *explanation);

/*
 * Writes the question of whether any delay is safe as a formula in DIMACS CNF, for SAT solvers: the formula is
 * satisfiable if and only if there is a safe delay. Its variables are residues modulo prime powers of the periods;
 * comments in it say which, and how to turn a model into a delay (which may exceed 2^127). It has one clause per layer,
 * without those layers that can be left out because a prime larger than the number of layers divides their periods.
 *
 * Cost: factoring each distinct period, some microseconds, and up to a few milliseconds for two large primes; then some
 * microseconds per layer. Memory: 8 bytes per layer, up to 200 per period and up to 64 per variable. Errors: WRITE,
 * MEMORY, and ARGUMENT if the formula would have more than 2^31 - 1 variables. After an error the output is incomplete;
 * solvers refuse it, since it has fewer clauses than its header states.
 */
FIRESIEVE_API firesieve_status firesieve_cnf_write(const firesieve_firewall *firewall, FILE *stream,
                                                   firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_cnf_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                          const firesieve_limits *limits, firesieve_error *error);

/* ---- Certificates ------------------------------------------------------------------------------------- */

/* What a certificate claims. */
typedef enum firesieve_claim {
    FIRESIEVE_CLAIM_FOUND, /* a given delay is the smallest safe one in a range */
    FIRESIEVE_CLAIM_NONE,  /* no delay in a range is safe */
    FIRESIEVE_CLAIM_NEVER, /* no delay at all is safe */
    FIRESIEVE_CLAIM_COUNT  /* a range has a given number of safe delays */
} firesieve_claim;

/* "found", "none", "never", "count" (NULL past the end); static. */
FIRESIEVE_API const char *firesieve_claim_name(firesieve_claim claim);

/*
 * A text that proves an answer to anyone who does not trust the program that found it. NEVER: a tree of residue
 * classes, each leaf of which a single layer catches as a whole; checking it takes only arithmetic. FOUND and NONE:
 * windows of the range, each with the number and a hash of the delays that some of the layers leave, which a second
 * search with another method and kernel has to reproduce. COUNT: for each part of the firewall that shares no prime
 * with the others, the number of residues that it leaves, to be multiplied, and what is left of the range after whole
 * cycles; or windows of what the whole firewall leaves. Immutable; as large as its text.
 */
typedef struct firesieve_certificate firesieve_certificate;

/*
 * Makes the certificate of an answer: `options` and `result` are those of a firesieve_solve of this firewall with
 * outcome FOUND or NONE. The range is searched once more, with the method, kernel, threads and memory in `options`; for
 * NONE a tree is tried first. *certificate is NULL if the time limit or the progress function ended the call; otherwise
 * the caller frees it. Cost: looking for a tree takes some ten seconds at most (one, if options->to is less than
 * FIRESIEVE_DELAY_END), up to `memory` bytes, and 24 bytes per layer and 17 per period; windows cost a list of the
 * range.
 *
 * For residues, the certificate names one by one the x that filters drop (lines that classes do not express
 * completely).
 *
 * Errors: ARGUMENT (the outcome is neither FOUND nor NONE, or the second search contradicts it; a tree, or what filters
 * drop, would exceed the size limit of certificates; neither tree nor windows would show anything; options->filter is
 * set, which nobody else could evaluate; lines of residues restrict x to listed numbers or progressions, see
 * firesieve_firewall_view), and those of firesieve_list.
 */
FIRESIEVE_API firesieve_status firesieve_certify(const firesieve_firewall *firewall,
                                                 const firesieve_search_options *options,
                                                 const firesieve_search_result *result,
                                                 firesieve_certificate **certificate, firesieve_error *error);

/*
 * The same for a firesieve_count of this firewall with outcome FOUND or NONE; the certificate of a count of 0 claims
 * NONE or NEVER. If the range is longer than a cycle and each part of the firewall can be counted by itself, components
 * are multiplied, and only what is left after whole cycles is searched once more. Otherwise a cycle, or the range, is
 * listed. Cost: components take 40 bytes per layer and some seconds at most.
 *
 * Errors: as for firesieve_certify.
 */
FIRESIEVE_API firesieve_status firesieve_certify_count(const firesieve_firewall *firewall,
                                                       const firesieve_search_options *options,
                                                       const firesieve_search_result *result,
                                                       firesieve_certificate **certificate, firesieve_error *error);

/* The largest size of a certificate in bytes: 1 GiB. */
#define FIRESIEVE_CERTIFICATE_SIZE_MAX 1073741824

/*
 * Reads a certificate of this firewall from `size` bytes of text, which are copied, with CRLF line ends turned into LF.
 * Free with firesieve_certificate_free. Does not check whether its claim is true. Cost: two passes. Errors: RECORD with
 * line and column if the text is damaged or not a certificate of this firewall; MEMORY.
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
 * Replaces the content of a file by the text, atomically: even if the machine stops, the file has either the old
 * content or the new one. Errors: WRITE; the old content is unchanged.
 */
FIRESIEVE_API firesieve_status firesieve_certificate_save(const firesieve_certificate *certificate, const char *path,
                                                          firesieve_error *error);

typedef enum firesieve_verdict {
    FIRESIEVE_ACCEPTED, /* the claim is true */
    FIRESIEVE_REFUSED,  /* the claim is false, or the certificate does not prove it */
    FIRESIEVE_UNCHECKED /* the time limit or the progress function ended the check, or it would take too much work */
} firesieve_verdict;

/* The outcome of a check. */
typedef struct firesieve_certificate_report {
    firesieve_verdict verdict;
    firesieve_claim claim;
    firesieve_delay delay; /* FOUND */
    firesieve_delay from;  /* the range; NEVER: all delays */
    firesieve_delay to;
    uint64_t windows;                    /* FOUND, NONE, COUNT: windows that were reproduced, */
    uint64_t listed;                     /* and delays in them that were compared */
    firesieve_method made_method;        /* the method of the search that the certificate names; NEVER: AUTO */
    const firesieve_kernel *made_kernel; /* its kernel; NULL: none */
    firesieve_method method;             /* the method of the second search; NEVER: AUTO */
    const firesieve_kernel *kernel;      /* its kernel; NULL: none */
    uint64_t splits;                     /* NEVER: nodes of the tree with children, */
    uint64_t leaves;                     /* and without */
    double elapsed_s;                    /* duration of the check */
    uint64_t line;                       /* REFUSED: the line of the certificate that is to blame, from 1 */
    char message[192];                   /* REFUSED: why; UNCHECKED: which work would be too much; otherwise "" */
    uint64_t components;                 /* COUNT: components that were multiplied; 0: it has windows instead */
    uint64_t towers;                     /* COUNT: powers of primes in them */
    firesieve_delay count;               /* COUNT */
    firesieve_delay rest;                /* COUNT: delays after whole cycles, which were counted once more */
    uint64_t asked;                      /* residues: x that lines were tested on one by one */
    uint64_t reserved[1];
} firesieve_certificate_report;

/*
 * Checks a certificate of this firewall. Windows, and what is left after whole cycles, are searched again by
 * options->method and kernel. If these are AUTO and NULL, the search uses other ones than the certificate names (the
 * same method if every other would take far longer, and the same kernel if no other runs here). options->from and to
 * have no effect. Cost: a tree takes 16 bytes per layer, and time linear in its text times the length of its paths.
 * Windows take as much as a list of the range, and 16 bytes per layer and 8 per period. Components take 64 bytes per
 * layer and some minutes at most, beyond which the verdict is UNCHECKED, and then as much as a list of the delays after
 * whole cycles. Errors: RECORD (not of this firewall), ARGUMENT (as for firesieve_certify), and those of
 * firesieve_list.
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
    uint64_t first_bad_seed;  /* verifying one case with this seed shows the first mismatch alone */
    char first_mismatch[192]; /* which operation differed, from what, and where; "" without a mismatch */
    uint64_t reserved[8];
} firesieve_verify_report;

/*
 * Runs `cases` random and pathological cases, with the seeds seed, seed + 1, ..., through both operations of a kernel
 * and compares the results with the scalar kernel and with the oracle. Cost: some hundred microseconds per case, on one
 * thread. Errors: KERNEL, MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_kernel_verify(const firesieve_kernel *kernel, uint64_t cases, uint64_t seed,
                                                       firesieve_verify_report *report, firesieve_error *error);
FIRESIEVE_API firesieve_status firesieve_kernel_verify_within(const firesieve_kernel *kernel, uint64_t cases,
                                                              uint64_t seed, const firesieve_limits *limits,
                                                              firesieve_verify_report *report, firesieve_error *error);

/* ---- Timing kernels ----------------------------------------------------------------------------------- */

typedef enum firesieve_operation {
    FIRESIEVE_OPERATION_ROWS, /* AND rows of columns; no word becomes empty, so every row is read to its end */
    FIRESIEVE_OPERATION_LANES /* test candidates against layers, one candidate in each lane */
} firesieve_operation;

/* The upper limits of a workload. */
#define FIRESIEVE_WORKLOAD_ROWS_MAX 64
#define FIRESIEVE_WORKLOAD_BYTES_MAX 1073741824

typedef struct firesieve_workload_shape {
    firesieve_operation operation;
    size_t rows;          /* ROWS: rows to AND, 32 words of 512 columns per call; LANES: layers */
    size_t bytes;         /* ROWS: of all rows, at least 64 per row; LANES: of the candidates, 4 each, at least 64 */
    uint64_t seed;        /* of the random data */
    uint64_t reserved[4]; /* must be 0; anything else is refused as an option of a later version (ARGUMENT) */
} firesieve_workload_shape;

/* Data on which kernels are timed. For use by one thread at a time. */
typedef struct firesieve_workload firesieve_workload;

/*
 * Makes a workload; the caller frees it. Memory: `bytes`, twice that for lanes, and some KiB. Errors: ARGUMENT, MEMORY.
 */
FIRESIEVE_API firesieve_status firesieve_workload_create(const firesieve_workload_shape *shape,
                                                         firesieve_workload **workload, firesieve_error *error);

/* Frees a workload; NULL is allowed. */
FIRESIEVE_API void firesieve_workload_free(firesieve_workload *workload);

typedef struct firesieve_workload_time {
    double seconds;
    double amount; /* ROWS: bytes of rows ANDed; LANES: tests of one candidate; no kernel: bytes loaded */
    uint64_t reserved[6];
} firesieve_workload_time;

/*
 * Runs a kernel through the whole workload `repeats` times. Without a kernel (NULL), the bytes of the workload are only
 * loaded, in the widest vectors of this CPU; no kernel can be faster than that. Errors: KERNEL.
 */
FIRESIEVE_API firesieve_status firesieve_workload_run(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                      uint64_t repeats, firesieve_workload_time *time,
                                                      firesieve_error *error);

/* A digest of a kernel's results on the workload, the same for all correct kernels. Cost: one pass. Errors: KERNEL. */
FIRESIEVE_API firesieve_status firesieve_workload_digest(firesieve_workload *workload, const firesieve_kernel *kernel,
                                                         uint64_t *digest, firesieve_error *error);

/* The speed of a kernel on data in the first-level cache, on one thread. */
typedef struct firesieve_kernel_speed {
    double row_bytes_s;  /* bytes of rows ANDed per second, 12 rows at a time */
    double lane_tests_s; /* tests of a candidate against one layer per second */
    uint64_t reserved[6];
} firesieve_kernel_speed;

/* Measures a kernel for about `seconds`. Errors: KERNEL, MEMORY. */
FIRESIEVE_API firesieve_status firesieve_kernel_measure(const firesieve_kernel *kernel, double seconds,
                                                        firesieve_kernel_speed *speed, firesieve_error *error);

#ifdef __cplusplus
}
#endif

#endif
