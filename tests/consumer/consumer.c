/* Another project's program, whose functions have the same names as some inside the library. */
#include <firesieve/firesieve.h>
#include <string.h>

int hash_bytes(void);
int error_fill(void);
int plan_make(void);
int GetX86Info(void); /* of cpu_features */

int hash_bytes(void)
{
    return 1;
}

int error_fill(void)
{
    return 2;
}

int plan_make(void)
{
    return 3;
}

int GetX86Info(void)
{
    return 4;
}

static bool receive(firesieve_delay delay, void *context)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    (void)context;
    puts(firesieve_delay_format(delay, text));
    return true;
}

int main(void)
{
    static const firesieve_layer layers[] = {{0, 3}, {1, 2}, {4, 4}, {6, 4}};
    firesieve_firewall *firewall;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error;
    firesieve_status status = firesieve_firewall_build(layers, 4, &firewall, &error);
    if (status == FIRESIEVE_OK) {
        options.to = 40;
        status = firesieve_list(firewall, &options, receive, NULL, &result, &error);
        firesieve_firewall_free(firewall);
    }
    if (status != FIRESIEVE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("%d\n", hash_bytes() + error_fill() + plan_make() + GetX86Info());
    return strcmp(firesieve_version(), FIRESIEVE_VERSION) != 0;
}
