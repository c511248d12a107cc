/* Lines of residues: their meaning, their errors, and that the way a text is read makes no difference. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewalls.h"
#include "random_lines.h"
#include "support/kernels.h"
#include "texts.h"

/* A text that may hold NUL bytes. */
#define TEXT(literal) (literal), sizeof(literal) - 1

/* ---- Meaning ---------------------------------------------------------------------------------------------- */

static bool always(uint64_t x)
{
    (void)x;
    return true;
}

static bool never(uint64_t x)
{
    (void)x;
    return false;
}

static bool is_square(uint64_t x)
{
    uint64_t root = 0;
    while (root * root < x) {
        ++root;
    }
    return root * root == x;
}

static bool is_no_square(uint64_t x)
{
    return !is_square(x);
}

static bool is_no_power(uint64_t x)
{
    bool power = x < 2;
    for (uint64_t base = 2; base * base <= x; ++base) {
        for (uint64_t at = base * base; at <= x; at *= base) {
            power = power || at == x;
        }
    }
    return !power;
}

static bool is_prime(uint64_t x)
{
    for (uint64_t divisor = 2; divisor < x; ++divisor) {
        if (x % divisor == 0) {
            return false;
        }
    }
    return x > 1;
}

static bool is_twin(uint64_t x)
{
    return is_prime(x) && is_prime(x + 2);
}

static bool is_prime_above(uint64_t x)
{
    return is_prime(x + 4);
}

static bool is_prime_below(uint64_t x)
{
    return x >= 4 && is_prime(x - 4);
}

static bool is_prime_between(uint64_t x)
{
    return x >= 2 && is_prime(x - 2) && is_prime(x + 2);
}

static bool is_1_mod_7(uint64_t x)
{
    return x % 7 == 1;
}

static bool is_not_1_mod_7(uint64_t x)
{
    return x % 7 != 1;
}

static bool is_6_mod_7(uint64_t x)
{
    return x % 7 == 6;
}

static bool is_124_mod_7(uint64_t x)
{
    return x % 7 == 1 || x % 7 == 2 || x % 7 == 4;
}

static bool is_not_124_mod_7(uint64_t x)
{
    return !is_124_mod_7(x);
}

static bool is_356_mod_7(uint64_t x)
{
    return x % 7 == 3 || x % 7 == 5 || x % 7 == 6;
}

static bool is_5_to_9_mod_12(uint64_t x)
{
    return x % 12 >= 5 && x % 12 <= 9;
}

static bool is_10_to_2_mod_12(uint64_t x)
{
    return x % 12 >= 10 || x % 12 <= 2;
}

static bool is_square_mod_15(uint64_t x)
{
    return x % 15 == 1 || x % 15 == 4 || x % 15 == 6 || x % 15 == 9 || x % 15 == 10;
}

static bool is_no_square_mod_15(uint64_t x)
{
    return x % 15 != 0 && !is_square_mod_15(x);
}

static bool is_1_mod_8_or_4(uint64_t x)
{
    return x % 8 == 1 || x % 8 == 4;
}

static bool is_coprime_to_6(uint64_t x)
{
    return x % 2 != 0 && x % 3 != 0;
}

static bool are_coprime_to_6(uint64_t x)
{
    return is_coprime_to_6(x) && is_coprime_to_6(x + 2);
}

static bool below_is_coprime_to_6(uint64_t x)
{
    return is_coprime_to_6(x + 5); /* x - 1 */
}

static bool are_below_coprime_to_6(uint64_t x)
{
    return is_coprime_to_6(x + 5) && is_coprime_to_6(x + 1);
}

static bool is_listed(uint64_t x)
{
    return x == 3 || (x >= 7 && x <= 9) || x == 1000;
}

static bool is_not_listed(uint64_t x)
{
    return !is_listed(x);
}

static bool is_square_mod_3_to_7(uint64_t x)
{
    return x % 3 == 1 && (x % 5 == 1 || x % 5 == 4) && is_124_mod_7(x);
}

static bool is_no_multiple_of_3_to_7(uint64_t x)
{
    return x % 3 != 0 && x % 4 != 0 && x % 5 != 0 && x % 6 != 0 && x % 7 != 0;
}

