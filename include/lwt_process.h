/* Module Lwt_process. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_PROCESS_H
#define LWT_PROCESS_H

#include "lwt_io.h"
#include "lwt_stream.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

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
 * The functions that run a program and transfer data hold the process;
 * cancelling their promise closes its channels, and it goes on to run: with
 * lwt_process_terminate one that was opened can be ended, with a timeout
 * all.
 *
 * Lwt_daemon.daemonize, which has no child to talk to and sends what is written
 * to the log, is not among these functions: it comes with the log.
 *
 * A stream is a stream of struct lwt_string * (lines, without their ends) or of
 * LWT_INT (bytes). Where a program could not be started a stream fails when it
 * is read. */

/* A process that was started, `Lwt_process.process_none` and its kin. A handle
 * of the thread that started it. */
typedef struct lwt_process lwt_process;

enum {
  /* The stream is the parent's, `Keep`. */
  LWT_PROCESS_KEEP = 0,
  /* The stream is /dev/null, `Dev_null`. */
  LWT_PROCESS_DEV_NULL = 1,
  /* The stream is closed, `Close`. */
  LWT_PROCESS_CLOSE = 2,
  /* The stream is a copy of a descriptor of the parent's, `FD_copy`. */
  LWT_PROCESS_FD_COPY = 3,
  /* The same, and the parent's is closed, `FD_move`. */
  LWT_PROCESS_FD_MOVE = 4,
  /* The process runs, `Running`. */
  LWT_PROCESS_RUNNING = 0,
  /* The process has ended, `Exited`. */
  LWT_PROCESS_EXITED = 1
};

struct lwt_process_command;
struct lwt_process_redirection;
struct lwt_process_options;

/* A function that uses a process, which it borrows until its promise has
 * resolved. */
typedef lwt_t *(*lwt_process_fn)(const lwt_process *process, void *env);

/* A command, `Lwt_process.command`. It is only looked at while a call runs. */
typedef struct lwt_process_command {
  /* The file of the program; a name without a slash is looked for in PATH.
   * NULL or empty: the first argument. */
  const char *program;
  /* The arguments, the name of the program first, and then NULL. */
  const char *const *argv;
  /* Not NULL: a line for the shell, /bin/sh, instead of the two. */
  const char *line;
} lwt_process_command;

/* What a standard stream of the program is, `Lwt_process.redirection`. All zero
 * is LWT_PROCESS_KEEP. */
typedef struct lwt_process_redirection {
  /* LWT_PROCESS_KEEP and so on. */
  int kind;
  /* Which descriptor, for the two that say so. */
  int fd;
} lwt_process_redirection;

/* How a program is run. lwt_process_options_default makes one; only `size` is
 * not zero in there. */
typedef struct lwt_process_options {
  /* sizeof(struct lwt_process_options), so that it can grow. */
  size_t size;
  /* After so many seconds the process is killed, and closed; 0: never. */
  double timeout;
  /* The whole environment, "NAME=value" each, and then NULL. NULL: that of
   * the parent. */
  const char *const *env;
  /* The folder in which it runs; NULL: the parent's. */
  const char *cwd;
  /* Its standard input, where that is not a channel. */
  struct lwt_process_redirection input;
  /* Its standard output, where that is not a channel. */
  struct lwt_process_redirection output;
  /* Its standard error, where that is not a channel. */
  struct lwt_process_redirection error;
  /* The process group that it enters; 0: the parent's; -1: a new one of its
   * own. (Lwt has no such thing; shells need it.) */
  int group;
} lwt_process_options;

/* One more reference to the same process, owned by the caller. NULL: it is not
 * a process of this thread. */
lwt_process *lwt_process_retain(const lwt_process *process);

/* Gives up a reference. With the last one the channels are closed, as
 * lwt_process_close does, while the process goes on; the library waits for its
 * end. Does nothing if the handle is bad. */
void lwt_process_release(lwt_process *process);

