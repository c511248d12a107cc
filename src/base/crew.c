#include "base/crew.h"

#include <stdlib.h>

static void *run_member(void *argument)
{
    const struct crew_member *const member = argument;
    member->function(member->context, member->number);
    return NULL;
}

unsigned crew_start(struct crew *crew, unsigned wanted, crew_function *function, void *context)
{
    *crew = (struct crew){.members = calloc(wanted, sizeof *crew->members)};
    while (crew->members != NULL && crew->size < wanted) {
        struct crew_member *const member = &crew->members[crew->size];
        *member = (struct crew_member){.function = function, .context = context, .number = crew->size + 1};
        if (pthread_create(&member->thread, NULL, run_member, member) != 0) {
            break;
        }
        ++crew->size;
    }
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
