#include <string.h>

#include "language/form.h"

static const struct {
    const char *of_layers;
    const char *of_residues;
} reasons[] = {
    {"the layers of one period cover all its residues", "the lines forbid every residue of one modulus"},
    {"the layers of a few periods cover all residues modulo their least common multiple",
     "the lines of a few moduli forbid all residues modulo their least common multiple"},
    {"the layers cover every residue modulo the least common multiple of their periods",
     "the lines forbid every residue modulo the least common multiple of their moduli"},
    {"layers whose periods have no prime in common with those of others catch every delay by themselves",
     "lines whose moduli have no prime in common with those of others forbid every x by themselves"},
    {"every branch of a tree of residue classes ends in a layer that catches all of it",
     "every branch of a tree of residue classes ends in a line that forbids all of it"},
    {"every delay of one cycle of all scanners together is caught, and later ones repeat it",
     "every x of one cycle of all moduli together is forbidden, and later ones repeat it"},
    {"n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
     "n classes that contain 2^n consecutive integers contain all (Crittenden and Vanden Eynden 1970)"},
    {"every delay of the range is caught", "no x of the range satisfies the lines"},
    {"every delay of the range, which ends at 2^127, is caught, and nothing proves that larger ones are",
     "no x of the range, which ends at 2^127, satisfies the lines, and nothing proves that no larger one does"},
    {"every delay below 2^127 is caught, but some larger one is safe",
     "no x below 2^127 satisfies the lines, but some larger one does"},
};

const char *reason_of_residues(const char *reason)
{
    for (size_t i = 0; reason != NULL && i < sizeof reasons / sizeof reasons[0]; ++i) {
        if (strcmp(reason, reasons[i].of_layers) == 0) {
            return reasons[i].of_residues;
        }
    }
    return reason;
}