static bool is_neither_end_of_3_and_5(uint64_t x)
{
    return x % 3 == 1 && x % 5 != 0 && x % 5 != 4;
}

static bool is_extremal_3(uint64_t x)
{
    return x % 8 == 7;
}

static bool is_far_from_2_and_3(uint64_t x)
{
    return x % 25 != 2 && x % 25 != 3;
}

static const struct meaning {
    const char *text;
    bool (*holds)(uint64_t x);
} meanings[] = {
    {"x mod 7 = 1", is_1_mod_7},
    {"x mod 7=1", is_1_mod_7},
    {"\t x\tmod   7 \t=  1  ", is_1_mod_7},
    {"x mod 7 = 8", is_1_mod_7},
    {"x mod 7 = -6", is_1_mod_7},
    {"x mod 7 = 7_000_001", is_1_mod_7},
    {"x mod 7 = 7e20+1", is_1_mod_7},
    {"x mod 7 = 2^120", is_1_mod_7},
    {"x mod 7 = -2^120", is_6_mod_7},
    {"x mod 2^3-1 = (2 + 4)/2 - 2", is_1_mod_7},
    {"x mod (7) = 1 # seven", is_1_mod_7},
    {"x mod 7 = 1#", is_1_mod_7},
    {"x mod 7 != 1", is_not_1_mod_7},
    {"x mod 7!=1", is_not_1_mod_7},
    {"x mod 07 != 15", is_not_1_mod_7},
    {"x mod 7 != -6", is_not_1_mod_7},
    {"x mod 7 in {1,2,4}", is_124_mod_7},
    {"x mod 7 in{ 1 ,2,4 }", is_124_mod_7},
    {"x mod 7 in {1..2, 4}", is_124_mod_7},
    {"x mod 7 in {-3, 8..9, 1}", is_124_mod_7},
    {"x mod 7 in {4, 2, 1, 2, 11}", is_124_mod_7},
    {"x mod 7 not in {1,2,4}", is_not_124_mod_7},
    {"x mod 7 not  in {-6..-5, -3}", is_not_124_mod_7},
    {"x mod 7 square", is_124_mod_7},
    {"x mod 7 nonsquare", is_356_mod_7},
    {"x mod 15 square", is_square_mod_15},
    {"x mod 15 nonsquare", is_no_square_mod_15},
    {"x mod 8 square", is_1_mod_8_or_4},
    {"x mod 1 square", never},
    {"x mod 1 nonsquare", never},
    {"x mod 1 = 0", always},
    {"x mod 1 = 5", always},
    {"x mod 1 != 0", never},
    {"x mod 12 in {5..9}", is_5_to_9_mod_12},
    {"x mod 12 in {-7..-3}", is_5_to_9_mod_12},
    {"x mod 12 in {10..14}", is_10_to_2_mod_12},
    {"x mod 12 in {-2..2}", is_10_to_2_mod_12},
    {"x mod 12 in {-2..-1, 0..2}", is_10_to_2_mod_12},
    {"x mod 12 not in {3..9}", is_10_to_2_mod_12},
    {"x mod 12 not in {-9..-3}", is_10_to_2_mod_12},
    {"x mod 12 in {0..11}", always},
    {"x mod 12 in {5..16}", always},
    {"x mod 12 in {-2^127..2^127}", always},
    {"x mod 12 not in {0..10^30}", never},
    {"x mod 12 not in {1..12}", never},
    {"x mod 2^62 in {0..2^40}", always},
    {"x mod 2^62 != 2^61", always},
    {"x coprime to 6", is_coprime_to_6},
    {"x coprime to 12", is_coprime_to_6},
    {"x coprime to 1", always},
    {"x + 0 coprime to 6", is_coprime_to_6},
    {"x + 6 coprime to 6", is_coprime_to_6},
    {"x - 1 coprime to 6", below_is_coprime_to_6},
    {"x + -1 coprime to 6", below_is_coprime_to_6},
    {"x - 3 + 2 coprime to 6", below_is_coprime_to_6},
    {"x - (3 - 2) coprime to 6", below_is_coprime_to_6},
    {"x + {0, 2} coprime to 6", are_coprime_to_6},
    {"x+{0,2}coprime to 6", are_coprime_to_6},
    {"x - {0, -2} coprime to 6", are_coprime_to_6},
    {"x - {1, 5} coprime to 6", are_below_coprime_to_6},
    {"x + {0..1} coprime to 6", never},
    {"x prime", is_prime},
    {"x + 0 prime", is_prime},
    {"x + {0, 2} prime", is_twin},
    {"x + 4 prime", is_prime_above},
    {"x - 4 prime", is_prime_below},
    {"x - {4} prime", is_prime_below},
    {"x + {-2, 2} prime", is_prime_between},
    {"x not square", is_no_square},
    {"x not power", is_no_power},
    {"x in {3, 7..9, 1000}", is_listed},
    {"x in {-5..-1, 1000, 3, 8..9, 7..8}", is_listed},
    {"x not in {3, 7..9, 1000}", is_not_listed},
    {"x in {-5}", never},
    {"x in {0..10^30}", always},
    {"x not in {-5}", always},
    {"x mod p square for primes p in 3..7", is_square_mod_3_to_7},
    {"x mod p square for primes p in 3..10", is_square_mod_3_to_7},
    {"x mod p != 0 for p in 3..7", is_no_multiple_of_3_to_7},
    {"x coprime to p for primes p in 2..3", is_coprime_to_6},
    {"x coprime to p for p in 2..4", is_coprime_to_6},
    {"x coprime to p for primes p in 1..4", is_coprime_to_6},
    {"x - 1 coprime to p for primes p in 2..4", below_is_coprime_to_6},
    {"x mod p not in {0, p-1} for primes p in 3..5", is_neither_end_of_3_and_5},
    {"x mod p in {1..p-2} for primes p in 3..5", is_neither_end_of_3_and_5},
    {"x mod p not in {p-1..p} for primes p in 3..6", is_neither_end_of_3_and_5},
    {"x mod 2^p != 2^(p-1)-1 for p in 1..3", is_extremal_3},
    {"x mod 7 in {1, 2, p} for p in 4..4", is_124_mod_7},
    {"x mod p^2 not in {2..p-2} for primes p in 5..6", is_far_from_2_and_3},
    {"x mod p^2 not in {2..p-2, p+p..p} for primes p in 5..6", is_far_from_2_and_3},
    {"x mod p square for primes p in 8..10", always},
    {"x mod 7 in {1,2}\nx mod 7 in {2,4,1}\n\nx mod 7 not in {2}", is_1_mod_7},
    {"x mod 12 in {5..11}\r\nx mod 12 in {0..9}\r\n", is_5_to_9_mod_12},
    {"# x mod 2 = 1\n\n  # and so on\n x prime\nx+2 prime", is_twin},
    {"\xef\xbb\xbf"
     "x mod 7 = 1\n",
     is_1_mod_7},
    {"\xef\xbb\xbf\r\n \t# x\r\n\tx mod 7 = 1", is_1_mod_7},
    {"from 0\nx mod 7 = 1", is_1_mod_7},
    {"to 2^127\nx mod 7 = 1\nfrom 0", is_1_mod_7},
};

