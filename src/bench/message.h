/* What was wrong, as a sentence. */
#ifndef FIRESIEVE_BENCH_MESSAGE_H
#define FIRESIEVE_BENCH_MESSAGE_H

struct bench_message {
    char text[1024];
};

void bench_say(struct bench_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
