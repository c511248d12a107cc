/* This build, and this machine and its operating system, for reports of measurements and of bugs. */
#ifndef FIRESIEVE_ABOUT_ABOUT_H
#define FIRESIEVE_ABOUT_ABOUT_H

/* Texts about the build, none of them NULL. Library versions are those of the headers it was built with. */
struct build_facts {
    const char *type;         /* "Release" */
    const char *compiler;     /* "GNU 12.2.0" */
    const char *flags;        /* of all files, from the user and the build type */
    const char *kernel_flags; /* "scalar: ..., avx2: ...": of the native kernels */
    const char *instruments;  /* sanitizers and coverage, or "none" */
    const char *hardening;    /* "on" or "off" */
    const char *libraries;    /* "SIMDe 0.7.4, ..." */
};

extern const struct build_facts build_facts;

enum { SYSTEM_WORD_SIZE = 32 };

/* Texts about the system, "" for what it does not report. */
struct system_facts {
    char distribution[96];             /* "Debian GNU/Linux 12 (bookworm)" */
    char kernel[96];                   /* "Linux 6.1.0-18-amd64" */
    char processor[96];                /* "family 25, model 17, stepping 1", or the numbers of another architecture */
    char microcode[32];                /* "0xa101144" */
    char governor[SYSTEM_WORD_SIZE];   /* of the clock of the first CPU: "performance" */
    char hypervisor[SYSTEM_WORD_SIZE]; /* "KVM"; "" also if there is none */
};

/* Reads them below `root`, which is "" except in tests. Cost: reads some files of /proc, /sys and /etc. */
void system_look(const char *root, struct system_facts *facts);

/* Reads the first word of the file `path` below `root`, "" if there is none. */
void system_read_word(const char *root, const char *path, char word[SYSTEM_WORD_SIZE]);

/* Replaces bytes that are not printable ASCII by "?": texts come from anywhere, and terminals obey some of them. */
void text_make_printable(char *text);

#endif