/* The number of a process, the method `pid`. 0 for a bad handle. */
int lwt_process_pid(const lwt_process *process);

/* Does the process run, the method `state`? Returns LWT_PROCESS_RUNNING, or
 * LWT_PROCESS_EXITED and sets *status, which may be NULL, to the status as
 * wait(2) tells it, or to -1 if another wait was told of it. That it has ended
 * is found out by the main loop. For a bad handle LWT_PROCESS_EXITED, and
 * -1. */
int lwt_process_state(const lwt_process *process, int *status);

/* Sends a signal to the process, the method `kill`; nothing happens if it has
 * ended. A promise of LWT_UNIT, already resolved. Fails with LWT_UNIX_ERROR
 * (EINVAL: there is no such signal; EPERM; function "kill"),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. */
lwt_t *lwt_process_kill(const lwt_process *process, int signum);

/* Kills the process, by SIGKILL, the method `terminate`; otherwise as
 * lwt_process_kill. */
lwt_t *lwt_process_terminate(const lwt_process *process);

/* Waits for the end of the process, the method `status`: a promise of its
 * status as an LWT_INT, as wait(2) tells it (WIFEXITED(LWT_TO_INT(value)) and
 * so on). Cancelling the promise loses nothing. Fails with LWT_UNIX_ERROR
 * (ECHILD: another wait was told of it; function "wait4"), LWT_INVALID_ARGUMENT
 * or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY and LWT_CANCELED. */
lwt_t *lwt_process_status(const lwt_process *process);

/* Waits for the end of the process, the method `rusage`: a promise of what it
 * has used, a `struct lwt_unix_resource_usage *` of `lwt_unix.h`, owned by the
 * promise. As lwt_process_status. */
lwt_t *lwt_process_rusage(const lwt_process *process);

/* Closes the channels of the process, the method `close`, that to its input
 * when what was written is sent, and waits for its end: a promise of the
 * status, as that of lwt_process_status. What can't be sent any more is no
 * failure. Cancelling the promise does not keep the channels from being closed.
 * A second call just gives the status. */
lwt_t *lwt_process_close(const lwt_process *process);

/* The channel to the standard input of the process, for writing, the method
 * `stdin`: a handle owned by the caller (lwt_io_channel_release). The channel
 * is closed with the process, also if the caller still has it. NULL: that
 * stream is no channel, the handle is bad, or memory ran out. */
lwt_io_channel *lwt_process_stdin(const lwt_process *process);

/* The channel from the standard output of the process, for reading, the method
 * `stdout`; otherwise as lwt_process_stdin. */
lwt_io_channel *lwt_process_stdout(const lwt_process *process);

/* The channel from the standard error of the process, for reading, the method
 * `stderr`; otherwise as lwt_process_stdin. */
lwt_io_channel *lwt_process_stderr(const lwt_process *process);

/* Runs a program and waits for its end, `Lwt_process.exec`: a promise of its
 * status as an LWT_INT, as wait(2) tells it. `options` may be NULL. Cancelling
 * the promise loses nothing but the answer: the program goes on.
 *
 * Fails with LWT_INVALID_ARGUMENT if the command has no arguments, a
 * redirection or the timeout is none, or the size of the options is not theirs;
 * with LWT_UNIX_ERROR (EAGAIN, ENOMEM: there can't be a further process;
 * function "fork"; EMFILE, ENFILE: there are no descriptors left for its
 * channels; function "pipe"; ECHILD: another wait was told of its end; function
 * "wait4"); with LWT_OUT_OF_MEMORY and LWT_CANCELED. On any thread. */
lwt_t *lwt_process_exec(struct lwt_process_command command,
                        const struct lwt_process_options *options);

/* Starts a program with no channel to it, `Lwt_process.open_process_none`: a
 * promise, already resolved, of the process, a `lwt_process *` that the promise
 * owns: take it out with lwt_take, and lwt_process_release it. `options` may be
 * NULL.
 *
 * Fails as lwt_process_exec does before it waits. On any thread, whose the
 * process then is. */
