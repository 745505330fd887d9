/* TIMEOUTS that are started again and again, one for each peer, say, started at
 * each sign of life and stopped with the connection:
 *
 *     peer->silence = lwt_timeout_create(30, hang_up, peer, NULL);
 *     lwt_timeout_start(peer->silence);          // and again for each message
 *
 * Starting one that runs costs a look at the clock. For a single wait
 * lwt_unix_sleep or lwt_unix_with_timeout is the simpler thing.
 *
 * Times are whole seconds. None fires early; Lwt's own may fire a second late,
 * these fire when the time is over. A timeout that runs keeps the main loop
 * from being told that nothing is left to wait for. */
