#include <firesieve/firesieve.h>

static bool show(const firesieve_progress *progress, void *context)
{
    const double *patience_s = context;
    fprintf(stderr, "\r%3.0f %% of this window, %.1f s", 100 * progress->share, progress->elapsed_s);
    return progress->elapsed_s < *patience_s; /* false: stop */
}

int main(void)
{
    firesieve_firewall *firewall = NULL;
    firesieve_generate_options family = firesieve_generate_defaults(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result = {0};
    double patience_s = 0.2;
    family.k = 350; /* takes long */
    options.progress = show;
    options.progress_context = &patience_s;
    if (firesieve_firewall_generate(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &family, &firewall, NULL) == FIRESIEVE_OK &&
        firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK) {
        puts(result.outcome == FIRESIEVE_CANCELLED ? "\ncancelled" : "\nfound");
    }
    firesieve_firewall_free(firewall);
}
