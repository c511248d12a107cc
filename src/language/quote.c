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

/* The last run that begins at or before class `index`. */
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

void firesieve_firewall_line(const firesieve_firewall *firewall, size_t index, firesieve_line *line)
{
    const struct residue_form *const form = form_of(firewall);
    if (index < form->simple_count) {
        const struct simple_run *const run = find_run(form, index);
        line_write_simple(firewall->classes[index].modulus, firewall->classes[index].residue, line->room);
        line->text = line->room;
        line->source_index = run->source;
        line->number = run->number + (index - run->first);
        line->first_class = index;
        line->class_count = 1;
        line->whole = true;
        line->range = false;
    } else {
        const struct line *const own = &form->lines[index - form->simple_count];
        line->text = own->text;
        line->source_index = own->source;
        line->number = own->number;
        line->first_class = own->first_class;
        line->class_count = own->class_count;
        line->range = own->kind == LINE_FROM || own->kind == LINE_TO;
        line->whole = !own->partly && !line->range;
    }
    line->source = form->sources[line->source_index];
}

/* The last line that begins at or before the class, and is not without any. */
size_t firesieve_firewall_line_of(const firesieve_firewall *firewall, size_t index)
{
    const struct residue_form *const form = form_of(firewall);
    if (index < form->simple_count) {
        return index;
    }
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
    return form->simple_count + low;
}

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