enum { X_END = 1200 };

struct listing {
    const struct meaning *meaning;
    uint64_t next;
};

static bool receive(firesieve_delay x, void *context)
{
    struct listing *const listing = context;
    while (listing->next < X_END && !listing->meaning->holds(listing->next)) {
        ++listing->next;
    }
    cr_assert(x == listing->next, "%s: %s instead of %" PRIu64, listing->meaning->text, SHOW(x), listing->next);
    ++listing->next;
    return true;
}

static void check_meaning(const struct meaning *meaning, const firesieve_firewall *firewall)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error = {0};
    struct listing listing = {meaning, 0};
    uint64_t count = 0;
    for (uint64_t x = 0; x < X_END; ++x) {
        cr_assert(firesieve_firewall_catches(firewall, x) != meaning->holds(x), "%s: %" PRIu64, meaning->text, x);
        count += meaning->holds(x);
    }
    options.to = X_END;
    cr_assert(firesieve_list(firewall, &options, receive, &listing, &result, &error) == FIRESIEVE_OK, "%s: %s",
              meaning->text, error.message);
    cr_assert(result.count == count, "%s: %s instead of %" PRIu64, meaning->text, SHOW(result.count), count);
}

Test(lines_of_residues, have_their_meaning_however_they_are_read)
{
    for (size_t i = 0; i < COUNT_OF(meanings); ++i) {
        for (enum text_way way = TEXT_IN_MEMORY; way < TEXT_WAYS; ++way) {
            struct text_outcome outcome = read_text(meanings[i].text, strlen(meanings[i].text), way);
            cr_assert(outcome.status == FIRESIEVE_OK, "%s, %s: %s", meanings[i].text, text_way_name(way),
                      outcome.error.message);
            check_meaning(&meanings[i], outcome.firewall);
            firesieve_firewall_free(outcome.firewall);
        }
    }
}

