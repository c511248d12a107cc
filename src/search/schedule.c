#include "search/schedule.h"

struct schedule schedule_start(const struct plan *plan, enum search_goal goal, const struct frontier *frontier,
                               firesieve_delay middle, firesieve_delay end, unsigned threads)
{
    return (struct schedule){
        .plan = plan,
        .request = {.begin = frontier->reached, .goal = goal, .threads = threads},
        .resumed = frontier->in_window ? &frontier->window : NULL,
        .middle = middle,
        .end = end,
    };
}

bool schedule_next(struct schedule *schedule, struct scheduled *window)
{
    struct window_request *const request = &schedule->request;
    if (request->begin >= schedule->end) {
        return false;
    }
    const struct window_frontier *const resumed = schedule->resumed;
    uint64_t tasks;
    if (resumed != NULL) {
        window->shape = resumed->shape;
        tasks = resumed->begun_count + (resumed->shape.tasks - resumed->next_task);
    } else {
        request->to = request->begin < schedule->middle ? schedule->middle : schedule->end;
        schedule->plan->method->shape(schedule->plan->tables, request, &window->shape);
        tasks = window->shape.tasks;
    }
    window->resumed = resumed;
    window->numbers = (struct task_run){schedule->next_number, schedule->next_number + tasks};
    schedule->next_number += tasks;
    schedule->resumed = NULL;
    request->begin = window->shape.end;
    return true;
}
