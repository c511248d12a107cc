/* How this firesieve was built, for reports of measurements and of bugs. */
#ifndef FIRESIEVE_ABOUT_ABOUT_H
#define FIRESIEVE_ABOUT_ABOUT_H

/* Texts of the build, none of them NULL. Versions of libraries are those of the headers it was built with. */
struct build_facts {
    const char *type;         /* "Release" */
    const char *compiler;     /* "GNU 12.2.0" */
    const char *flags;        /* of everything, as the user and the build type have them */
    const char *kernel_flags; /* "scalar: ..., avx2: ...": of the kernels that are native here */
    const char *instruments;  /* sanitizers and coverage, or "none" */
    const char *hardening;    /* "on" or "off" */
    const char *libraries;    /* "SIMDe 0.7.4, ..." */
};

extern const struct build_facts build_facts;

#endif
