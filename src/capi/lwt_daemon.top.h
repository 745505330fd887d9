#include <string.h>

#include "lwt_log.h"

/* DAEMONS: a process that leaves its terminal and whoever started it, and whose
 * output is logged:
 *
 *     struct lwt_daemon_options options = lwt_daemon_options_default();
 *     options.directory = "/var/lib/mine";
 *     lwt_main_run(lwt_daemon_daemonize(&options), &e);
 *     ... from here on this is the daemon ... */
