/*
 * A plan as a value: the method, and lists of integers from which any machine, with any kernel, builds the same tables
 * and cuts the same windows and tasks. It is what `explain --plan` writes, what a checkpoint holds, and what rank 0 of a
 * cluster tells the others.
 */
#ifndef FIRESIEVE_PLANNER_RECIPE_H
#define FIRESIEVE_PLANNER_RECIPE_H

#include "record/record.h"

/* A list of a recipe. */
struct recipe_key {
    const char *name;     /* what its line begins with */
    const char *expected; /* for errors: what an item of it is */
    firesieve_delay least;
    firesieve_delay most;
    size_t count_least;
    size_t count_most; /* SIZE_MAX: any number */
    bool ranges;       /* items are ascending ranges LOW-HIGH, or numbers, which stand for themselves */
};

/* The recipes of one method. */
struct recipe_form {
    const char *name; /* in its text */
    firesieve_method method;
    const struct recipe_key *keys;
    size_t key_count; /* at most RECIPE_KEYS_MAX */
};

enum { RECIPE_KEYS_MAX = 8 };

struct recipe_item {
    firesieve_delay low;
    firesieve_delay high; /* the same, but for ranges */
    uint64_t line;        /* where it was read, from 1; 0: it was not */
    uint64_t column;
};

struct recipe_list {
    struct recipe_item *items; /* owned */
    size_t count;
    size_t capacity;
};

struct recipe {
    const struct recipe_form *form; /* NULL: there is no recipe */
    struct recipe_list lists[RECIPE_KEYS_MAX];
};

/* Starts an empty recipe of a form. Free with recipe_free. */
void recipe_start(struct recipe *recipe, const struct recipe_form *form);

void recipe_free(struct recipe *recipe);

/* Append a number, or a range, to a list. False: no memory. */
bool recipe_add(struct recipe *recipe, size_t key, firesieve_delay number);
bool recipe_add_range(struct recipe *recipe, size_t key, firesieve_delay low, firesieve_delay high);

/* The first number of a list; the form says that there is one. */
static inline firesieve_delay recipe_number(const struct recipe *recipe, size_t key)
{
    return recipe->lists[key].items[0].low;
}

/* Makes *copy the same. False: no memory; free it all the same. */
bool recipe_copy(struct recipe *copy, const struct recipe *recipe);

bool recipe_same(const struct recipe *a, const struct recipe *b);

/*
 * Append the lines of a recipe, and read them again: `method NAME`, and one line or more for each list that is not
 * empty, in the form's order. `forms` end with NULL. Reading fails where the text is none of these forms or a number
 * is out of its range; whether it goes with a firewall is for its method to say.
 */
void recipe_write(struct record_writer *writer, const struct recipe *recipe);
bool recipe_read(struct record_reader *reader, const struct recipe_form *const *forms, struct recipe *recipe);

/* An item that does not go with the firewall: ARGUMENT, or where it was read RECORD with line and column. */
firesieve_status recipe_refuse(const struct recipe *recipe, size_t key, size_t item, firesieve_error *error,
                               const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
