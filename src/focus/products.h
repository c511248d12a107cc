/* Products past 128 bits, their differences and quotients. */
#ifndef FIRESIEVE_FOCUS_PRODUCTS_H
#define FIRESIEVE_FOCUS_PRODUCTS_H

#include <firesieve/firesieve.h>
#include <stdbool.h>

/* a * b - c * d, exactly; all are below 2^127. False: it is negative, or 2^127 and more. */
bool difference_of_products(firesieve_delay a, firesieve_delay b, firesieve_delay c, firesieve_delay d,
                            firesieve_delay *difference);

/* a * b - c * d, of either sign, rounded to a double. */
double difference_rounded(firesieve_delay a, firesieve_delay b, firesieve_delay c, firesieve_delay d);

/* floor(a * b / c), c above 0; all are below 2^127. FIRESIEVE_DELAY_END if that is smaller. Cost: a microsecond. */
firesieve_delay quotient_of_product(firesieve_delay a, firesieve_delay b, firesieve_delay c);

#endif
