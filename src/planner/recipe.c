#include "planner/recipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { ITEMS_A_LINE = 16, FORMS_MAX = 8 };

void recipe_free(struct recipe *recipe)
{
    for (size_t key = 0; key < RECIPE_KEYS_MAX; ++key) {
        free(recipe->lists[key].items);
    }
    *recipe = (struct recipe){.form = NULL};
}

static bool append(struct recipe_list *list, struct recipe_item item)
{
    enum { FIRST_CAPACITY = 4 };
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
        struct recipe_item *const items = reallocarray(list->items, capacity, sizeof *items);
        if (items == NULL) {
            return false;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return true;
}

bool recipe_add(struct recipe *recipe, size_t key, firesieve_delay number)
{
    return recipe_add_range(recipe, key, number, number);
}

bool recipe_add_range(struct recipe *recipe, size_t key, firesieve_delay low, firesieve_delay high)
{
    return append(&recipe->lists[key], (struct recipe_item){.low = low, .high = high});
}

bool recipe_copy(struct recipe *copy, const struct recipe *recipe)
{
    *copy = (struct recipe){.form = recipe->form};
    for (size_t key = 0; key < RECIPE_KEYS_MAX; ++key) {
        for (size_t i = 0; i < recipe->lists[key].count; ++i) {
            if (!append(&copy->lists[key], recipe->lists[key].items[i])) {
                return false;
            }
        }
    }
    return true;
}

static bool lists_same(const struct recipe_list *a, const struct recipe_list *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; ++i) {
        same = a->items[i].low == b->items[i].low && a->items[i].high == b->items[i].high;
    }
    return same;
}

bool recipe_same(const struct recipe *a, const struct recipe *b)
{
    bool same = a->form == b->form;
    for (size_t key = 0; key < RECIPE_KEYS_MAX && same; ++key) {
        same = lists_same(&a->lists[key], &b->lists[key]);
    }
    return same;
}

/* ---- The text --------------------------------------------------------------------------------------------- */

void recipe_write(struct record_writer *writer, const struct recipe *recipe)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    record_write(writer, "method %s\n", recipe->form->name);
    for (size_t key = 0; key < recipe->form->key_count; ++key) {
        const struct recipe_list *const list = &recipe->lists[key];
        for (size_t i = 0; i < list->count; ++i) {
            const struct recipe_item *const item = &list->items[i];
            record_write(writer, "%s", i % ITEMS_A_LINE == 0 ? recipe->form->keys[key].name : "");
            record_write(writer, " %s", firesieve_delay_format(item->low, text));
            if (item->low != item->high) {
                record_write(writer, "-%s", firesieve_delay_format(item->high, text));
            }
            record_write(writer, "%s", (i + 1) % ITEMS_A_LINE == 0 || i + 1 == list->count ? "\n" : "");
        }
    }
}

static bool read_item(struct record_reader *reader, const struct recipe_key *key, struct recipe_list *list)
{
    struct recipe_item item = {0};
    const firesieve_delay least = key->ranges && list->count > 0 ? list->items[list->count - 1].high + 1 : key->least;
    const bool read = key->ranges ? record_range(reader, least, key->most, &item.low, &item.high)
                                  : record_delay(reader, least, key->most, &item.low);
    if (!read) {
        return false;
    }
    item.high = key->ranges ? item.high : item.low;
    item.line = reader->line;
    item.column = record_column(reader);
    if (list->count == key->count_most) {
        return record_fail(reader, "expected no more than %zu number%s after '%s'", key->count_most,
                           key->count_most == 1 ? "" : "s", key->name);
    }
    return append(list, item) || record_no_memory(reader);
}

static bool read_list(struct record_reader *reader, const struct recipe_key *key, struct recipe_list *list)
{
    const bool may_be = key->count_most > 0;
    while ((may_be && record_next_is(reader, key->name)) ||
           (list->count < key->count_least && reader->status == FIRESIEVE_OK)) {
        if (!record_line(reader, key->name)) {
            return false;
        }
        do {
            if (!read_item(reader, key, list)) {
                return false;
            }
        } while (record_has_field(reader));
        if (list->count < key->count_least && !record_next_is(reader, key->name)) {
            return record_fail(reader, "expected %zu numbers after '%s'", key->count_least, key->name);
        }
    }
    return reader->status == FIRESIEVE_OK;
}

bool recipe_read(struct record_reader *reader, const struct recipe_form *const *forms, struct recipe *recipe)
{
    const char *names[FORMS_MAX + 1] = {NULL};
    size_t index = 0;
    for (size_t i = 0; i < FORMS_MAX && forms[i] != NULL; ++i) {
        names[i] = forms[i]->name;
    }
    if (!record_line(reader, "method") || !record_choice(reader, names, &index)) {
        return false;
    }
    *recipe = (struct recipe){.form = forms[index]};
    for (size_t key = 0; key < recipe->form->key_count; ++key) {
        if (!read_list(reader, &recipe->form->keys[key], &recipe->lists[key])) {
            return false;
        }
    }
    return true;
}

firesieve_status recipe_refuse(const struct recipe *recipe, size_t key, size_t item, firesieve_error *error,
                               const char *format, ...)
{
    char message[sizeof error->message];
    const struct recipe_list *const list = &recipe->lists[key];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (item >= list->count || list->items[item].line == 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "%s", message);
    }
    return error_set_at(error, FIRESIEVE_ERROR_RECORD, list->items[item].line, list->items[item].column, "%s", message);
}
