#include <firesieve/firesieve.h>

int main(void)
{
    const firesieve_layer layers[] = {{0, 3}, {1, 2}, {4, 4}, {6, 4}}; /* depth, range */
    firesieve_firewall *firewall = NULL;
    firesieve_search_result result;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (firesieve_firewall_build(layers, 4, &firewall, NULL) == FIRESIEVE_OK &&
        firesieve_solve(firewall, NULL, &result, NULL) == FIRESIEVE_OK && result.outcome == FIRESIEVE_FOUND) {
        puts(firesieve_delay_format(result.delay, text)); /* 10 */
    }
    firesieve_firewall_free(firewall);
}