/* ---- Errors ----------------------------------------------------------------------------------------------- */

#define NOT_BEGUN "expected a line that begins with x, from or to, found "
#define NOT_BEHIND_X "expected mod, +, -, coprime, prime, in or not after x, found "
#define NOT_BEHIND_MODULUS "expected =, !=, in, not in, square or nonsquare after the modulus, found "
#define NO_NUMBER "expected a number, or p, found "
#define NO_END "expected the end of the line, found "
#define NO_LINE "expected at least one line that constrains x, found the end of the input"
#define NO_LAYER "expected a layer `depth: range`, both in decimal, found "

static const struct rejection {
    const char *text;
    size_t size;
    uint64_t line;
    uint64_t column;
    const char *message;
} rejections[] = {
    {TEXT("x"), 1, 2, NOT_BEHIND_X "the end of the line"},
    {TEXT("x mod 7 = 1\nx mod"), 2, 6, NO_NUMBER "the end of the line"},
    {TEXT("x mod 7 = 1\n\n  x mod 7 in {1, 2\n"), 3, 19, "expected ',' or '}', found the end of the line"},
    {TEXT("x mod 7 = 1\r\nx mod 7 =\r\n"), 2, 10, NO_NUMBER "the end of the line"},
    {TEXT("x mod 7 = 1\r\nx mod 7 =\r"), 2, 10, NO_NUMBER "the end of the line"},
    {TEXT("x mod 7 = 1\rx mod 7 = 2\n"), 1, 12, NO_END "byte 0x0d"},
    {TEXT("x mod 7 = 1 \r \n"), 1, 13, NO_END "byte 0x0d"},
    {TEXT("# a\r\n\r \nx mod 7 = 1\n"), 2, 1, NOT_BEGUN "byte 0x0d"},
    {TEXT("\r\r\n\n # b\n\tx mod 7 1\n"), 1, 1, NOT_BEGUN "byte 0x0d"},
    {TEXT("\n\r0: 3\n"), 2, 1, NO_LAYER "byte 0x0d"},
    {TEXT("\n \r\r\n0: 3\n"), 2, 2, NO_LAYER "byte 0x0d"},
    {TEXT("x mod 7 = 1\nX mod 7 = 1\n"), 2, 1, "expected a line that begins with a lowercase x, from or to, found 'X'"},
    {TEXT("x mod 7 = 1\n0: 3\n"), 2, 1,
     "expected a line that begins with x, from or to (layers belong in a text of their own), found '0'"},
    {TEXT("0: 3\nx mod 7 = 1\n"), 2, 1, NO_LAYER "'x'"},
    {TEXT("x mod 7 = 1 # one\nx mod 5 1 # two"), 2, 9, NOT_BEHIND_MODULUS "'1'"},
    {TEXT("\xef\xbb\xbf"
          "x mod 7 1"),
     1, 9, NOT_BEHIND_MODULUS "'1'"},
    {TEXT("x mod 7 = 1\n\xef\xbb\xbf"
          "x mod 5 = 1"),
     2, 1, NOT_BEGUN "a byte order mark"},
    {TEXT("from 5"), 1, 7, NO_LINE},
    {TEXT("from 5\n"), 2, 1, NO_LINE},
    {TEXT("from 5\nto 7 # x\n\n"), 4, 1, NO_LINE},
    {TEXT("from 5\n  # x mod 7 = 1"), 2, 16, NO_LINE},
    {TEXT("x mod p != (p-1)/2 for p in 3..5\nx mod 5 = 1\n"), 1, 12,
     "expected a division without a remainder for every p, found none for p = 4"},
    {TEXT("x mod (2^130\t) = 1"), 1, 7,
     "expected a number below 2^128, found '(2^130 )'"}, /* a tab cannot be printed */
    {TEXT("x mod 5 = 1\n\n\tx mod p-4 = 1 for p in 3..5"), 3, 8,
     "expected a modulus from 1 to 2^62, found -1 for p = 3"},
    {TEXT("x mod p-4 = 1 for p in 3..5\nx mod\n"), 2, 6,
     NO_NUMBER "the end of the line"}, /* the text already read comes first */
    /* NUL bytes, and other texts that begin with letters. */
    {TEXT("x\0"), 1, 2, NOT_BEHIND_X "a NUL byte"},
    {TEXT("x mod 7 = 1\n\0"), 2, 1, NOT_BEGUN "a NUL byte"},
    {TEXT("x mod 7 = 1\0"), 1, 12, NO_END "a NUL byte"},
    {TEXT("x mod 7 = 1 # \0\n"), 1, 15, NO_END "a NUL byte"},
    {TEXT("x mod 7 = 1\n # \0\n"), 2, 4, NO_END "a NUL byte"},
    {TEXT("x mod 7 != 1\0\n"), 1, 13, NO_END "a NUL byte"},
    {TEXT("x mod 7 in {1\0}\n"), 1, 14, "expected ',' or '}', found a NUL byte"},
    {TEXT("\xff\xfe"
          "x\0 \0m\0o\0d\0"),
     1, 1, NO_LAYER "UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE | firesieve solve"},
    {TEXT("x\0 \0m\0o\0d\0"), 1, 2, NOT_BEHIND_X "a NUL byte"},
    {TEXT("BZh91AY"), 1, 1, NO_LAYER "bzip2 data; unpack it first: bzip2 -dc FILE | firesieve solve"},
    {TEXT("PK\x03\x04"), 1, 1, NO_LAYER "a zip archive; unpack it first: unzip -p FILE | firesieve solve"},
    {TEXT("firesieve-plan 1\n"), 1, 1, NO_LAYER "a plan; --plan takes it, with the firewall as FILE"},
    {TEXT("firesieve\n"), 1, 1, NOT_BEGUN "'firesieve'"},
    {TEXT("PK\n"), 1, 1, NOT_BEGUN "'PK'"},
    {TEXT("a very long word, and what stands behind it"), 1, 1, NOT_BEGUN "'a'"},
    {TEXT("averyveryverylongwordthatgoesonandonandon"), 1, 1, NOT_BEGUN "'averyveryverylongwordtha...'"},
    {TEXT("x mod 7 = 1 averyveryverylongwordthatgoesonandonandon"), 1, 13, NO_END "'averyveryverylongwordtha...'"},
};

