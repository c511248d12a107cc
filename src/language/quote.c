/* What lines a firewall in the residue form has, for whoever wants to quote them. */
#include <inttypes.h>
#include <stdio.h>

#include "language/form.h"
#include "language/intervals.h"

void line_write_simple(uint64_t modulus, uint64_t residue, char *text)
{
    snprintf(text, FIRESIEVE_LINE_ROOM, "x mod %" PRIu64 " != %" PRIu64, modulus, residue);
}

firesieve_class firesieve_firewall_class(const firesieve_firewall *firewall, size_t index)
{
    const struct residue_class class = firewall_class(firewall, index);
    return (firesieve_class){.modulus = class.modulus, .residue = class.residue};
}

size_t firesieve_firewall_line_count(const firesieve_firewall *firewall)
{
    const struct residue_form *const form = form_of(firewall);
    return form == NULL ? 0 : form->simple_count + form->line_count;
}

/* ---- The order of lines ------------------------------------------------------------------------------- */

/* A place in the texts. */
struct place {
    uint64_t source;
    uint64_t number;
};

static bool is_before(struct place left, struct place right)
{
    return left.source != right.source ? left.source < right.source : left.number < right.number;
}

static struct place place_of_line(const struct residue_form *form, size_t line)
{
    return (struct place){form->lines[line].source, form->lines[line].number};
}

static struct place place_of_run(const struct residue_form *form, size_t run)
{
    return (struct place){form->runs[run].source, form->runs[run].number};
}

/* How many of the lines that are no classes of their own stand before a place. */
static size_t lines_before(const struct residue_form *form, struct place place)
{
    size_t low = 0;
    size_t high = form->line_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(place_of_line(form, middle), place)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How many of the others do, of which runs stand on lines that follow each other. */
static size_t classes_before(const struct residue_form *form, struct place place)
{
    size_t low = 0;
    size_t high = form->run_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(place_of_run(form, middle), place)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return 0;
    }
    const struct simple_run *const run = &form->runs[low - 1];
    const size_t end = low < form->run_count ? form->runs[low].first : form->simple_count;
    const uint64_t length = run->source == place.source ? place.number - run->number : UINT64_MAX;
    return length < end - run->first ? run->first + (size_t)length : end;
}

/* The last run that begins at or before class `index`, below simple_count. */
static const struct simple_run *find_run(const struct residue_form *form, size_t index)
{
    size_t low = 0;
    size_t high = form->run_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (form->runs[middle].first <= index) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &form->runs[low];
}

static struct place place_of_class(const struct residue_form *form, size_t index)
{
    const struct simple_run *const run = find_run(form, index);
    return (struct place){run->source, run->number + (index - run->first)};
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

static void describe_class(const firesieve_firewall *firewall, size_t index, firesieve_line *line)
{
    const struct place place = place_of_class(form_of(firewall), index);
    line_write_simple(firewall->classes[index].modulus, firewall->classes[index].residue, line->room);
    line->text = line->room;
    line->source_index = (size_t)place.source;
    line->number = place.number;
    line->first_class = index;
    line->class_count = 1;
    line->whole = true;
    line->range = false;
}

static void describe_line(const struct line *own, firesieve_line *line)
{
    line->text = own->text;
    line->source_index = own->source;
    line->number = own->number;
    line->first_class = own->first_class;
    line->class_count = own->class_count;
    line->range = own->kind == LINE_FROM || own->kind == LINE_TO;
    line->whole = !own->partly && !line->range;
}

/* The first line of those that are no classes of their own which has at least so many lines before it. */
void firesieve_firewall_line(const firesieve_firewall *firewall, size_t index, firesieve_line *line)
{
    const struct residue_form *const form = form_of(firewall);
    size_t low = 0;
    size_t high = form->line_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (middle + classes_before(form, place_of_line(form, middle)) < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < form->line_count && low + classes_before(form, place_of_line(form, low)) == index) {
        describe_line(&form->lines[low], line);
    } else {
        describe_class(firewall, index - low, line);
    }
    line->source = form->sources[line->source_index];
}

/* The last line that begins at or before the class: those behind it without classes begin where it ends. */
static size_t find_line(const struct residue_form *form, size_t index)
{
    size_t low = 0;
    size_t high = form->line_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (form->lines[middle].first_class <= index) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t firesieve_firewall_line_of(const firesieve_firewall *firewall, size_t index)
{
    const struct residue_form *const form = form_of(firewall);
    if (index < form->simple_count) {
        return index + lines_before(form, place_of_class(form, index));
    }
    const size_t line = find_line(form, index);
    return line + classes_before(form, place_of_line(form, line));
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

void firesieve_firewall_range(const firesieve_firewall *firewall, firesieve_delay *from, firesieve_delay *to)
{
    const struct residue_form *const form = form_of(firewall);
    *from = form == NULL ? 0 : form->asked_from;
    *to = form == NULL ? FIRESIEVE_NO_END : form->asked_to;
}

void firesieve_firewall_view(const firesieve_firewall *firewall, firesieve_residues_view *view)
{
    const struct residue_form *const form = form_of(firewall);
    *view = (firesieve_residues_view){.listed = 0};
    if (form == NULL) {
        return;
    }
    view->listed = intervals_size(form->listed, form->listed_count);
    view->progressions = form->branch_count;
    view->step = form->branch_count == 0 ? 0 : form->branches[0].step;
}
