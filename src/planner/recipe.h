/*
 * A plan as a value: the method, and lists of integers from which any machine, with any kernel, builds the same tables
 * and cuts the same windows and tasks. `explain --plan` writes it, checkpoints keep it, and rank 0 of a cluster sends
 * it to the others.
 */
#ifndef FIRESIEVE_PLANNER_RECIPE_H
#define FIRESIEVE_PLANNER_RECIPE_H

#include "record/record.h"

/* A list of a recipe. */
struct recipe_key {
    const char *name;     /* the first word of its line */
    const char *expected; /* for errors: what an item is */
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
    firesieve_delay high; /* the same, except for ranges */
    uint64_t line;        /* where it was read, from 1; 0: it was not read */
    uint64_t column;
};

struct recipe_list {
    struct recipe_item *items; /* owned */
    size_t count;
    size_t capacity;
};

/* Free with recipe_free. */
struct recipe {
    const struct recipe_form *form; /* NULL: there is no recipe */
    struct recipe_list lists[RECIPE_KEYS_MAX];
};

void recipe_free(struct recipe *recipe);

/* Append a number, or a range, to a list. False: no memory. */
bool recipe_add(struct recipe *recipe, size_t key, firesieve_delay number);
bool recipe_add_range(struct recipe *recipe, size_t key, firesieve_delay low, firesieve_delay high);

/* The first number of a list that has one according to the form. */
static inline firesieve_delay recipe_number(const struct recipe *recipe, size_t key)
{
    return recipe->lists[key].items[0].low;
}

/* Makes *copy the same. False: no memory; free it even so. */
bool recipe_copy(struct recipe *copy, const struct recipe *recipe);

bool recipe_same(const struct recipe *a, const struct recipe *b);

/*
 * Append the lines of a recipe, and read them: `method NAME`, and lines for each list that is not empty, in the form's
 * order. `forms` ends with NULL. Reading fails if the text has none of these forms or a number is out of range; whether
 * the recipe fits a firewall is for its method to check.
 */
void recipe_write(struct record_writer *writer, const struct recipe *recipe);
bool recipe_read(struct record_reader *reader, const struct recipe_form *const *forms, struct recipe *recipe);

/* Refuses an item that does not fit the firewall: ARGUMENT, or if it was read, RECORD with line and column. */
firesieve_status recipe_refuse(const struct recipe *recipe, size_t key, size_t item, firesieve_error *error,
                               const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
