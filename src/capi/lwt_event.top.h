#include "lwt.h"
#include "lwt_stream.h"

/* EVENTS, modules React.E and Lwt_react.E, and steps: things that occur now and then, each
 * time with a value. A primitive event is made to occur by the program; all others are
 * derived from it.
 *
 *   lwt_event_sender *send;
 *   lwt_event *clicks = lwt_event_create(&send);
 *   lwt_event *far = lwt_event_filter(clicks, is_far, NULL, NULL);
 *   lwt_event *count = lwt_event_fold(add_one, NULL, NULL, LWT_INT(0), NULL, far);
 *   lwt_event *shown = lwt_event_trace(count, NULL, print, NULL, NULL);
 *   lwt_event_send(send, LWT_INT(120)); // prints 1
 *
 * - What is derived is held by whoever has its handle, and by what is derived from it;
 *   it holds what it is derived from, and what it is derived from does not hold it. So
 *   who gives up `shown` has no more printed, at once; and who gives up `clicks`,
 *   `far` and `count` right away loses nothing. Here `trace` keeps count and clicks.
 * - A send is an update step: all that depends on the event is updated before the send
 *   returns, each function at most once, and only after all that it depends on: nobody
 *   ever sees new beside old. What occurs in one step is simultaneous; with a step of
 *   one's own (lwt_react_step_create) several primitives are.
 * - What is made from an event in a callback sees the occurrences of the step that
 *   runs; otherwise only those to come.
 * - Functions borrow their arguments. A value with a drop function lives as long as some
 *   event or signal shows it, and has one owner, as all values: where a promise
 *   of it is taken (lwt_take, lwt_await), the others show LWT_UNIT.
 * - An update of a graph touches only what depends on what has occurred. An event or signal
 *   takes about 150 bytes, and those of its handle, if it has one.
 * - Events and signals belong to the thread that made them, and each thread's are
 *   apart from all others'.
 *
 * Decided where React has a defect, or says nothing:
 * - what is sent inside a step, Lwt's own functions included, is not an error: it occurs in a
 *   step of its own, right after the one that runs, in the order of the sends, and before
 *   the outermost send returns; what a fix feeds back comes before;
 * - where a function fails, what it updates stays as it is (an event does not occur), the
 *   async exception hook is told, and the step goes on;
 * - lwt_event_stop and the release of a handle take effect at once, inside a step too;
 * - a switch to an event that depends on the switch is refused.
 *
 * `E.retain` is lwt_event_retain_value, as retain is the word for handles.
 *
 * Manual: "The Lwt.react library". */
