/* Which constraints become lists, rows and checks of a focus. */
#ifndef FIRESIEVE_FOCUS_LAYOUT_H
#define FIRESIEVE_FOCUS_LAYOUT_H

#include "focus/forecast.h"

/*
 * Chooses the layout that is predicted to be quickest; where nothing else is possible, lists are those of A = B = 1.
 * `order` has the indices of the constraints by falling rank. Cost: some milliseconds, or for searches of many seconds
 * some tens. False: no memory.
 */
bool focus_layout_choose(struct focus_layout *layout, struct focus_forecast *forecast,
                         const struct constraint_list *constraints, const size_t *order,
                         const struct focus_purpose *purpose);

#endif
