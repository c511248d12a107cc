/* Which constraints become lists, rows and checks of a focus. */
#ifndef FIRESIEVE_PLANNER_FOCUS_CHOICE_H
#define FIRESIEVE_PLANNER_FOCUS_CHOICE_H

#include "planner/focus_forecast.h"

/*
 * Chooses the layout that is predicted to be quickest; where nothing else is possible, lists are those of A = B = 1.
 * Not *cheaper: none is quicker than what is cheapest so far, and there is no layout. Cost: a third of a millisecond to
 * compare and as much for the layout; for searches of many seconds some tens of milliseconds. False: no memory.
 */
bool focus_choose(struct focus_layout *layout, struct forecast *forecast, const struct purpose *purpose, bool *cheaper);

#endif
