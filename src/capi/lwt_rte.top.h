/* TRACING: what the main loops do and what waits, told to functions of yours as
 * it happens; modules Lwt_rte and Lwt_runtime_events of Lwt 6, with their names
 * of events. Without functions nothing is told, and nothing measurable spent.
 *
 *   static void lap(void *count) { ++*(int *)count; }
 *   ...
 *   int count = 0;
 *   struct lwt_rte_events events = {sizeof events, &count, NULL, NULL, NULL, lap, NULL};
 *   lwt_rte_install(&events);
 *
 * The span "lwt-trace" is that of something that had to wait for a promise: a
 * bind, map, catch, try_bind or finalize on a promise that was pending, from
 * that call to the moment before its callback runs; or lwt_await in a fiber, to
 * the moment when the fiber is queued again. File and line are told of
 * LWT_AWAIT (lwt_syntax.h), and of the others while debugging is on
 * (lwt_debug.h). A span also ends when its promise never will resolve.
 *
 * The functions are called on the thread of the event; several threads may call
 * at once. They may call the library, which then tells nothing; they must
 * return. What one raises with lwt_raise goes to the async exception hook.
 *
 * Not in the manual. */
