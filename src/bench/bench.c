#include "bench/bench.h"

bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel) &&
           (only == NULL || kernel == only || kernel == firesieve_kernel_at(0));
}

static bool go_on_searching(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return rounds_go_on(context, 0);
}

void bench_watch_search(struct rounds_watch *watch, firesieve_search_options *options)
{
    options->progress = go_on_searching;
    options->progress_context = watch;
}
