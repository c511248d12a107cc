/*
 * A line of residues: one constraint on x, or one end of its range. The grammar is in docs/residues.md; `firesieve solve
 * --help` shows it too.
 */
#ifndef FIRESIEVE_LANGUAGE_LINE_H
#define FIRESIEVE_LANGUAGE_LINE_H

#include "language/cursor.h"
#include "language/expression.h"

/* The largest modulus: 2^62. */
#define LINE_MODULUS_MAX (UINT64_C(1) << 62)

/* The most numbers that can be added to x in one line; their magnitude is at most 2^62. */
enum { LINE_SHIFTS_MAX = 1 << 20 };

enum line_kind {
    LINE_RESIDUES,   /* x mod M in SET, = A */
    LINE_SQUARE,     /* x mod M square: a nonzero residue that is a square */
    LINE_NONSQUARE,  /* x mod M nonsquare: a nonzero residue that is not a square */
    LINE_COPRIME,    /* x + SET coprime to M */
    LINE_PRIME,      /* x + SET prime */
    LINE_VALUES,     /* x in SET */
    LINE_NOT_SQUARE, /* x not square */
    LINE_NOT_POWER,  /* x not power */
    LINE_FROM,       /* from N */
    LINE_TO          /* to N */
};

/* The numbers from `low` to `high`, inclusive. */
struct interval {
    firesieve_delay low;
    firesieve_delay high;
};

/* An item of a set as it is written. */
struct item {
    struct expression low;
    struct expression high; /* a copy of low if the item is one number */
    bool single;
};

/* The loop of a line that contains p. */
struct loop {
    bool primes;   /* p is every prime from `low` to `high`; otherwise every number */
    uint64_t low;  /* at least 1 */
    uint64_t high; /* at most LINE_MODULUS_MAX */
    struct expression modulus;
    struct item *items; /* owned */
};

/*
 * A SET is stored as residues modulo M (RESIDUES), as numbers added to x (COPRIME, PRIME) or as numbers (VALUES); as it is
 * written if it depends on p.
 */
struct line {
    enum line_kind kind;
    uint32_t source;  /* index of its text */
    uint64_t number;  /* of the line there, from 1 */
    char *text;       /* owned; as written, without blanks around it and comment; NULL in a line made for one p */
    uint64_t modulus; /* 0: it has none, or it depends on p */
    union {
        struct interval *intervals; /* owned; RESIDUES and VALUES, as written */
        int64_t *shifts;            /* owned; COPRIME and PRIME: x + s for each of them */
    };
    size_t count;          /* of intervals, shifts or items */
    firesieve_delay bound; /* FROM and TO */
    struct loop *loop;     /* owned; NULL if p is not in the line */
    size_t simple_before;  /* number of simple lines before it */
    size_t first_class;    /* index in the firewall of the first class that it forbids, */
    size_t class_count;    /* and how many it forbids */
    bool excludes;         /* not in, !=: RESIDUES and VALUES */
    bool partly;           /* its classes do not cover it completely */
    bool in_tuplet;        /* it belongs to the form's tuplet */
    bool pooled;           /* text and intervals are in a pool, which frees them */
};

/*
 * Reads the line at the cursor, which must not be blank or only a comment. Free with line_free. False: see the cursor's
 * error.
 */
bool line_read(struct cursor *cursor, struct line *line);

/* Moves past a comment to the end of the line. False: there is a NUL byte; see the cursor's error. */
bool line_skip_comment(struct cursor *cursor);

void line_free(struct line *line);

/*
 * Makes the line for one p from a line with a loop, to be freed by the caller in any case. False: a number in it has no
 * value for that p, or there is no memory; see the cursor's error.
 */
bool line_for(const struct line *line, uint64_t p, struct cursor *cursor, struct line *made);

#endif
