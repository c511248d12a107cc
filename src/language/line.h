/*
 * A line of residues: one constraint on x, or an end of its range. The grammar is in docs/residues.md; `firesieve solve
 * --help` shows it as well.
 */
#ifndef FIRESIEVE_LANGUAGE_LINE_H
#define FIRESIEVE_LANGUAGE_LINE_H

#include "language/cursor.h"
#include "language/expression.h"

/* The largest modulus: 2^62. */
#define LINE_MODULUS_MAX (UINT64_C(1) << 62)

/* The most numbers that may be added to x, each in a line of its own or in a set; their magnitude is at most 2^62. */
enum { LINE_SHIFTS_MAX = 1 << 20 };

enum line_kind {
    LINE_RESIDUES,   /* x mod M in SET, = A */
    LINE_SQUARE,     /* x mod M square: a nonzero residue that is a square */
    LINE_NONSQUARE,  /* x mod M nonsquare: a nonzero residue that is none */
    LINE_COPRIME,    /* x + SET coprime to M */
    LINE_PRIME,      /* x + SET prime */
    LINE_VALUES,     /* x in SET */
    LINE_NOT_SQUARE, /* x not square */
    LINE_NOT_POWER,  /* x not power */
    LINE_FROM,       /* from N */
    LINE_TO          /* to N */
};

/* Numbers of a set from `low` to `high`, both of them. */
struct interval {
    firesieve_delay low;
    firesieve_delay high;
};

/* An item of a set as it is written. */
struct item {
    struct expression low;
    struct expression high; /* a copy of low where the item is one number */
    bool single;
    uint32_t column; /* in its line, from 1 */
};

/* Of a line in which p stands. */
struct loop {
    bool primes;   /* p is a prime from `low` to `high`; otherwise any number there */
    uint64_t low;  /* at least 1 */
    uint64_t high; /* at most LINE_MODULUS_MAX */
    struct expression modulus;
    uint32_t column;    /* of the modulus in its line, from 1 */
    struct item *items; /* owned */
};

/*
 * SETs are kept as residues modulo M (RESIDUES), as numbers added to x (COPRIME, PRIME) or as numbers (VALUES); where
 * they depend on p, as they are written.
 */
struct line {
    enum line_kind kind;
    bool excludes;   /* not in, !=: RESIDUES and VALUES */
    uint32_t source; /* which text it is from */
    uint64_t number; /* of the line there, from 1 */
    char *text; /* owned: as it was written, without blanks around it and a comment; NULL of a line made for one p */
    uint64_t modulus; /* 0: it has none, or p is in it */
    union {
        struct interval *intervals; /* owned; RESIDUES and VALUES, as written */
        int64_t *shifts;            /* owned; COPRIME and PRIME: x + s for each of them */
    };
    size_t count;          /* of intervals, shifts or items */
    firesieve_delay bound; /* FROM and TO */
    struct loop *loop;     /* owned; NULL where p is not in the line */
    size_t first_class;    /* the classes that it forbids are in the firewall from there on, */
    size_t class_count;    /* so many; */
    bool partly;           /* they do not say all of it */
    bool in_tuplet;        /* it is one of those that the form's tuplet stands for */
    bool pooled;           /* text and intervals are in a pool, which frees them */
};

/*
 * Reads the line at the cursor, which has something to say: it is not blank, and no comment alone. Free with line_free.
 * False: the cursor's error says what is wrong.
 */
bool line_read(struct cursor *cursor, struct line *line);

/* Passes a comment, which a '#' at the cursor begins, and in which there is no NUL byte. False: the cursor's error. */
bool line_skip_comment(struct cursor *cursor);

void line_free(struct line *line);

/*
 * Makes the line for one p out of a line with a loop: without a loop, to be freed by the caller in any case. False: a
 * number in it has no value for that p, which the cursor's error says, or there is no memory.
 */
bool line_for(const struct line *line, uint64_t p, struct cursor *cursor, struct line *made);

#endif
