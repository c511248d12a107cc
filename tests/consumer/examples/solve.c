#include <firesieve/firesieve.h>

int main(void)
{
    const firesieve_layer layers[] = {{0, 3}, {1, 2}, {4, 4}, {6, 4}}; /* depth, range */
    firesieve_firewall *firewall;
    firesieve_search_result result;
    firesieve_error error;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (firesieve_firewall_build(layers, 4, &firewall, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    firesieve_status status = firesieve_solve(firewall, NULL, &result, &error); /* NULL: the default options */
    if (status != FIRESIEVE_OK) {
        fprintf(stderr, "%s\n", error.message);
    } else if (result.outcome == FIRESIEVE_FOUND) {
        printf("safe at delay %s\n", firesieve_delay_format(result.delay, text));
    } else {
        printf("never safe: %s\n", result.reason);
    }
    firesieve_firewall_free(firewall);
    return status != FIRESIEVE_OK;
}
