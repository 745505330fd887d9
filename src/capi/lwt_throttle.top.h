/* A THROTTLE lets so many a second pass for each key, and has the others wait:
 * three attempts to log in for each address, and at most a hundred in waiting:
 *
 *     lwt_throttle *attempts = lwt_throttle_create(3, 100);
 *     ...
 *     return lwt_bind(lwt_throttle_wait(attempts, &address, sizeof address),
 *                     log_in_or_refuse, session, NULL);   // value 0: refuse
 *
 * A key is bytes, of any sort and length, and is copied. */