lwt_t *lwt_process_open_process_none(struct lwt_process_command command,
                                     const struct lwt_process_options *options);

/* The same with a channel from its standard output,
 * `Lwt_process.open_process_in`. */
lwt_t *lwt_process_open_process_in(struct lwt_process_command command,
                                   const struct lwt_process_options *options);

/* The same with a channel to its standard input,
 * `Lwt_process.open_process_out`. */
lwt_t *lwt_process_open_process_out(struct lwt_process_command command,
                                    const struct lwt_process_options *options);

/* The same with channels to its standard input and from its standard output,
 * `Lwt_process.open_process`. */
lwt_t *lwt_process_open_process(struct lwt_process_command command,
                                const struct lwt_process_options *options);

/* The same with channels to its standard input and from its standard output and
 * error, `Lwt_process.open_process_full`. */
lwt_t *lwt_process_open_process_full(struct lwt_process_command command,
                                     const struct lwt_process_options *options);

/* Starts a program with no channel to it, and calls `f(process, env)`,
 * `Lwt_process.with_process_none`: when the promise that it returns resolves,
 * either way, the process is closed (lwt_process_close), and when that has
 * ended the result resolves as that promise. Cancelling the result cancels the
 * promise of `f`. `options` may be NULL. `drop_env` runs once, after `f` has
 * returned or when it will never be called.
 *
 * Fails as that promise does, and as lwt_process_exec does before it waits;
 * LWT_INVALID_ARGUMENT too if `f` is NULL or returns no promise. On any
 * thread. */
lwt_t *lwt_process_with_process_none(struct lwt_process_command command,
                                     const struct lwt_process_options *options,
                                     lwt_process_fn f, void *env,
                                     lwt_drop_fn drop_env);

/* The same with a channel from its standard output,
 * `Lwt_process.with_process_in`. */
lwt_t *lwt_process_with_process_in(struct lwt_process_command command,
                                   const struct lwt_process_options *options,
                                   lwt_process_fn f, void *env,
                                   lwt_drop_fn drop_env);

/* The same with a channel to its standard input,
 * `Lwt_process.with_process_out`. */
lwt_t *lwt_process_with_process_out(struct lwt_process_command command,
                                    const struct lwt_process_options *options,
                                    lwt_process_fn f, void *env,
                                    lwt_drop_fn drop_env);

/* The same with channels to its standard input and from its standard output,
 * `Lwt_process.with_process`. */
lwt_t *lwt_process_with_process(struct lwt_process_command command,
                                const struct lwt_process_options *options,
                                lwt_process_fn f, void *env,
                                lwt_drop_fn drop_env);

/* The same with channels to its standard input and from its standard output and
 * error, `Lwt_process.with_process_full`. */
lwt_t *lwt_process_with_process_full(struct lwt_process_command command,
                                     const struct lwt_process_options *options,
                                     lwt_process_fn f, void *env,
                                     lwt_drop_fn drop_env);

/* Runs a program and reads all that it writes to its standard output,
 * `Lwt_process.pread`: a promise of the text, a `struct lwt_string *`. It does
 * not wait for the end of the process. `options` may be NULL. Cancelling the
 * promise closes the channel: what was read is lost, and the program goes
 * on.
 *
 * Fails as lwt_process_exec does before it waits, and with what a channel fails
 * with (`lwt_io.h`). On any thread. */
lwt_t *lwt_process_pread(struct lwt_process_command command,
                         const struct lwt_process_options *options);

/* The same, but only the first line, without its end, `Lwt_process.pread_line`.
 * Fails with LWT_END_OF_FILE, too, if there is none. */
lwt_t *lwt_process_pread_line(struct lwt_process_command command,
                              const struct lwt_process_options *options);

