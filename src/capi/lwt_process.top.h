#include "lwt_io.h"
#include "lwt_stream.h"
#include <string.h>

/* MODULE LWT_PROCESS: child processes with channels.
 *
 *   lwt_t *sorted = lwt_process_pmap(lwt_process_shell("sort"), NULL, text, len);
 *
 * A command is a line for the shell (lwt_process_shell) or a program with its
 * arguments (lwt_process_program), which is looked for in PATH. What else is to
 * be said of it is in a struct lwt_process_options, or NULL:
 *
 *   struct lwt_process_options options = lwt_process_options_default();
 *   options.cwd = "/tmp";
 *   options.error = lwt_process_dev_null();
 *   options.timeout = 2.5;
 *   lwt_t *status = lwt_process_exec(lwt_process_program(argv), &options);
 *
 * Commands and options are only looked at while the call runs.
 *
 *  - A program that can't be run, or whose folder or redirections are not there,
 *    is a process that ends with the status 127.
 *  - A process shares the memory of the program until it has one of its own, so
 *    that starting it takes no longer in a large program than in a small one. The
 *    thread stands still meanwhile, for a fraction of a millisecond.
 *  - It has the caller's signal mask; what the program ignores, it ignores, save
 *    SIGPIPE. Descriptors from 3 on that are not closed on exec go with it. Those that
 *    the library opens by itself are: for its main loops, the ends of channels to
 *    processes, the sockets of lwt_unix_connect_name, temporary files, what
 *    lwt_unix_recv_msg receives. Those that the program asks for are if it says so
 *    (O_CLOEXEC, SOCK_CLOEXEC, `cloexec`): without, a file of lwt_io_open_file or a
 *    socket goes with the process.
 *  - A write to a process that reads no more raises SIGPIPE in the program, unless
 *    that ignores it: signal(SIGPIPE, SIG_IGN). Then it fails with EPIPE.
 *  - The library waits for the end of each process, on the thread that has started
 *    it, whether anybody wants to know of it or not. A wait of the program's own for
 *    any child, such as lwt_unix_wait, may take the answer away: then the status
 *    fails with ECHILD.
 *
 * The functions that run a program and transfer data hold the process; cancelling
 * their promise closes its channels, and it goes on to run: with
 * lwt_process_terminate one that was opened can be ended, with a timeout all.
 *
 * Lwt_daemon.daemonize, which has no child to talk to and sends what is written to
 * the log, is not among these functions: it comes with the log.
 *
 * A stream is a stream of struct lwt_string * (lines, without their ends) or of
 * LWT_INT (bytes). Where a program could not be started a stream fails when it is
 * read. */
