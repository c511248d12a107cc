#include "random_lines.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewalls.h"
#include "shapes.h"

/* A line under construction. */
struct writer {
    struct random_state *random;
    firesieve_delay x;
    char *line;
    size_t size;
};

static uint64_t draw(struct writer *writer, uint64_t low, uint64_t high)
{
    return random_between(writer->random, low, high);
}

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* clang-tidy 14 loses sight of the line above. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    writer->size += (size_t)vsnprintf(writer->line + writer->size, RANDOM_LINE_SIZE - writer->size, format, arguments);
    va_end(arguments);
    cr_assert(writer->size < RANDOM_LINE_SIZE, "a line is too long: %s", writer->line);
}

/* Optional blanks, or a required one. */
static void put_blank(struct writer *writer, bool needed)
{
    static const char *const blanks[] = {" ", " ", " ", " ", "  ", "\t", "", ""};
    put(writer, "%s", blanks[draw(writer, 0, needed ? 5 : COUNT_OF(blanks) - 1)]);
}

static void put_word(struct writer *writer, const char *word)
{
    put_blank(writer, true);
    put(writer, "%s", word);
    put_blank(writer, true);
}

/* ---- Numbers ---------------------------------------------------------------------------------------------- */

/* 1_234_567, with groups of any length. */
static void put_grouped(struct writer *writer, firesieve_delay number)
{
    char digits[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay_format(number, digits);
    for (const char *at = digits; *at != '\0'; ++at) {
        put(writer, "%c%s", *at, at[1] != '\0' && coin(writer->random, 3) ? "_" : "");
    }
}

/* 5000 as 5e3, if it ends with zeros. */
static void put_scaled(struct writer *writer, firesieve_delay number)
{
    unsigned zeros = 0;
    for (; number != 0 && number % 10 == 0; number /= 10) {
        ++zeros;
    }
    put(writer, "%s", SHOW(number));
    if (zeros > 0) {
        put(writer, "e%u", zeros);
    }
}

static void put_number(struct writer *writer, firesieve_delay number)
{
    const uint64_t other = draw(writer, 1, 9);
    switch (draw(writer, 0, 9)) {
    case 0:
        put_grouped(writer, number);
        break;
    case 1:
        put_scaled(writer, number);
        break;
    case 2:
        put(writer, "(%s)", SHOW(number));
        break;
    case 3:
        put(writer, "%s/%" PRIu64, SHOW(number * other), other);
        break;
    case 4:
        put(writer, "%s + %" PRIu64 " *%" PRIu64, SHOW(number), UINT64_C(0), other);
        break;
    case 5:
        put(writer, "2^%" PRIu64 "+%s - 2 ^ %" PRIu64, other, SHOW(number), other);
        break;
    case 6:
        put(writer, "00%s", SHOW(number));
        break;
    default:
        put(writer, "%s", SHOW(number));
    }
}

/* A number that is `residue` modulo the modulus: the residue, a negative number, or one not below the modulus. */
static void put_residue(struct writer *writer, uint64_t residue, uint64_t modulus)
{
    const uint64_t turns = draw(writer, 1, 3);
    switch (draw(writer, 0, 5)) {
    case 0:
        put(writer, "-");
        put_number(writer, (firesieve_delay)modulus * turns - residue);
        break;
    case 1:
        put_number(writer, (firesieve_delay)modulus * turns + residue);
        break;
    case 2:
        put(writer, "%" PRIu64 " - %s", residue, SHOW((firesieve_delay)modulus * turns));
        break;
    default:
        put_number(writer, residue);
    }
}

/* ---- Sets ------------------------------------------------------------------------------------------------- */

static uint64_t near(struct writer *writer, uint64_t residue, uint64_t modulus)
{
    const uint64_t distance = draw(writer, 0, 40) % modulus;
    return coin(writer->random, 2) ? (residue + distance) % modulus : (residue + modulus - distance) % modulus;
}

/* Numbers and ranges of residues; they may overlap, repeat, and pass 0. */
static void put_residue_set(struct writer *writer, uint64_t modulus)
{
    const uint64_t place = (uint64_t)(writer->x % modulus);
    put(writer, "{");
    for (uint64_t left = draw(writer, 1, 6); left > 0; --left) {
        const uint64_t residue = coin(writer->random, 3) ? draw(writer, 0, modulus - 1) : near(writer, place, modulus);
        put_blank(writer, false);
        if (coin(writer->random, 3)) {
            const uint64_t width = coin(writer->random, 9) ? draw(writer, 0, modulus + 1) : draw(writer, 0, 60);
            const int64_t low = coin(writer->random, 2) ? (int64_t)residue : (int64_t)residue - (int64_t)modulus;
            put(writer, "%" PRId64 "..%s%s", low, low < 0 && (uint64_t)-low > width ? "-" : "",
                low < 0 && (uint64_t)-low > width ? SHOW((firesieve_delay)(uint64_t)-low - width)
                                                  : SHOW((firesieve_delay)width + (firesieve_delay)(__int128)low));
        } else {
            put_residue(writer, residue, modulus);
        }
        put_blank(writer, false);
        put(writer, "%s", left > 1 ? "," : "");
    }
    put(writer, "}");
}

static void put_shift_set(struct writer *writer)
{
    const bool spread = coin(writer->random, 8);
    put(writer, "{");
    for (uint64_t left = draw(writer, 1, 4); left > 0; --left) {
        const int64_t shift = (int64_t)draw(writer, 0, 30) * 2 - 30;
        put(writer, "%" PRId64, shift);
        if (spread) {
            put(writer, "..%" PRId64, shift + 2);
        }
        put(writer, "%s", left > 1 ? ", " : "");
    }
    put(writer, "}");
}

/* Sets of allowed or forbidden x. */
static void put_value_set(struct writer *writer)
{
    put(writer, "{");
    for (uint64_t left = draw(writer, 1, 5); left > 0; --left) {
        const firesieve_delay low = writer->x + draw(writer, 0, 3000);
        const firesieve_delay end = FIRESIEVE_DELAY_END - 1;
        const firesieve_delay high = low + (coin(writer->random, 3) ? draw(writer, 0, 900000) : draw(writer, 0, 500));
        if (coin(writer->random, 6)) {
            put(writer, "-%" PRIu64 "..%s", draw(writer, 1, 9), SHOW(low < end ? low : end));
        } else if (coin(writer->random, 2)) {
            put(writer, "%s..%s", SHOW(low < end ? low : end), SHOW(high < end ? high : end));
        } else {
            put_number(writer, low < end / 16 ? low : end / 16);
        }
        put(writer, "%s", left > 1 ? "," : "");
    }
    put(writer, "}");
}

/* ---- Lines ------------------------------------------------------------------------------------------------ */

static uint64_t draw_modulus(struct writer *writer)
{
    switch (draw(writer, 0, 7)) {
    case 0:
        return draw(writer, 1, 4);
    case 1:
    case 2:
    case 3:
        return draw(writer, 2, 60);
    case 4:
        return draw(writer, 50, 3000);
    case 5:
        return draw(writer, 1, UINT64_C(1) << draw(writer, 10, 24));
    case 6:
        return UINT64_C(1) << draw(writer, 0, 62);
    default:
        return (UINT64_C(1) << 62) - draw(writer, 0, 1000);
    }
}

static void write_modular(struct writer *writer)
{
    const uint64_t modulus = draw_modulus(writer);
    put(writer, "x");
    put_word(writer, "mod");
    put_number(writer, modulus);
    switch (draw(writer, 0, 6)) {
    case 0:
        put_blank(writer, false);
        put(writer, "=");
        put_blank(writer, false);
        put_residue(writer, near(writer, (uint64_t)(writer->x % modulus), modulus), modulus);
        break;
    case 1:
    case 2:
        put_blank(writer, false);
        put(writer, "!=");
        put_blank(writer, false);
        put_residue(writer, near(writer, (uint64_t)(writer->x % modulus), modulus), modulus);
        break;
    case 3:
        put_word(writer, "in");
        put_residue_set(writer, modulus);
        break;
    case 4:
        put_word(writer, "not in");
        put_residue_set(writer, modulus);
        break;
    case 5:
        put_word(writer, "square");
        break;
    default:
        put_word(writer, "nonsquare");
    }
}

/* x, x + 3, x - 3 + 1, x + {0, 2} or x - {0, 2}. */
static void write_added(struct writer *writer)
{
    put(writer, "x");
    switch (draw(writer, 0, 4)) {
    case 0:
        break;
    case 1:
        put_blank(writer, false);
        put(writer, "+ ");
        put_number(writer, draw(writer, 0, 60));
        break;
    case 2:
        put(writer, " - %" PRIu64 "+%" PRIu64, draw(writer, 0, 60), draw(writer, 0, 60));
        break;
    case 3:
        put(writer, " +");
        put_shift_set(writer);
        break;
    default:
        put(writer, "- ");
        put_shift_set(writer);
    }
}

static void write_coprime(struct writer *writer)
{
    write_added(writer);
    put(writer, " coprime  to ");
    put_number(writer, draw_modulus(writer));
}

static void write_prime(struct writer *writer)
{
    write_added(writer);
    put_word(writer, "prime");
}

static void write_values(struct writer *writer)
{
    put(writer, "x %s ", coin(writer->random, 3) ? "in" : "not in");
    put_value_set(writer);
}

static void write_power(struct writer *writer)
{
    put(writer, "x not %s", coin(writer->random, 2) ? "square" : "power");
}

/* Lines with p. */
static void write_loop(struct writer *writer)
{
    static const char *const beginnings[] = {
        "x mod p square",
        "x mod p nonsquare",
        "x mod p != 1",
        "x mod p not in {0, p-1}",
        "x mod p not in {-p..-p+1, 3}",
        "x mod p in {1..p-1}",
        "x mod p in {0..p/1 - 2, 2*p-1}",
        "x mod p^2 != p",
        "x mod 2^p != 2^(p-1)-1",
        "x mod 2*p+1 not in {p..p+1}",
        "x mod 360 != p",
        "x mod p*(p+1)/2 != -p",
        "x mod p^4 != p^3",
        "x mod (p+1)^5 not in {7..p}",
        "x coprime to p",
        "x + {0, 4} coprime to p",
        "x - 3 coprime to p+1",
    };
    const uint64_t low = draw(writer, 1, 12);
    put(writer, "%s for %sp in ", beginnings[draw(writer, 0, COUNT_OF(beginnings) - 1)],
        coin(writer->random, 2) ? "primes " : "");
    put_number(writer, low);
    put(writer, "..%" PRIu64, low + draw(writer, 0, 40));
}

/* The line is written. NOLINTNEXTLINE(readability-non-const-parameter) */
void random_line(struct random_state *random, firesieve_delay x, char line[RANDOM_LINE_SIZE])
{
    static void (*const kinds[])(struct writer * writer) = {
        write_modular, write_modular, write_modular, write_modular, write_coprime,
        write_prime,   write_values,  write_power,   write_loop,    write_loop,
    };
    struct writer writer = {.random = random, .x = x, .line = line, .size = 0};
    kinds[random_between(random, 0, COUNT_OF(kinds) - 1)](&writer);
}

bool line_holds_for(const char *line, firesieve_delay x)
{
    firesieve_firewall *const firewall = parse_firewall(line);
    const bool holds = !firesieve_firewall_catches(firewall, x);
    firesieve_firewall_free(firewall);
    return holds;
}

char *random_text(struct random_state *random, firesieve_delay x)
{
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", " # x mod 2 = 7\n", "#\n", "\n\n", "  \t\n# note\n"};
    char *const text = calloc(RANDOM_TEXT_LINES_MAX, RANDOM_LINE_SIZE + 32);
    cr_assert(text != NULL);
    size_t size = 0;
    for (uint64_t left = random_between(random, 1, RANDOM_TEXT_LINES_MAX); left > 0; --left) {
        char line[RANDOM_LINE_SIZE];
        int tries = 30;
        do {
            random_line(random, x, line);
        } while (tries-- > 0 && !line_holds_for(line, x));
        size +=
            (size_t)sprintf(text + size, "%s%s%s", coin(random, 5) ? "\t " : "", line,
                            left == 1 && coin(random, 2) ? "" : ends[random_between(random, 0, COUNT_OF(ends) - 1)]);
    }
    return text;
}
