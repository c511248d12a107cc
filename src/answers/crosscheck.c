#include "answers/crosscheck.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/ranges.h"

/* A growing list of delays. */
struct delays {
    firesieve_delay *items;
    size_t count;
    size_t capacity;
    bool no_memory;
};

/* A range that the oracle has decided. */
struct decided {
    struct range range;
    struct delays delays; /* the safe ones; of the first cycle if only their number is asked for */
    firesieve_delay number;
    bool number_alone;
    double seconds; /* the time of the oracle */
};

struct crosscheck {
    const struct crosscheck_request *request;
    const struct crosscheck_listener *listener;
    struct crosscheck_report *report;
    struct contestant contestants[CONTESTANTS_MAX];
    size_t contestant_count;
    struct answers answers;
    struct decided decided[RANGES_MAX + 1];
    size_t decided_count;
    firesieve_delay late_from; /* the present contestant was late on a range from there on, and skips later ones */
    bool stopped;
};

/* A search for the crosscheck; only method, kernel and range vary. */
struct question {
    struct crosscheck *check;
    struct trial *trial;
    firesieve_search_options options;
    firesieve_search_result result;
};

/* ---- Searching -------------------------------------------------------------------------------------------- */

static bool go_on(struct crosscheck *check)
{
    const struct crosscheck_report *const report = check->report;
    check->stopped = check->stopped || !check->listener->go_on(check->listener->context, report->done, report->planned);
    return !check->stopped;
}

static bool go_on_searching(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return go_on(context);
}

static struct question ask(struct crosscheck *check, struct trial *trial, struct range range)
{
    struct question question = {.check = check, .trial = trial, .options = firesieve_search_defaults()};
    question.options.method = trial->contestant.method;
    question.options.kernel = trial->contestant.kernel;
    question.options.threads = check->request->threads;
    question.options.time_limit_s = check->request->time_limit_s;
    question.options.from = range.from;
    question.options.to = range.to;
    question.options.range_is_given = true;
    question.options.progress = go_on_searching;
    question.options.progress_context = check;
    return question;
}

static bool receive(firesieve_delay delay, void *context)
{
    struct delays *const delays = context;
    if (delays->count == delays->capacity) {
        const size_t capacity = 2 * delays->capacity + 1024;
        firesieve_delay *const grown = reallocarray(delays->items, capacity, sizeof *grown);
        if (grown == NULL) {
            delays->no_memory = true;
            return false;
        }
        delays->items = grown;
        delays->capacity = capacity;
    }
    delays->items[delays->count++] = delay;
    return true;
}

static firesieve_status list(struct question *question, struct delays *delays, firesieve_error *error)
{
    delays->count = 0;
    delays->no_memory = false;
    const firesieve_status status = firesieve_list(question->check->request->firewall, &question->options, receive,
                                                   delays, &question->result, error);
    if (status == FIRESIEVE_OK && delays->no_memory) {
        *error = (firesieve_error){.status = FIRESIEVE_ERROR_MEMORY};
        snprintf(error->message, sizeof error->message, "not enough memory for the delays of a range");
        return FIRESIEVE_ERROR_MEMORY;
    }
    return status;
}

/* Whether it is one of the oracles, which decide one delay after another. */
static bool is_oracle(const struct contestant *contestant)
{
    return contestant->kernel == NULL && !method_uses_kernels(contestant->method);
}

static bool is_over(firesieve_outcome outcome)
{
    return outcome == FIRESIEVE_FOUND || outcome == FIRESIEVE_NONE;
}

/* ---- The oracle ------------------------------------------------------------------------------------------- */

/* Lets the oracle list a range, which is decided if that ends in time. */
static firesieve_status decide(struct crosscheck *check, struct range range, firesieve_error *error)
{
    struct trial oracle = {.contestant = {.method = FIRESIEVE_METHOD_CLOSED_FORM}};
    struct question question = ask(check, &oracle, range);
    struct decided decided = {.range = range};
    const firesieve_status status = list(&question, &decided.delays, error);
    if (status == FIRESIEVE_OK && is_over(question.result.outcome)) {
        decided.number = decided.delays.count;
        decided.seconds = question.result.elapsed_s;
        check->decided[check->decided_count++] = decided;
    } else {
        free(decided.delays.items);
    }
    return status;
}

/* The number of delays below `end`, if those of the first cycle, which ascend, repeat. */
static firesieve_delay count_below(const struct delays *delays, firesieve_delay cycle, firesieve_delay end)
{
    firesieve_delay number = end / cycle * delays->count;
    for (size_t i = 0; i < delays->count && delays->items[i] < end % cycle; ++i) {
        ++number;
    }
    return number;
}

