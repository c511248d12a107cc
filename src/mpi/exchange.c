#include "mpi/exchange.h"

#include <stddef.h>

#include "base/clock.h"

void exchange_open(struct exchange *exchange)
{
    *exchange = (struct exchange){.rank = 0};
    MPI_Comm_rank(MPI_COMM_WORLD, &exchange->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &exchange->size);
    const MPI_Aint size = exchange->rank == 0 ? (MPI_Aint)sizeof *exchange->counter : 0;
    MPI_Win_allocate(size, sizeof *exchange->counter, MPI_INFO_NULL, MPI_COMM_WORLD, &exchange->counter,
                     &exchange->window);
    if (exchange->rank == 0) {
        MPI_Win_lock(MPI_LOCK_EXCLUSIVE, 0, 0, exchange->window);
        *exchange->counter = 0;
        MPI_Win_unlock(0, exchange->window);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Win_lock_all(0, exchange->window);
}

void exchange_close(struct exchange *exchange)
{
    MPI_Win_unlock_all(exchange->window);
    MPI_Win_free(&exchange->window);
}

struct task_run exchange_take(struct exchange *exchange, uint64_t tasks)
{
    uint64_t first;
    const double began = clock_seconds();
    MPI_Fetch_and_op(&tasks, &first, MPI_UINT64_T, 0, 0, MPI_SUM, exchange->window);
    MPI_Win_flush(0, exchange->window);
    exchange->account.runs_s += clock_seconds() - began;
    ++exchange->account.runs;
    exchange->account.tasks += tasks;
    return (struct task_run){first, first + tasks};
}

static void send(struct exchange *exchange, const void *content, size_t size, int rank, enum exchange_message message)
{
    MPI_Send(content, (int)size, MPI_BYTE, rank, (int)message, MPI_COMM_WORLD);
    ++exchange->account.messages;
}

void exchange_send_report(struct exchange *exchange, const struct exchange_report *report)
{
    const size_t size = offsetof(struct exchange_report, reports) + report->count * sizeof report->reports[0];
    send(exchange, report, size, 0, EXCHANGE_REPORT);
}

void exchange_send_account(struct exchange *exchange)
{
    send(exchange, &exchange->account, sizeof exchange->account, 0, EXCHANGE_ACCOUNT);
}

static void send_all(struct exchange *exchange, const void *content, size_t size, enum exchange_message message)
{
    for (int rank = 1; rank < exchange->size; ++rank) {
        send(exchange, content, size, rank, message);
    }
}

void exchange_send_found(struct exchange *exchange, firesieve_delay found)
{
    send_all(exchange, &found, sizeof found, EXCHANGE_FOUND);
}

void exchange_send_stop(struct exchange *exchange)
{
    send_all(exchange, NULL, 0, EXCHANGE_STOP);
}

enum exchange_message exchange_receive(union exchange_content *content)
{
    int arrived;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, &status);
    if (!arrived) {
        return EXCHANGE_NOTHING;
    }
    MPI_Recv(content, (int)sizeof *content, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return (enum exchange_message)status.MPI_TAG;
}
