/* FINALISERS that take their time: a drop function returns at once, but to say
 * goodbye to a peer, or to write a file's last lines, takes a promise. Lwt attaches
 * such a function to a value, for when the garbage collector finds it; here it
 * is attached to a handle, for when its last reference is released:
 *
 *     static lwt_t *sign_off(lwt_value log, void *env) {   // log: a channel
 *       (void)env;
 *       return lwt_io_fprintl((lwt_io_channel *)log, "that was all");
 *     }
 *     ...
 *     lwt_gc_finalise_or_exit(log, sign_off, NULL, NULL);
 *
 * Exit waits for what has begun. */
