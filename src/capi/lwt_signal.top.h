#include <float.h>
#include <math.h>
#include <string.h>
#include "lwt_event.h"

/* SIGNALS, modules React.S and Lwt_react.S: values that change. A primitive signal is
 * changed by the program; all others are derived from it, or from events.
 *
 *   lwt_signal_setter *set;
 *   lwt_signal *celsius = lwt_signal_create(LWT_INT(20), &set);
 *   lwt_signal *fahrenheit = lwt_signal_map(celsius, convert, NULL, NULL);
 *   lwt_signal *shown = lwt_signal_trace(fahrenheit, NULL, print, NULL, NULL); // prints 68
 *   lwt_signal_set(set, LWT_INT(30));                                    // prints 86
 *
 * What `lwt_event.h` says holds of signals too. In addition:
 *
 * - A signal changes only if its new value is another one. Words are compared; where they
 *   point to something that is to be compared, say so with lwt_signal_with_eq. That is
 *   the `?eq` of React's functions, and what its functor Make is for; of its modules
 *   with a fixed equality, Special.Sb and Special.Si are what there is without, and Sf is
 *   lwt_equal_float.
 * - A signal is made with a value: functions are called when they are given. What a function
 *   raises then fails the call, which returns NULL and raises it again (lwt_raise). What
 *   is made in a step, from what the step has not reached yet, gets its value later in
 *   that step (see lwt_signal_value).
 * - The operators of React.S.Bool, Int, Float, Pair, Option and Compare have functions of
 *   their names at the end of this header: lwt_signal_int_add(a, b). */