/* Decides very many cycles by one. */
static firesieve_status decide_many_cycles(struct crosscheck *check, firesieve_delay cycle, firesieve_error *error)
{
    const size_t index = check->decided_count;
    const firesieve_status status = decide(check, (struct range){0, cycle}, error);
    if (check->decided_count > index) {
        struct decided *const decided = &check->decided[index];
        struct delays *const delays = &decided->delays;
        decided->range = range_of_many_cycles(check->request->seed);
        decided->number =
            count_below(delays, cycle, decided->range.to) - count_below(delays, cycle, decided->range.from);
        decided->number_alone = true;
    }
    return status;
}

/*
 * Decides the ranges from 0 on. Their first safe delay is the answer that all others must agree with; if they have none
 * and contain a whole cycle, the answer is that there is none.
 */
static firesieve_status decide_first(struct crosscheck *check, firesieve_error *error)
{
    struct ranges ranges;
    struct answers *const answers = &check->answers;
    ranges_choose(&ranges, check->request->firewall, NULL, check->request->seed);
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = 0; i <= RANGE_FIRST && status == FIRESIEVE_OK && go_on(check); ++i) {
        status = decide(check, ranges.items[i], error);
    }
    if (check->decided_count <= RANGE_FIRST) {
        return status;
    }
    const struct decided *const first = &check->decided[RANGE_FIRST];
    if (first->number > 0 || (ranges.cycle != 0 && ranges.cycle <= first->range.to)) {
        answers->answered = true;
        answers->outcome = first->number > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE;
        answers->delay = first->number > 0 ? first->delays.items[0] : 0;
        check->report->confirmed = true;
    }
    return status;
}

/* Decides all other ranges. */
static firesieve_status decide_rest(struct crosscheck *check, firesieve_error *error)
{
    struct ranges ranges;
    const struct answers *const answers = &check->answers;
    const bool found = answers->answered && answers->outcome == FIRESIEVE_FOUND;
    ranges_choose(&ranges, check->request->firewall, found ? &answers->delay : NULL, check->request->seed);
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = RANGE_FIRST + 1; i < ranges.count && status == FIRESIEVE_OK && go_on(check); ++i) {
        status = decide(check, ranges.items[i], error);
    }
    if (status == FIRESIEVE_OK && ranges.cycle != 0 && ranges.cycle <= ranges.width && go_on(check)) {
        status = decide_many_cycles(check, ranges.cycle, error);
    }
    return status;
}

/* ---- Comparing -------------------------------------------------------------------------------------------- */

/* The questions about a range; all of them, or COUNT alone. */
enum command { SOLVE, COUNT, LIST, COMMANDS };

static void report_wrong(const struct question *question, enum command command, struct mismatch *mismatch)
{
    static const char *const names[COMMANDS] = {[SOLVE] = "solve", [COUNT] = "count", [LIST] = "list"};
    const struct crosscheck_listener *const listener = question->check->listener;
    mismatch->contestant = question->trial->contestant;
    mismatch->command = names[command];
    mismatch->from = question->options.from;
    mismatch->to = question->options.to;
    listener->wrong(listener->context, mismatch);
}

static void describe_answer(firesieve_outcome outcome, firesieve_delay delay, char text[MISMATCH_TEXT_SIZE])
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    snprintf(text, MISMATCH_TEXT_SIZE, "%s",
             outcome == FIRESIEVE_FOUND  ? firesieve_delay_format(delay, number)
             : outcome == FIRESIEVE_NONE ? "none"
                                         : "nothing below its limit");
}

/* "17 as number 3", or the end of a list that is shorter. */
static void describe_place(const struct delays *delays, size_t place, char text[MISMATCH_TEXT_SIZE])
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    if (place < delays->count) {
        firesieve_delay_format(delays->items[place], number);
        snprintf(text, MISMATCH_TEXT_SIZE, "%s as number %zu", number, place + 1);
    } else {
        snprintf(text, MISMATCH_TEXT_SIZE, "no number %zu", place + 1);
    }
}

/* Whether an answer about a range is the oracle's, by the texts of both; reports a wrong one. */
static bool is_right(const struct question *question, enum command command, const struct decided *decided,
                     const struct delays *listed)
{
    const firesieve_search_result *const result = &question->result;
    const struct delays *const wanted = &decided->delays;
    struct mismatch mismatch = {.wanted_who = "the oracle"};
    size_t place = 0;
    switch (command) {
    case SOLVE:
        describe_answer(result->outcome, result->delay, mismatch.got);
        describe_answer(wanted->count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE, wanted->count > 0 ? wanted->items[0] : 0,
                        mismatch.wanted);
        break;
    case COUNT:
        firesieve_delay_format(result->count, mismatch.got);
        firesieve_delay_format(decided->number, mismatch.wanted);
        break;
    case LIST:
    case COMMANDS:
        while (place < listed->count && place < wanted->count && listed->items[place] == wanted->items[place]) {
            ++place;
        }
        describe_place(listed, place, mismatch.got);
        describe_place(wanted, place, mismatch.wanted);
        break;
    }
    const bool right = strcmp(mismatch.got, mismatch.wanted) == 0;
    if (!right) {
        report_wrong(question, command, &mismatch);
    }
    return right;
}

