#include "certificate/part.h"

#include "base/delay.h"
#include "base/error.h"
#include "language/form.h"

struct certificate_part part_of(const firesieve_firewall *firewall, const struct certificate_head *head)
{
    const struct residue_form *const form = form_of(firewall);
    struct certificate_part part = {.high = FIRESIEVE_DELAY_END, .begin = head->from, .end = head->to};
    firesieve_delay direct_end = 0;
    if (form != NULL) {
        part.low = delay_min(form->from, FIRESIEVE_DELAY_END);
        part.high = delay_min(form->to, FIRESIEVE_DELAY_END);
        part.within = part.low > head->from || part.high < head->to;
        part.begin = part.low > head->from ? part.low : head->from;
        part.end = delay_min(part.high, head->to);
        direct_end = form->direct_end;
    }
    if (head->claim == FIRESIEVE_CLAIM_FOUND) {
        part.end = delay_min(part.end, head->delay + 1);
    }
    part.begin = delay_min(part.begin, part.end);
    part.windows = delay_min(direct_end > part.begin ? direct_end : part.begin, part.end);
    return part;
}

void part_write(struct record_writer *writer, const struct certificate_part *part)
{
    char low[FIRESIEVE_DELAY_TEXT_SIZE];
    char high[FIRESIEVE_DELAY_TEXT_SIZE];
    if (part->within) {
        record_write(writer, "within %s %s\n", firesieve_delay_format(part->low, low),
                     firesieve_delay_format(part->high, high));
    }
    if (part->windows > part->begin) {
        record_write(writer, "small %s\n", firesieve_delay_format(part->windows, high));
    }
}

bool part_ask(const firesieve_firewall *firewall, const struct certificate_part *part, struct watch *watch,
              struct part_answers *answers)
{
    const struct go_on go_on = watch_asked(watch);
    *answers = (struct part_answers){.count = 0};
    for (firesieve_delay x = part->begin; x < part->windows; ++x) {
        if (!go_on_ask(go_on)) {
            return false;
        }
        if (form_accepts(form_of(firewall), x) && form_holds(firewall, x)) { /* the first is quick, and drops most */
            answers->first = answers->count == 0 ? x : answers->first;
            ++answers->count;
        }
    }
    return true;
}

bool part_contradicts(const struct certificate_head *head, const struct certificate_part *part,
                      const struct part_answers *answers)
{
    if (head->claim == FIRESIEVE_CLAIM_COUNT) {
        return false;
    }
    const bool is_small = head->claim == FIRESIEVE_CLAIM_FOUND && head->delay < part->windows;
    return is_small ? answers->count != 1 || answers->first != head->delay : answers->count != 0;
}

firesieve_status part_check(const firesieve_firewall *firewall, const firesieve_search_options *options,
                            firesieve_error *error)
{
    const struct residue_form *const form = form_of(firewall);
    const char *refusal = NULL;
    if (options->filter != NULL) {
        refusal = "a search with a filter of its caller has no certificate, since nobody else can apply that filter";
    } else if (form != NULL && options->method == FIRESIEVE_METHOD_SIMULATE) {
        refusal =
            "the method simulate steps scanners, and residues have none; closed-form looks at one number after the "
            "other";
    } else if (form != NULL && form->listed != NULL) {
        refusal = "there is no certificate for a search whose lines leave numbers to be looked at one by one";
    } else if (form != NULL && form->branch_count != 0) {
        refusal = "there is no certificate for a search whose lines leave progressions to be searched";
    }
    return refusal == NULL ? FIRESIEVE_OK : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "%s", refusal);
}
