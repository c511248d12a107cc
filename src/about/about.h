/* How this firesieve was built, for reports of measurements and of bugs. */
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

#endif