/* ---- A method on a kernel --------------------------------------------------------------------------------- */

static void refuse(struct trial *trial, const firesieve_error *error)
{
    trial->refused = true;
    snprintf(trial->why, sizeof trial->why, "%s", error->message);
}

/* An oracle that can start in the range takes as long as the one that decided it; one that cannot never gets there. */
static void limit_oracle(struct question *question, const struct decided *decided)
{
    static const double least_s = 0.05;
    enum { TIMES = 10 };
    const double most = least_s + TIMES * decided->seconds;
    if (is_oracle(&question->trial->contestant)) {
        question->options.time_limit_s = fmin(question->options.time_limit_s, most);
    }
}

/* Asks one question about a range, and compares the answers. */
static firesieve_status try_command(struct question *question, const struct decided *decided, enum command command,
                                    firesieve_error *error)
{
    const firesieve_firewall *const firewall = question->check->request->firewall;
    struct trial *const trial = question->trial;
    struct delays got = {.items = NULL};
    const firesieve_status status =
        command == SOLVE   ? firesieve_solve(firewall, &question->options, &question->result, error)
        : command == COUNT ? firesieve_count(firewall, &question->options, &question->result, error)
                           : list(question, &got, error);
    ++question->check->report->done;
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        refuse(trial, error);
    } else if (status == FIRESIEVE_OK && is_over(question->result.outcome)) {
        const bool right = is_right(question, command, decided, &got);
        trial->right += right;
        trial->wrong += !right;
    } else if (status == FIRESIEVE_OK && question->result.outcome == FIRESIEVE_LIMIT) {
        ++trial->late;
        question->check->late_from = question->options.from;
    }
    free(got.items);
    return status == FIRESIEVE_ERROR_ARGUMENT ? FIRESIEVE_OK : status;
}

static firesieve_status try_ranges(struct crosscheck *check, struct trial *trial, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    check->late_from = FIRESIEVE_DELAY_END;
    for (size_t i = 0; i < check->decided_count; ++i) {
        const struct decided *const decided = &check->decided[i];
        for (int command = SOLVE; command < COMMANDS && status == FIRESIEVE_OK; ++command) {
            if (decided->number_alone && command != COUNT) {
                continue;
            }
            if (trial->refused || !go_on(check)) {
                return FIRESIEVE_OK;
            }
            if (decided->range.from >= check->late_from) {
                ++trial->late;
                ++check->report->done;
                continue;
            }
            struct question question = ask(check, trial, decided->range);
            limit_oracle(&question, decided);
            status = try_command(&question, decided, (enum command)command, error);
        }
    }
    return status;
}

/*
 * Whether it would waste time to search all delays: for an oracle, if they are all caught or the first safe one is very
 * far, and for a method that was late on a wider kernel.
 */
static bool is_hopeless(const struct crosscheck *check, const struct trial *trial, const struct trial *before)
{
    static const double oracle_delays_s = 2e9; /* more than one ever decides */
    const struct answers *const answers = &check->answers;
    const double most = check->request->time_limit_s * oracle_delays_s;
    if (answers->answered && is_oracle(&trial->contestant) &&
        (answers->outcome == FIRESIEVE_NONE || (double)answers->delay > most)) {
        return true;
    }
    return before != NULL && before->contestant.method == trial->contestant.method &&
           (!before->tried || before->answer.outcome == FIRESIEVE_LIMIT);
}

/* Searches all delays. */
static firesieve_status try_all_delays(struct crosscheck *check, struct trial *trial, const struct trial *before,
                                       firesieve_error *error)
{
    struct answers *const answers = &check->answers;
    const bool by_oracle = check->report->confirmed;
    ++check->report->done;
    trial->answer_agrees = true;
    if (before != NULL && before->refused && before->contestant.method == trial->contestant.method) {
        trial->refused = true;
        memcpy(trial->why, before->why, sizeof trial->why);
        return FIRESIEVE_OK;
    }
    if (is_hopeless(check, trial, before)) {
        return FIRESIEVE_OK;
    }
    struct question question = ask(check, trial, (struct range){0, FIRESIEVE_DELAY_END});
    const firesieve_status status = firesieve_solve(answers->firewall, &question.options, &question.result, error);
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        refuse(trial, error);
        return FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    trial->tried = true;
    trial->answer = question.result;
    trial->answer_agrees = answers_agree(answers, &trial->answer);
    check->report->confirmed |= is_over(trial->answer.outcome) && trial->answer.kernel == NULL &&
                                !method_uses_kernels(trial->contestant.method);
    if (!trial->answer_agrees) {
        struct mismatch mismatch = {.wanted_who = by_oracle ? "the oracle" : "others"};
        describe_answer(trial->answer.outcome, trial->answer.delay, mismatch.got);
        describe_answer(answers->answered ? answers->outcome : FIRESIEVE_LIMIT, answers->delay, mismatch.wanted);
        report_wrong(&question, SOLVE, &mismatch);
    }
    return FIRESIEVE_OK;
}