static void check_rejection(size_t index, enum text_way way)
{
    const struct rejection *const expected = &rejections[index];
    const struct text_outcome outcome = read_text(expected->text, expected->size, way);
    const firesieve_error *const error = &outcome.error;
    cr_assert(outcome.status == FIRESIEVE_ERROR_INPUT, "row %zu, %s: accepted \"%s\"", index, text_way_name(way),
              expected->text);
    cr_assert(error->status == FIRESIEVE_ERROR_INPUT);
    cr_assert(error->line == expected->line && error->column == expected->column,
              "row %zu, %s: \"%s\" at %" PRIu64 ":%" PRIu64 " instead of %" PRIu64 ":%" PRIu64, index,
              text_way_name(way), expected->text, error->line, error->column, expected->line, expected->column);
    cr_assert(strcmp(error->message, expected->message) == 0, "row %zu, %s: \"%s\"\ngives    %s\nexpected %s", index,
              text_way_name(way), expected->text, error->message, expected->message);
}

Test(lines_of_residues, that_are_wrong_are_reported_with_their_position)
{
    for (enum text_way way = TEXT_IN_MEMORY; way < TEXT_WAYS; ++way) {
        for (size_t i = 0; i < COUNT_OF(rejections); ++i) {
            check_rejection(i, way);
        }
    }
}