/* The lines that a program writes to its standard output, without their ends,
 * as a stream, `Lwt_process.pread_lines`, which the caller owns
 * (lwt_stream_release). `options` may be NULL. The channel is closed at the end
 * of the stream, and when that is given up before. The stream fails as
 * lwt_process_pread does. NULL: memory ran out. On any thread. */
lwt_stream *lwt_process_pread_lines(struct lwt_process_command command,
                                    const struct lwt_process_options *options);

/* The same for its bytes, LWT_INT each, `Lwt_process.pread_chars`. */
lwt_stream *lwt_process_pread_chars(struct lwt_process_command command,
                                    const struct lwt_process_options *options);

/* Runs a program and writes a text to its standard input, `Lwt_process.pwrite`:
 * the `len` bytes at `data`, which are copied. A promise of LWT_UNIT that is
 * fulfilled when all of it is sent and the channel closed; it does not wait for
 * the end of the process. `options` may be NULL. Cancelling the promise closes
 * the channel: what was not yet sent is lost.
 *
 * Fails as lwt_process_exec does before it waits, and with what a channel fails
 * with (`lwt_io.h`): EPIPE, function "write", if the program does not read it
 * all. On any thread. */
lwt_t *lwt_process_pwrite(struct lwt_process_command command,
                          const struct lwt_process_options *options,
                          const char *data, size_t len);

/* The same for a line, to which its end is added, `Lwt_process.pwrite_line`.
 * `line` is copied. */
lwt_t *lwt_process_pwrite_line(struct lwt_process_command command,
                               const struct lwt_process_options *options,
                               const char *line);

/* The same for the lines of a stream of `struct lwt_string *`, to each of which
 * its end is added, `Lwt_process.pwrite_lines`. Consumes `lines`. Fails as the
 * stream does, too. */
lwt_t *lwt_process_pwrite_lines(struct lwt_process_command command,
                                const struct lwt_process_options *options,
                                lwt_stream *lines);

/* The same for a stream of bytes, LWT_INT each, `Lwt_process.pwrite_chars`.
 * Consumes `chars`. */
lwt_t *lwt_process_pwrite_chars(struct lwt_process_command command,
                                const struct lwt_process_options *options,
                                lwt_stream *chars);

/* Runs a program, writes a text to its standard input, and reads all that it
 * writes to its standard output at the same time, `Lwt_process.pmap`: the `len`
 * bytes at `data`, which are copied; a promise of a `struct lwt_string *`.
 * `options` may be NULL. Cancelling the promise closes both channels, and the
 * program goes on.
 *
 * Fails as lwt_process_exec does before it waits, and with what a channel fails
 * with (`lwt_io.h`); if the program does not read it all, that is EPIPE,
 * function "write". On any thread. */
lwt_t *lwt_process_pmap(struct lwt_process_command command,
                        const struct lwt_process_options *options,
                        const char *data, size_t len);

/* The same for a line: writes one, to which its end is added, and reads the
 * first, `Lwt_process.pmap_line`. `line` is copied. Fails with LWT_END_OF_FILE,
 * too, if there is none. */
lwt_t *lwt_process_pmap_line(struct lwt_process_command command,
                             const struct lwt_process_options *options,
                             const char *line);

/* The lines that a program writes while it is fed the lines of a stream,
 * `Lwt_process.pmap_lines`: a stream which the caller owns. Consumes `lines`.
 * The channels are closed at the end of the streams; when the result is given
 * up before, the program is still fed. Where feeding it fails, that is told
 * once, instead of an element, which comes after it. NULL: memory ran out. On
 * any thread. */
lwt_stream *lwt_process_pmap_lines(struct lwt_process_command command,
                                   const struct lwt_process_options *options,
                                   lwt_stream *lines);

/* The same for streams of bytes, LWT_INT each, `Lwt_process.pmap_chars`.
 * Consumes `chars`. */
lwt_stream *lwt_process_pmap_chars(struct lwt_process_command command,
                                   const struct lwt_process_options *options,
                                   lwt_stream *chars);

/* The command that has the shell, /bin/sh, run a line, `Lwt_process.shell`, which is
 * borrowed by the command. On any thread. */
