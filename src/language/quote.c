/* The lines of a firewall in the residue form, for quoting. */
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

/* Whether item `i` of a form is before a place that `index` means; true for all items up to one, then false. */
typedef bool is_before(const struct residue_form *form, size_t i, size_t index);

/* How many of `count` items are before a place, by bisection. */
static size_t count_before(const struct residue_form *form, size_t count, is_before *before, size_t index)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (before(form, middle, index)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Line i is number i + simple_before among all lines, simple ones included. */
static bool line_is_before_line(const struct residue_form *form, size_t i, size_t index)
{
    return i + form->lines[i].simple_before < index;
}

static bool line_is_before_simple(const struct residue_form *form, size_t i, size_t class)
{
    return form->lines[i].simple_before <= class;
}

static bool line_begins_by(const struct residue_form *form, size_t i, size_t class)
{
    return form->lines[i].first_class <= class;
}

static bool run_begins_by(const struct residue_form *form, size_t i, size_t class)
{
    return form->runs[i].first <= class;
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

static void describe_simple(const firesieve_firewall *firewall, size_t class, firesieve_line *line)
{
    const struct residue_form *const form = form_of(firewall);
    const struct simple_run *const run = &form->runs[count_before(form, form->run_count, run_begins_by, class) - 1];
    line_write_simple(firewall->classes[class].modulus, firewall->classes[class].residue, line->room);
    line->text = line->room;
    line->source_index = run->source;
    line->number = run->number + (class - run->first);
    line->first_class = class;
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

void firesieve_firewall_line(const firesieve_firewall *firewall, size_t index, firesieve_line *line)
{
    const struct residue_form *const form = form_of(firewall);
    const size_t i = count_before(form, form->line_count, line_is_before_line, index);
    if (i < form->line_count && i + form->lines[i].simple_before == index) {
        describe_line(&form->lines[i], line);
    } else {
        describe_simple(firewall, index - i, line);
    }
    line->source = form->sources[line->source_index];
}

/* Lines without classes begin where the one before them ends: the last line that begins by the class has it. */
size_t firesieve_firewall_line_of(const firesieve_firewall *firewall, size_t index)
{
    const struct residue_form *const form = form_of(firewall);
    if (index < form->simple_count) {
        return index + count_before(form, form->line_count, line_is_before_simple, index);
    }
    const size_t line = count_before(form, form->line_count, line_begins_by, index) - 1;
    return line + form->lines[line].simple_before;
}

/* ---- The firewall ------------------------------------------------------------------------------------- */

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
    if (form != NULL) {
        view->listed = intervals_size(form->listed, form->listed_count);
        view->progressions = form->branch_count;
        view->step = form->branch_count == 0 ? 0 : form->branches[0].step;
    }
}
