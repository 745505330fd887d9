/* Gives up an event that is a value: the drop function of `lwt_event *`. On the
 * event's thread. */
static inline void lwt_event_drop(void *event) { lwt_event_release((lwt_event *)event); }
