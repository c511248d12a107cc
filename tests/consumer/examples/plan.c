#include <firesieve/firesieve.h>

int main(int argc, char **argv)
{
    firesieve_firewall *firewall = NULL;
    firesieve_plan *chosen = NULL;
    firesieve_plan *plan = NULL;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error = {.message = "no delay is safe"};
    char digits[FIRESIEVE_DELAY_TEXT_SIZE];
    size_t size;
    if (argc == 2 && firesieve_firewall_open(argv[1], &firewall, &error) == FIRESIEVE_OK &&
        firesieve_plan_choose(firewall, NULL, &chosen, &error) == FIRESIEVE_OK && chosen != NULL) {
        const char *const text = firesieve_plan_text(chosen, &size); /* to keep, or for another machine, which then: */
        if (firesieve_plan_parse(firewall, text, size, &plan, &error) == FIRESIEVE_OK) {
            options.plan = plan;
        }
    }
    if (options.plan != NULL && firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_OK &&
        result.outcome == FIRESIEVE_FOUND) {
        printf("safe at delay %s\n", firesieve_delay_format(result.delay, digits));
    } else {
        fprintf(stderr, "%s\n", error.message);
    }
    firesieve_plan_free(plan);
    firesieve_plan_free(chosen);
    firesieve_firewall_free(firewall);
}
