#include <firesieve/firesieve.h>

static bool receive(firesieve_delay delay, void *context)
{
    int *left = context;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    puts(firesieve_delay_format(delay, text));
    return --*left > 0; /* false: enough */
}

int main(int argc, char **argv)
{
    firesieve_firewall *firewall = NULL;
    firesieve_search_result result;
    firesieve_error error = {.message = "usage: list FILE"};
    firesieve_search_options options = firesieve_search_defaults();
    int left = 5;
    options.from = 20; /* up to options.to, by default 2^127 */
    if (argc != 2 || firesieve_firewall_open(argv[1], &firewall, &error) != FIRESIEVE_OK ||
        firesieve_list(firewall, &options, receive, &left, &result, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    firesieve_firewall_free(firewall);
}