static inline struct lwt_process_command lwt_process_shell(const char *line) {
  struct lwt_process_command command;
  command.program = NULL;
  command.argv = NULL;
  command.line = line != NULL ? line : "";
  return command;
}

/* The command that runs argv[0], which is looked for in PATH unless there is a slash in
 * it, with these arguments; the last is NULL. Borrowed by the command. On any thread. */
static inline struct lwt_process_command lwt_process_program(const char *const *argv) {
  struct lwt_process_command command;
  command.program = NULL;
  command.argv = argv;
  command.line = NULL;
  return command;
}

/* Options that ask for nothing. On any thread. */
static inline struct lwt_process_options lwt_process_options_default(void) {
  struct lwt_process_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}

/* The stream is /dev/null. On any thread. */
static inline struct lwt_process_redirection lwt_process_dev_null(void) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_DEV_NULL;
  redirection.fd = -1;
  return redirection;
}

/* The stream is closed. On any thread. */
static inline struct lwt_process_redirection lwt_process_close_stream(void) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_CLOSE;
  redirection.fd = -1;
  return redirection;
}

/* The stream is a copy of a descriptor of this process. On any thread. */
static inline struct lwt_process_redirection lwt_process_fd_copy(int fd) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_FD_COPY;
  redirection.fd = fd;
  return redirection;
}

/* The same, and the call closes the descriptor here, also if it fails, but with
 * LWT_INVALID_ARGUMENT. */
static inline struct lwt_process_redirection lwt_process_fd_move(int fd) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_FD_MOVE;
  redirection.fd = fd;
  return redirection;
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_process_kill(...) \
  lwt_debug_promise(lwt_process_kill(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_terminate(...) \
  lwt_debug_promise(lwt_process_terminate(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_status(...) \
  lwt_debug_promise(lwt_process_status(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_rusage(...) \
  lwt_debug_promise(lwt_process_rusage(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_close(...) \
  lwt_debug_promise(lwt_process_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_stdin(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_process_stdin(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_stdout(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_process_stdout(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_stderr(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_process_stderr(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_exec(...) \
  lwt_debug_promise(lwt_process_exec(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_open_process_none(...) \
  lwt_debug_promise(lwt_process_open_process_none(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_open_process_in(...) \
  lwt_debug_promise(lwt_process_open_process_in(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_open_process_out(...) \
  lwt_debug_promise(lwt_process_open_process_out(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_open_process(...) \
  lwt_debug_promise(lwt_process_open_process(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_open_process_full(...) \
  lwt_debug_promise(lwt_process_open_process_full(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_with_process_none(...) \
  lwt_debug_promise(lwt_process_with_process_none(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_with_process_in(...) \
  lwt_debug_promise(lwt_process_with_process_in(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_with_process_out(...) \
  lwt_debug_promise(lwt_process_with_process_out(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_with_process(...) \
  lwt_debug_promise(lwt_process_with_process(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_with_process_full(...) \
  lwt_debug_promise(lwt_process_with_process_full(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pread(...) \
  lwt_debug_promise(lwt_process_pread(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pread_line(...) \
  lwt_debug_promise(lwt_process_pread_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pread_lines(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_process_pread_lines(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_pread_chars(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_process_pread_chars(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_pwrite(...) \
  lwt_debug_promise(lwt_process_pwrite(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pwrite_line(...) \
  lwt_debug_promise(lwt_process_pwrite_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pwrite_lines(...) \
  lwt_debug_promise(lwt_process_pwrite_lines(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pwrite_chars(...) \
  lwt_debug_promise(lwt_process_pwrite_chars(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pmap(...) \
  lwt_debug_promise(lwt_process_pmap(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pmap_line(...) \
  lwt_debug_promise(lwt_process_pmap_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_process_pmap_lines(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_process_pmap_lines(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_process_pmap_chars(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_process_pmap_chars(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_PROCESS_H */
