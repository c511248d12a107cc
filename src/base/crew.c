#include "base/crew.h"

#include <stdlib.h>

/*
 * Members need about 30 KB of stack, and more with sanitizers. By default a thread gets the size that `ulimit -s`
 * reports, which counts towards RLIMIT_AS and RLIMIT_DATA before any of it is used: a few threads would use up the
 * memory that a search needs.
 */
enum { STACK_SIZE = 1 << 19 };

static void *run_member(void *argument)
{
    const struct crew_member *const member = argument;
    member->function(member->context, member->number);
    return NULL;
}

unsigned crew_start(struct crew *crew, unsigned wanted, crew_function *function, void *context)
{
    *crew = (struct crew){.members = calloc(wanted, sizeof *crew->members)};
    pthread_attr_t attributes;
    if (crew->members == NULL || pthread_attr_init(&attributes) != 0) {
        return crew->size;
    }
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (crew->size < wanted) {
        struct crew_member *const member = &crew->members[crew->size];
        *member = (struct crew_member){.function = function, .context = context, .number = crew->size + 1};
        if (pthread_create(&member->thread, &attributes, run_member, member) != 0) {
            break;
        }
        ++crew->size;
    }
    pthread_attr_destroy(&attributes);
    return crew->size;
}

void crew_join(struct crew *crew)
{
    for (unsigned i = 0; i < crew->size; ++i) {
        pthread_join(crew->members[i].thread, NULL);
    }
    free(crew->members);
    *crew = (struct crew){0};
}
