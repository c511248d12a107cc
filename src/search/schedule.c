#include "search/schedule.h"

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