/* If parts of a text are cut out or overwritten, all ways of reading it agree, and an error has a position in it. */
Test(lines_of_residues, that_are_damaged_give_the_same_result_however_they_are_read)
{
    enum { CASES = 300 };
    unsigned refused = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        char *const text = random_text(&random, random_between(&random, 0, 1000));
        size_t size = strlen(text);
        const size_t at = random_between(&random, 0, size - 1);
        const size_t cut = random_between(&random, 0, 1) * random_between(&random, 1, size - at);
        if (cut > 0) {
            memmove(text + at, text + at + cut, size - at - cut);
            size -= cut;
        } else {
            text[at] = "x mod7={}.,-+*/^p\n\r#\0\x80"[random_between(&random, 0, 22)];
        }
        const struct text_outcome held = read_text(text, size, TEXT_IN_MEMORY);
        for (enum text_way way = TEXT_IN_FILE; way <= TEXT_BY_SEVEN_BYTES; ++way) {
            const struct text_outcome read = read_text(text, size, way);
            cr_assert(held.status == read.status && held.error.line == read.error.line &&
                          held.error.column == read.error.column && strcmp(held.error.message, read.error.message) == 0,
                      "FIRESIEVE_TEST_SEED=%" PRIu64 ", %s: %s\n%s\n%.*s", seed, text_way_name(way), held.error.message,
                      read.error.message, (int)size, text);
            firesieve_firewall_free(read.firewall);
        }
        refused += held.status != FIRESIEVE_OK;
        firesieve_firewall_free(held.firewall);
        free(text);
    }
    cr_assert(refused > CASES / 4 && refused < CASES, "%u were refused", refused);
}

/* ---- Long ones -------------------------------------------------------------------------------------------- */

/* A descriptor is read in blocks of 128 KiB. Lines, sets and comments may be longer, with an error at the end. */
Test(lines_of_residues, may_be_longer_than_a_block)
{
    enum { BLOCK = 1 << 17, ITEMS = 60000 };
    static const char *const ends[] = {"}", "} # x", "}\nx mod 3 = 1", ",}", "} }", "", "}\nx mod 3 = ", ", 1e}"};
    char *const text = malloc(8 * ITEMS + BLOCK);
    cr_assert(text != NULL);
    for (size_t row = 0; row < COUNT_OF(ends); ++row) {
        size_t size = (size_t)sprintf(text, "x mod 2^61-1 not in {0");
        for (unsigned i = 1; i < ITEMS; ++i) {
            size += (size_t)sprintf(text + size, ",%u", 3 * i);
        }
        size += (size_t)sprintf(text + size, "%s", ends[row]);
        const struct text_outcome held = read_text(text, size, TEXT_IN_MEMORY);
        for (enum text_way way = TEXT_IN_FILE; way <= TEXT_IN_PIPE; ++way) {
            const struct text_outcome read = read_text(text, size, way);
            cr_assert(held.status == (row < 3 ? FIRESIEVE_OK : FIRESIEVE_ERROR_INPUT), "%s: %s", ends[row],
                      held.error.message);
            cr_assert(held.status == read.status && held.error.line == read.error.line &&
                          held.error.column == read.error.column && strcmp(held.error.message, read.error.message) == 0,
                      "%s: %s instead of %s", ends[row], read.error.message, held.error.message);
            cr_assert(held.status != FIRESIEVE_OK ||
                      (firesieve_firewall_layer_count(held.firewall) >= ITEMS &&
                       firesieve_firewall_layer_count(read.firewall) == firesieve_firewall_layer_count(held.firewall)));
            firesieve_firewall_free(read.firewall);
        }
        firesieve_firewall_free(held.firewall);
    }
    free(text);
}