/* ---- All of them ------------------------------------------------------------------------------------------ */

static void add_contestant(struct crosscheck *check, firesieve_method method, const firesieve_kernel *kernel)
{
    if (check->contestant_count < CONTESTANTS_MAX) {
        check->contestants[check->contestant_count++] = (struct contestant){method, kernel};
    }
}

/* Adds wide kernels first, since they are the fastest, and emulated ones last. */
static void add_kernels(struct crosscheck *check, firesieve_method method)
{
    const struct crosscheck_request *const request = check->request;
    for (int emulated = 0; emulated < 2; ++emulated) {
        for (size_t i = firesieve_kernel_count(); i-- > 0;) {
            const firesieve_kernel *const kernel = firesieve_kernel_at(i);
            if (firesieve_kernel_emulated(kernel) == (emulated != 0) && firesieve_kernel_runs_here(kernel) &&
                request->includes(request->includes_context, kernel)) {
                add_contestant(check, method, kernel);
            }
        }
    }
}

static void add_contestants(struct crosscheck *check)
{
    for (int i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        const firesieve_method method = (firesieve_method)i;
        const bool uses_kernels = method_uses_kernels(method);
        if (!uses_kernels || (method == FIRESIEVE_METHOD_AUTO && check->request->unasked)) {
            add_contestant(check, method, NULL);
        }
        if (uses_kernels) {
            add_kernels(check, method);
        }
    }
}

static size_t plan(const struct crosscheck *check)
{
    size_t searches = 1;
    for (size_t i = 0; i < check->decided_count; ++i) {
        searches += check->decided[i].number_alone ? 1 : COMMANDS;
    }
    return searches * check->contestant_count;
}

/* Once the first one has found an answer, the oracle decides the other ranges, one of them around it. */
static firesieve_status try_contestants(struct crosscheck *check, firesieve_error *error)
{
    const struct crosscheck_listener *const listener = check->listener;
    struct crosscheck_report *const report = check->report;
    struct trial trials[2] = {{.tried = false}, {.tried = false}};
    firesieve_status status = decide_first(check, error);
    for (size_t i = 0; i < check->contestant_count && status == FIRESIEVE_OK && go_on(check); ++i) {
        struct trial *const trial = &trials[i % 2];
        *trial = (struct trial){.contestant = check->contestants[i]};
        report->done = i * report->planned / check->contestant_count; /* refusals skip some */
        status = try_all_delays(check, trial, i == 0 ? NULL : &trials[(i + 1) % 2], error);
        if (status == FIRESIEVE_OK && i == 0 && go_on(check)) {
            status = decide_rest(check, error);
            report->planned = plan(check);
        }
        if (status == FIRESIEVE_OK && !trial->refused) {
            status = try_ranges(check, trial, error);
        }
        report->right += trial->right + (trial->tried && is_over(trial->answer.outcome) && trial->answer_agrees);
        report->wrong += trial->wrong + !trial->answer_agrees;
        listener->ended(listener->context, trial);
    }
    return status;
}

firesieve_status crosscheck_run(const struct crosscheck_request *request, const struct crosscheck_listener *listener,
                                struct crosscheck_report *report, firesieve_error *error)
{
    *report = (struct crosscheck_report){.outcome = FIRESIEVE_LIMIT};
    struct crosscheck *const check = calloc(1, sizeof *check);
    if (check == NULL) {
        *error = (firesieve_error){.status = FIRESIEVE_ERROR_MEMORY};
        snprintf(error->message, sizeof error->message, "not enough memory to compare answers");
        return FIRESIEVE_ERROR_MEMORY;
    }
    check->request = request;
    check->listener = listener;
    check->report = report;
    check->answers.firewall = request->firewall;
    add_contestants(check);
    report->planned = (1 + (RANGES_MAX - 1) * COMMANDS) * check->contestant_count; /* roughly; plan() knows */
    const firesieve_status status = try_contestants(check, error);
    report->ranges = check->decided_count;
    report->outcome = check->stopped            ? FIRESIEVE_CANCELLED
                      : check->answers.answered ? check->answers.outcome
                                                : FIRESIEVE_LIMIT;
    report->delay = check->answers.delay;
    for (size_t i = 0; i < check->decided_count; ++i) {
        free(check->decided[i].delays.items);
    }
    free(check);
    return status;
}
