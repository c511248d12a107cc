/* Solves the example of the puzzle with the installed library. */
#include <firesieve/firesieve.h>
#include <string.h>

int main(void)
{
    static const char text[] = "0: 3\n1: 2\n4: 4\n6: 4\n";
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {.line = 0};
    firesieve_search_result result;
    const firesieve_search_options options = firesieve_search_defaults();
    if (firesieve_firewall_parse(text, strlen(text), &firewall, &error) != FIRESIEVE_OK ||
        firesieve_solve(firewall, &options, &result, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "error: %s\n", error.message);
        firesieve_firewall_free(firewall);
        return 1;
    }
    puts(firesieve_delay_format(result.delay, delay));
    firesieve_firewall_free(firewall);
    return 0;
}