/* Lines that end at the end of a block, or cross it. */
Test(lines_of_residues, may_end_where_a_block_does)
{
    enum { BLOCK = 1 << 17, AROUND = 20 };
    static const char line[] = "x mod 101 != 7\n";
    char *const text = malloc(2 * BLOCK);
    cr_assert(text != NULL);
    for (size_t before = 0; before < AROUND; ++before) {
        memset(text, ' ', BLOCK);
        size_t size = BLOCK - before;
        text[size - 1] = '\n';
        for (unsigned i = 0; i < 5; ++i) {
            memcpy(text + size, line, sizeof line - 1);
            size += sizeof line - 1;
        }
        const struct text_outcome held = read_text(text, size, TEXT_IN_MEMORY);
        const struct text_outcome read = read_text(text, size, TEXT_IN_FILE);
        cr_assert(held.status == read.status && strcmp(held.error.message, read.error.message) == 0, "%zu: %s; %s",
                  before, held.error.message, read.error.message);
        firesieve_firewall_free(held.firewall);
        firesieve_firewall_free(read.firewall);
    }
    free(text);
}

static bool stop(void *context)
{
    return --*(int *)context > 0;
}

/* Parsing can be cancelled in the middle of lines that take long. */
Test(lines_of_residues, can_be_cancelled)
{
    static const char text[] = "x mod p != (p^2-1)/8 for primes p in 3..60000000\n";
    static const char loop[] = "x mod 2*p+1 != p^2 for p in 1..2^24\n";
    static const char *const texts[] = {text, loop};
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        int calls = 3;
        firesieve_limits limits = firesieve_limits_none();
        firesieve_firewall *firewall = NULL;
        firesieve_error error = {0};
        limits.go_on = stop;
        limits.context = &calls;
        cr_assert(firesieve_firewall_parse_within(texts[i], strlen(texts[i]), &limits, &firewall, &error) ==
                      FIRESIEVE_ERROR_STOPPED,
                  "%s", error.message);
        cr_assert(firewall == NULL && calls == 0);
    }
}

/* The number of listed classes is limited: the rest of a loop filters survivors, with the same answers. */
Test(lines_of_residues, with_too_many_classes_become_filters)
{
    static const struct {
        const char *text;
        bool whole;
    } rows[] = {
        {"x mod 2^20 not in {0..2^20-5}", true},
        {"x mod 2^21 in {0..2^20-1}", true},
        {"x mod 2^21 in {0..2^20-2}", false},
        {"x mod 1048573 square", true},
        {"x mod 1048583 square", false},
        {"x mod 1048583 nonsquare", false},
        {"x mod 2^40 = 2^39+7", false},
        {"x mod 2^61-1 not in {2^30..2^60}", false},
        {"x mod p square for primes p in 3..1000", true},
        {"x mod p square for primes p in 3..20000", false},
        {"x mod p in {0..5} for primes p in 3..10000", false},
        {"x coprime to p for primes p in 3..2000003", true},
        {"x coprime to p for primes p in 2..2000003", false},
        {"x mod 2^30+p in {p..p^2} for p in 3..9", false},
        {"x + {0..50000} prime", false},
        {"x prime", false},
        {"x not square", false},
        {"x in {5}", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_firewall *const firewall = parse_firewall(rows[i].text);
        firesieve_line line;
        cr_assert(firesieve_firewall_line_count(firewall) == 1);
        firesieve_firewall_line(firewall, 0, &line);
        cr_assert(line.whole == rows[i].whole, "%s", rows[i].text);
        const firesieve_delay from = ((firesieve_delay)1 << 39) - 3;
        firesieve_search_options options = firesieve_search_defaults();
        options.from = from;
        options.to = from + 100;
        firesieve_delay expected = 0;
        for (firesieve_delay x = options.from; x < options.to; ++x) {
            expected += !firesieve_firewall_catches(firewall, x);
        }
        firesieve_search_result result;
        cr_assert(firesieve_count(firewall, &options, &result, NULL) == FIRESIEVE_OK);
        cr_assert(result.count == expected, "%s: %s instead of %s", rows[i].text, SHOW(result.count), SHOW(expected));
        firesieve_firewall_free(firewall);
    }
}
