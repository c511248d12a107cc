/*
 * What goes between the ranks of a job while they search. Tasks are taken from a counter in rank 0's memory, by
 * one-sided operations. Messages tell rank 0 what is done and found; finds come back, and that the search is over.
 *
 * Only the thread that called MPI_Init_thread may call these. Numbers are sent as they lie in memory: all machines of a
 * job must be of one kind.
 */
#ifndef FIRESIEVE_MPI_EXCHANGE_H
#define FIRESIEVE_MPI_EXCHANGE_H

/* Open MPI's header declares C++ functions that are long gone, and casts in its constants. */
#include <mpi.h>

#include "search/task_pool.h"

enum { EXCHANGE_REPORTS = 100 /* in a message: few enough that MPI sends it without waiting for the receiver */ };

/* From any rank to rank 0. */
struct exchange_report {
    firesieve_delay found; /* the smallest delay this rank knew before it reported what is done */
    uint64_t count;
    struct task_report reports[EXCHANGE_REPORTS];
};

/* What a rank did, which it tells rank 0 when the search is over. */
struct exchange_account {
    uint64_t tasks;
    uint64_t runs; /* that it took from the counter */
    double runs_s; /* spent taking them */
    double idle_s; /* since it had nothing left to do */
    uint64_t messages;
};

struct exchange {
    int rank;
    int size;
    MPI_Win window;
    uint64_t *counter; /* of rank 0 */
    struct exchange_account account;
};

/* All ranks open it together, with the counter at 0, and close it together. */
void exchange_open(struct exchange *exchange);
void exchange_close(struct exchange *exchange);

/* Takes this many tasks from the counter. */
struct task_run exchange_take(struct exchange *exchange, uint64_t tasks);

/* To rank 0. */
void exchange_send_report(struct exchange *exchange, const struct exchange_report *report);
void exchange_send_account(struct exchange *exchange);

/* From rank 0 to all others. */
void exchange_send_found(struct exchange *exchange, firesieve_delay found);
void exchange_send_stop(struct exchange *exchange);

enum exchange_message { EXCHANGE_NOTHING, EXCHANGE_REPORT, EXCHANGE_ACCOUNT, EXCHANGE_FOUND, EXCHANGE_STOP };

/* The content of a message, whatever its kind. */
union exchange_content {
    struct exchange_report report;
    struct exchange_account account;
    firesieve_delay found;
};

/* Receives a message, if one has arrived. */
enum exchange_message exchange_receive(union exchange_content *content);

#endif
