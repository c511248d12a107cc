/* What this machine and its operating system say of themselves, as texts; "" where they do not. */
#ifndef FIRESIEVE_ABOUT_SYSTEM_H
#define FIRESIEVE_ABOUT_SYSTEM_H

struct system_facts {
    char distribution[96]; /* "Debian GNU/Linux 12 (bookworm)" */
    char kernel[96];       /* "Linux 6.1.0-18-amd64" */
    char processor[96];    /* "family 25, model 17, stepping 1", or what else the architecture counts CPUs by */
    char microcode[32];    /* "0xa101144" */
    char governor[32];     /* of the clock of the first CPU: "performance" */
    char hypervisor[32];   /* "KVMKVMKVM"; "" also where there is none */
};

/* Looks below `root`, which is "" but for tests. Cost: some files of /proc, /sys and /etc are read. */
void system_look(const char *root, struct system_facts *facts);

#endif
