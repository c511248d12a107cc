#include <firesieve/firesieve.h>

int main(void)
{
    static const char text[] = "0: 3\n1: 2\n4: 4\n6: 4\n";
    firesieve_firewall *firewall = NULL;
    firesieve_iterator *iterator = NULL;
    firesieve_outcome outcome;
    firesieve_delay delay;
    firesieve_error error = {.message = ""};
    char digits[FIRESIEVE_DELAY_TEXT_SIZE];
    if (firesieve_firewall_parse(text, sizeof text - 1, &firewall, &error) == FIRESIEVE_OK &&
        firesieve_iterator_create(firewall, NULL, &iterator, &error) == FIRESIEVE_OK) {
        while (firesieve_iterator_next(iterator, &outcome, &delay, &error) == FIRESIEVE_OK &&
               outcome == FIRESIEVE_FOUND && delay < 60) { /* or until you have enough of them */
            puts(firesieve_delay_format(delay, digits));
        }
    }
    fputs(error.message, stderr);      /* "" without an error */
    firesieve_iterator_free(iterator); /* before its firewall */
    firesieve_firewall_free(firewall);
}
