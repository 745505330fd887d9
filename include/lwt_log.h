/* Module Lwt_log. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_LOG_H
#define LWT_LOG_H

#include "lwt_io.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* LOGGING, from any thread:
 *
 *     static const lwt_log_section *net;        // a named part of the program
 *     ...
 *     net = lwt_log_section_make("net");
 *     lwt_log_info(net, "%s:%d connected", host, port);
 *     lwt_log_error_e(net, exn, "connection lost");
 *     lwt_log_debug(NULL, "%zu in the queue", count(queue));  // the section "main"
 *     lwt_log_kv(net, LWT_LEVEL_NOTICE, "login", LWT_LOG_STR("user", name), LWT_LOG_INT("id", 7));
 *
 * A message below the level of its section is dropped: that costs a load and a
 * comparison, and its arguments are not evaluated, so count() is not called.
 * The level of a section is LWT_LEVEL_NOTICE, or what rules say (the
 * environment variable LWT_LOG= "net -> debug; db.* -> error", or
 * lwt_log_load_rules), or what lwt_log_section_set_level says. Calls of
 * lwt_log_debug are compiled only where LWT_LOG_DEBUG is defined before this
 * header is included; else their arguments are checked and that is all.
 *
 * For each level there are, with `debug`, `notice`, `warning`, `error` and
 * `fatal` in place of `info`:
 *
 *     lwt_log_info(section, format, ...)           nobody asks what becomes of it: ign_info_f
 *     lwt_log_info_e(section, exn, format, ...)    the same, of an exception (borrowed)
 *     lwt_log_info_p(section, format, ...)         a promise, the caller's, as lwt_log_log: info_f
 *     lwt_log_info_pe(section, exn, format, ...)   both
 *
 * They go to the default logger, which writes to standard error at first; to
 * another one by LWT_LOG_TO(logger, level, section, format, ...), or
 * lwt_log_set_default. All of them record file, line and function, and the
 * compiler checks the format. The `section` is evaluated once.
 *
 * WHAT A LOGGER DOES WITH A MESSAGE is its template's matter: `$(name)` stands
 * for a variable, and what is no variable is refused when the logger is
 * made.
 *
 *     $(message)   a line of the message       $(section)  $(level)
 *     $(date)      Jan 31 23:59:59, here       $(milliseconds)  of the second: 007
 *     $(time)      2026-01-31T23:59:59.123456Z
 *     $(name)      the program                 $(pid)           the process
 *     $(loc-file)  $(loc-line)  $(loc-column)  $(loc-function); not known: <unknown>, -1
 *     $(json)      all of the message, whatever lines it has, as an object of JSON:
 *                  {"time":"...","level":"info","section":"net","message":"login","name":"prog",
 *                   "pid":1,"file":"x.c","line":3,"function":"f","user":"ann","id":7}
 *
 * Fields stand behind the text of a message (`login user=ann id=7`), or are
 * members of the object; one that has the name of a member is called
 * `fields.NAME` there, and so is one whose name begins with `fields.`; of two
 * of one name the last counts. In words a key or a text stands between quotes,
 * escaped as in JSON, if it has blanks, quotes, `=`, `\` or what is not
 * printable ASCII. Text that is no UTF-8 is mended in JSON.
 *
 * THE TEXT OF A MESSAGE goes out as it is: control characters in it reach a
 * terminal that shows the lines, and what comes from outside may have some.
 * $(json) escapes them, and fields do.
 *
 * THE LINES OF A MESSAGE stay together, and lines never mix, whoever logs.
 * Loggers to files, to standard error and to syslog have a queue, which a
 * thread of their own writes: who logs never waits for a disk.
 * lwt_logger_set_queue says how long the queue may be, and what happens then.
 * What is queued is written before the program ends by exit(); what ends it
 * otherwise loses what was logged in the last moment (a millisecond, for a file
 * that keeps up; lwt_logger_flush is for who must be sure). In the child of a
 * fork loggers go on working. Signal handlers of the system must not log. */

/* What loggers make of a message if no template says so. */
#define LWT_LOG_CHANNEL_TEMPLATE "$(name): $(section): $(message)"
#define LWT_LOG_FILE_TEMPLATE "$(date): $(section): $(message)"
#define LWT_LOG_SYSLOG_TEMPLATE "$(date) $(name)[$(pid)]: $(section): $(message)"
/* One object a line. */
#define LWT_LOG_JSON_TEMPLATE "$(json)"

/* A logger, `Lwt_log.logger`. A handle that any thread may use. */
typedef struct lwt_logger lwt_logger;

enum {
  /* For who looks for a mistake. */
  LWT_LEVEL_DEBUG = 0,
  /* What happens. */
  LWT_LEVEL_INFO = 1,
  /* What happens and should be known. Sections have this level at first. */
  LWT_LEVEL_NOTICE = 2,
  /* What may become an error. */
  LWT_LEVEL_WARNING = 3,
  /* What went wrong. */
  LWT_LEVEL_ERROR = 4,
  /* What ends the program. */
  LWT_LEVEL_FATAL = 5,
  /* The value is LWT_LOG_NOTHING, `null` in JSON. */
  LWT_LOG_NOTHING = 0,
  /* Text: `text` and `length`. */
  LWT_LOG_TEXT = 1,
  /* A number: `integer`. */
  LWT_LOG_INTEGER = 2,
  /* A number that is not negative: `integer`, as if it were unsigned. */
  LWT_LOG_UNSIGNED = 3,
  /* A number: `real`. */
  LWT_LOG_REAL = 4,
  /* `integer` is 0 or not. */
  LWT_LOG_TRUTH = 5,
  /* A file is written to behind what is in it. */
  LWT_LOG_APPEND = 0,
  /* What is in the file goes. */
  LWT_LOG_TRUNCATE = 1,
  /* Closing the logger leaves the channel open. */
  LWT_LOG_KEEP = 0,
  /* Closing the logger closes the channel. */
  LWT_LOG_CLOSE = 1,
  /* A message for which there is no room waits: its promise is pending until
   * there is some. A thread without a main loop, which ignores the promise,
   * stands still so long. */
  LWT_LOG_WAIT = 0,
  /* A message for which there is no room is dropped, and counted; when there is
   * room a line says how many were. */
  LWT_LOG_DROP = 1,
  /* Lines of syslog as RFC 3164 has them, and as Lwt sends them: the priority,
   * and what the template makes. */
  LWT_LOG_RFC3164 = 0,
  /* Lines of syslog as RFC 5424 has them: priority, time, host, program, process,
   * section and fields have places of their own, and what the template makes
   * follows. */
  LWT_LOG_RFC5424 = 1,
  /* Facilities of syslog. */
  LWT_LOG_KERNEL = 0,
  /* The facility `User`. */
  LWT_LOG_USER = 1,
  /* The facility `Mail`. */
  LWT_LOG_MAIL = 2,
  /* The facility `Daemon`. */
  LWT_LOG_DAEMON = 3,
  /* The facility `Auth`. */
  LWT_LOG_AUTH = 4,
  /* The facility `Syslog`. */
  LWT_LOG_SYSLOG = 5,
  /* The facility `LPR`. */
  LWT_LOG_LPR = 6,
  /* The facility `News`. */
  LWT_LOG_NEWS = 7,
  /* The facility `UUCP`. */
  LWT_LOG_UUCP = 8,
  /* The facility `Cron`. */
  LWT_LOG_CRON = 9,
  /* The facility `Authpriv`. */
  LWT_LOG_AUTHPRIV = 10,
  /* The facility `FTP`. */
  LWT_LOG_FTP = 11,
  /* The facility `NTP`. */
  LWT_LOG_NTP = 12,
  /* The facility `Security`. */
  LWT_LOG_SECURITY = 13,
  /* The facility `Console`. */
  LWT_LOG_CONSOLE = 14,
  /* The facility `Local0`; the others, up to `Local7`, are LWT_LOG_LOCAL0 + 1 and
   * so on. */
  LWT_LOG_LOCAL0 = 16
};

struct lwt_log_section;
struct lwt_log_field;
struct lwt_log_message;
struct lwt_logger_stats;
struct lwt_log_location;

/* A callback that is told a rule: a pattern and the name of a level,
 * borrowed. */
typedef void (*lwt_log_rule_fn)(const char *pattern, const char *level,
              void *env);

/* A callback that does something with a message, which it borrows until the
 * promise that it returns has resolved. */
typedef lwt_t *(*lwt_log_output_fn)(const struct lwt_log_message *message,
                void *env);

/* A callback that chooses the logger of a message, which it lends: nobody
 * releases it. NULL: the default one. */
typedef const lwt_logger *(*lwt_log_dispatch_fn)(const struct lwt_log_section *section,
                           int level, void *env);

/* A section, `Lwt_log.Section.t`. It is there for ever, and any thread may use
 * it. */
typedef struct lwt_log_section {
  /* Messages below this level are dropped. To be read by the macros alone. */
  int level;
  /* Its name. */
  const char *name;
} lwt_log_section;

/* A key and a value of a message. LWT_LOG_STR and its kin make them. */
typedef struct lwt_log_field {
  /* The key. */
  const char *key;
  /* What the value is: LWT_LOG_TEXT ... */
  int kind;
  /* A whole number, or a truth. */
  int64_t integer;
  /* A number with a fraction. */
  double real;
  /* Text, with its length. NULL: LWT_LOG_NOTHING. */
  const char *text;
  /* How many bytes it has. */
  size_t length;
} lwt_log_field;

/* A message. All of it may be zeros, but for `text`. */
typedef struct lwt_log_message {
  /* The section; NULL: the main one. */
  const struct lwt_log_section *section;
  /* The level, LWT_LEVEL_INFO ... */
  int level;
  /* The line it is written in; 0 or less: unknown. */
  int line;
  /* The column; 0 or less: unknown. */
  int column;
  /* The file, or NULL. */
  const char *file;
  /* The function, or NULL. */
  const char *function;
  /* The exception that it tells of, or NULL. */
  const lwt_exn *exn;
  /* What it says. */
  const char *text;
  /* How many bytes that has. */
  size_t length;
  /* Keys and values. */
  const struct lwt_log_field *fields;
  /* How many. */
  size_t field_count;
  /* For output functions, who alone are told: all that the message says,
   * exception and fields too, line by line. */
  const lwt_string *lines;
  /* How many lines. The same. */
  size_t line_count;
  /* When it was written, in seconds since 1970. The same. */
  int64_t seconds;
  /* And so many thousand millionths. The same. */
  uint32_t nanoseconds;
} lwt_log_message;

/* What a logger has done so far. */
typedef struct lwt_logger_stats {
  /* Messages that it took. */
  uint64_t taken;
  /* Messages that it dropped, for there was no room. */
  uint64_t dropped;
  /* Writes that failed. */
  uint64_t errors;
  /* Bytes that are still to be written. */
  uint64_t queued;
} lwt_logger_stats;

/* What the key of places is bound to while a logger runs, and in what that
 * function leaves to be done later. */
typedef struct lwt_log_location {
  /* The file, or NULL. */
  const char *file;
  /* The function, or NULL. */
  const char *function;
  /* The line, or -1. */
  int line;
  /* The column, or -1. */
  int column;
} lwt_log_location;

/* Returns the name of a level, in small letters, `Lwt_log.string_of_level`;
 * NULL if there is no such level. On any thread. */
const char *lwt_log_string_of_level(int level);

/* Returns the level of that name, in capital letters or small ones,
 * `Lwt_log.level_of_string`; -1 if there is none, or `name` is NULL. On any
 * thread. */
int lwt_log_level_of_string(const char *name);

/* Returns the section of that name, `Lwt_log.Section.make`, which is made if
 * there is none: the same name is the same section, on every thread. It is
 * there for ever, and nobody releases it. Its level is what the rules say.
 *
 * NULL: `name` is NULL, or there are tens of thousands of sections. On any
 * thread. Manual: "The logging facility". */
const struct lwt_log_section *lwt_log_section_make(const char *name);

/* Returns the section of who names none, `Lwt_log.Section.main`; its name is
 * "main". Where a section is asked for, NULL means this one. On any thread.
 * Never NULL. */
const struct lwt_log_section *lwt_log_section_main(void);

/* Returns the name of a section, `Lwt_log.Section.name`; NULL if it is none. On
 * any thread. */
const char *lwt_log_section_name(const struct lwt_log_section *section);

/* Returns the level of a section, `Lwt_log.Section.level`: messages below it
 * are dropped. -1 if it is none. On any thread. */
int lwt_log_section_level(const struct lwt_log_section *section);

/* Sets the level of a section, `Lwt_log.Section.set_level`: from now on rules
 * leave it alone. Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no section, or
 * there is no such level. On any thread. */
int lwt_log_section_set_level(const struct lwt_log_section *section,
                              int level);

/* Gives a section back to the rules, `Lwt_log.Section.reset_level`. Returns
 * LWT_OK; LWT_INVALID_ARGUMENT if it is no section. On any thread. */
int lwt_log_section_reset_level(const struct lwt_log_section *section);

/* Replaces all rules by those of a text, `Lwt_log.load_rules`, and sets the
 * level of every section that was not set by hand. `"db.* -> debug; net ->
 * error; info"` are three rules; the last one, without a pattern, is for all
 * sections. `*` stands for any run of bytes, also none; of several rules that
 * match, the first decides; where none does, the level is LWT_LEVEL_NOTICE.
 *
 * Returns LWT_OK. A level that nobody knows is told on standard error, and that
 * rule is left out. LWT_INVALID_ARGUMENT if `text` is NULL or can't be read as
 * rules, which standard error is told too: then all stays as it was.
 *
 * When sections are first asked for, this is done with the environment variable
 * LWT_LOG. On any thread. Manual: "The logging facility". */
int lwt_log_load_rules(const char *text);

/* Adds a rule before all others, `Lwt_log.add_rule`, and sets the levels of all
 * sections that were not set by hand. Returns LWT_OK; LWT_INVALID_ARGUMENT if
 * `pattern` is NULL, empty, or has a blank, a `;` or an `->` in it, or there is
 * no such level. On any thread. */
int lwt_log_add_rule(const char *pattern, int level);

/* Adds a rule after all others, `Lwt_log.append_rule`. As lwt_log_add_rule. */
int lwt_log_append_rule(const char *pattern, int level);

/* Forgets all rules, `Lwt_log.reset_rules`: sections that were not set by hand
 * have LWT_LEVEL_NOTICE. On any thread. */
void lwt_log_reset_rules(void);

/* Reads a text as rules, `Lwt_log.rules`, and calls `f` for each with its
 * pattern and the name of its level, which may be one that nobody knows.
 * Nothing is set. Returns LWT_OK; LWT_INVALID_ARGUMENT if it can't be read as
 * rules (then `f` was not called), or `text` or `f` is NULL. What `f` raises
 * goes to the async exception hook. On any thread. */
int lwt_log_rules(const char *text, lwt_log_rule_fn f, void *env);

/* One more reference to the same logger, owned by the caller. NULL: it is none.
 * On any thread. */
lwt_logger *lwt_logger_retain(const lwt_logger *logger);

/* Gives up a reference. A logger of which nobody has one, and which is not part
 * of another or the default one, writes what is queued and ends by itself; a
 * channel stays open, and the close function of lwt_logger_make is not called.
 * Does nothing with what is no logger. On any thread. */
void lwt_logger_release(lwt_logger *logger);

/* Returns the default logger, `Lwt_log.default`, to which messages go that name
 * none; the caller owns the reference. At first it writes to standard error.
 * NULL: out of memory. On any thread. Manual: "The logging facility". */
lwt_logger *lwt_log_default(void);

/* Makes a logger, which is borrowed, the default one, on all threads. The one
 * of before is not closed. Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no
 * logger. On any thread. */
int lwt_log_set_default(const lwt_logger *logger);

/* Returns a logger that drops everything, `Lwt_log.null`; the caller owns it.
 * NULL: out of memory. On any thread. */
lwt_logger *lwt_logger_null(void);

/* Returns the logger to standard error, the default one at first: there is one
 * in a process, its template is LWT_LOG_CHANNEL_TEMPLATE, and its lines are
 * written by a thread of its own. The caller owns the reference. NULL: out of
 * memory. On any thread. */
lwt_logger *lwt_logger_stderr(void);

/* Returns a logger that calls `output(message, env)` for each message,
 * `Lwt_log.make`; the caller owns it. A message is logged when the promise of
 * `output` has resolved, and fails as that does.
 *
 * lwt_logger_close calls `close(env)`, once. `close` may be NULL. All functions
 * are called on the calling thread, in its main loop where the message or the
 * close comes from another one; within the call if it comes from this one.
 * `drop_env` is called once, on that thread: when nobody has the logger any
 * more, or the thread ends; then messages fail with LWT_LOGGER_CLOSED.
 *
 * NULL: `output` is NULL, or memory ran out; `drop_env` was called. On any
 * thread. */
lwt_logger *lwt_logger_make(lwt_log_output_fn output, lwt_thunk_fn close,
                            void *env, lwt_drop_fn drop_env);

/* Returns a logger that hands each message to all of these, at once,
 * `Lwt_log.broadcast`; the caller owns it. A message fails if one of them fails
 * it, when all are through. Closing it does not close them. Borrows the
 * loggers, of which it keeps references.
 *
 * NULL: one of them is no logger, more than 20 broadcasts would be in each
 * other, or memory ran out. On any thread. */
lwt_logger *lwt_logger_broadcast(const lwt_logger *const *loggers, size_t n);

/* Returns a logger that calls `f(section, level, env)` for each message and
 * hands it to the logger that `f` returns, `Lwt_log.dispatch`; the caller owns
 * it. What `f` returns is borrowed: it has to be there until then, and should
 * be as long as this one. Closing this one does not close those.
 *
 * A message fails with LWT_INVALID_ARGUMENT if `f` returns no logger, or in the
 * end itself, and with what `f` raises. Threads and `drop_env`: as
 * lwt_logger_make. NULL: `f` is NULL, or memory ran out. */
lwt_logger *lwt_logger_dispatch(lwt_log_dispatch_fn f, void *env,
                                lwt_drop_fn drop_env);

/* Returns a logger that writes to a channel, `Lwt_log.channel`; the caller owns
 * it. The lines of a message are written together, and then the channel is
 * flushed: then the message is logged. `close_mode` is LWT_LOG_KEEP, or
 * LWT_LOG_CLOSE, so that closing the logger closes the channel. `template` may
 * be NULL: LWT_LOG_CHANNEL_TEMPLATE.
 *
 * Borrows the channel, of which it keeps a reference. What other threads log is
 * written by the channel's, in its main loop, and fails with LWT_LOGGER_CLOSED
 * once that thread has ended. A message fails as writing does.
 *
 * NULL: it is no output channel of this thread, `close_mode` is neither, a
 * variable of the template is unknown, or memory ran out. On the channel's
 * thread. */
lwt_logger *lwt_logger_channel(const lwt_io_channel *channel, int close_mode,
                               const char *template_);

/* Opens a file, on a worker, and returns a promise of a logger that writes to
 * it, `Lwt_log.file`: an owned value (`lwt_logger *`, which any thread may
 * use).
 *
 * `mode` is LWT_LOG_APPEND or LWT_LOG_TRUNCATE. A file that is not there is
 * made, with `permissions`, less what umask takes; 0 stands for 0640. It is
 * closed in programs that are executed, and each write goes to its end, so that
 * several processes may share it. `template` may be NULL:
 * LWT_LOG_FILE_TEMPLATE.
 *
 * A message is logged when it is in the logger's queue, which a thread of its
 * own writes, many lines at once: a slow disk holds up nobody as long as there
 * is room (lwt_logger_set_queue). When a write fails, those lines are lost:
 * standard error is told once, until one succeeds again, lwt_logger_stats
 * counts, and the next lwt_logger_flush fails. What is queued is written before
 * the program ends normally. The child of a fork writes what it logs itself,
 * and nothing of what its parent had in the queue.
 *
 * Fails with LWT_UNIX_ERROR if it can't be opened, and LWT_INVALID_ARGUMENT if
 * the name is NULL, there is no such mode, or a variable of the template is
 * unknown. Cancelling it gives it up, though the file may have been made. On
 * any thread. (In Lwt the permissions are ignored.) Manual: "The logging
 * facility". */
lwt_t *lwt_logger_file(const char *file_name, int mode, int permissions,
                       const char *template_);

/* Returns a logger to the system's log, `Lwt_log.syslog`; the caller owns
 * it.
 *
 * `facility` is LWT_LOG_USER and so on, 0 to 23; `form` is LWT_LOG_RFC3164 or
 * LWT_LOG_RFC5424. `paths` are the `n` sockets that are tried, in this order,
 * each as a datagram socket, and as a stream where it is one; 0: /dev/log and
 * /var/run/log. `template` may be NULL: LWT_LOG_SYSLOG_TEMPLATE, or for RFC
 * 5424 `$(message)`.
 *
 * The first message connects. Lines go out one by one, cut to 1024 bytes, of
 * which the last are then `<truncated>`. A line that can't be sent is sent once
 * more over a new connection. A message is logged when its lines are sent, and
 * fails with LWT_UNIX_ERROR if they can't be, of which standard error is told
 * once, until one can be again. Queue, end of the program and forks: as
 * lwt_logger_file.
 *
 * NULL: there is no such facility or form, a path is NULL, a variable of the
 * template is unknown, or memory ran out. On any thread. */
lwt_logger *lwt_logger_syslog(int facility, int form, const char *const *paths,
                              size_t n, const char *template_);

/* Closes a logger, which is borrowed, `Lwt_log.close`: from now on messages
 * fail with LWT_LOGGER_CLOSED. Returns a promise that is fulfilled when what
 * was logged before is written and what is behind it closed, as the kind of
 * logger has it. It happens once; whoever closes it again, on whatever thread,
 * is told how that went. NULL closes the default logger.
 *
 * Fails with LWT_INVALID_ARGUMENT if it is no logger; with LWT_UNIX_ERROR if
 * something could not be written and nobody was told of it yet, as
 * lwt_logger_flush does; and as closing does. Cancelling loses nothing: it goes
 * on. On any thread. */
lwt_t *lwt_logger_close(const lwt_logger *logger);

/* Returns a promise that is fulfilled when all that was logged before to a
 * logger is written: handed to the system, that is, which may not have it on
 * the disk yet. Borrows it; NULL is the default one. What the user's own
 * functions do is not waited for. A message that is to be the last before an
 * abort is best waited for so.
 *
 * Fails with LWT_INVALID_ARGUMENT if it is no logger, and with LWT_UNIX_ERROR
 * if something could not be written of which nobody was told yet; it is told
 * once, here, by lwt_logger_close, or by the promise of a message to syslog.
 * Cancelling loses nothing. On any thread. */
lwt_t *lwt_logger_flush(const lwt_logger *logger);

/* Opens the file of a logger anew by its name, so that whoever has renamed it
 * (to rotate logs) gets no more lines: all that is logged once the promise is
 * fulfilled goes to the new one, and no line is lost on the way. Syslog is
 * connected anew; other loggers have nothing to do. Of a broadcast all parts
 * do so. Borrows it; NULL is the default one. Returns a promise of LWT_UNIT.
 *
 * Fails with LWT_UNIX_ERROR if the file can't be opened, and then the old one
 * stays; LWT_LOGGER_CLOSED; LWT_INVALID_ARGUMENT if it is no logger. Cancelling
 * loses nothing: it goes on. On any thread; in a handler of lwt_unix_on_signal,
 * say. */
lwt_t *lwt_logger_reopen(const lwt_logger *logger);

/* How many bytes a logger keeps that are not written yet, 16 MiB at first, and
 * what becomes of a message for which there is no room: LWT_LOG_WAIT, as at
 * first, or LWT_LOG_DROP. One message is taken into an empty queue, however
 * long it is. Borrows it; NULL is the default one.
 *
 * With LWT_LOG_WAIT nothing is ever lost: what is logged without waiting for
 * the promise, on a thread that has a main loop, goes into the queue even if
 * that is full. For who must bound memory there is the promise, or
 * LWT_LOG_DROP.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no logger, one without a queue
 * (null, broadcast), `bytes` is 0, or `full` neither. On any thread. */
int lwt_logger_set_queue(const lwt_logger *logger, size_t bytes, int full);

/* Returns what a logger has done so far; zeros if it is none, or one that keeps
 * no count (null, broadcast). Borrows it; NULL is the default one. On any
 * thread. */
struct lwt_logger_stats lwt_logger_get_stats(const lwt_logger *logger);

/* Returns the key that is bound to the place of a message, a `const struct
 * lwt_log_location *`, while the functions of lwt_logger_make and
 * lwt_logger_dispatch run, `Lwt_log.location_key`. Nobody releases it. On any
 * thread. NULL: memory ran out. */
const lwt_key *lwt_log_location_key(void);

/* Logs a message, `Lwt_log.log`: a logger that is closed fails it with
 * LWT_LOGGER_CLOSED; a message below the level of its section is dropped, and
 * the promise fulfilled; any other is the logger's, and the promise fulfilled,
 * or failed, when that has done with it what it does. Borrows both, and all
 * that the message leads to, until the call returns; NULL is the default
 * logger. The macros below are shorter.
 *
 * The text is split at newlines, of which one at its end makes no further line;
 * of an empty text nothing is written. The lines of a message stay together. An
 * exception adds ": ", what it says, and its backtrace, if there is one.
 *
 * Fails with LWT_INVALID_ARGUMENT if it is no logger, no section, no level, no
 * exception, or a text or field is NULL or absurd; with LWT_OUT_OF_MEMORY; and
 * as the logger does. Cancelling it loses nothing: the message goes its way. On
 * any thread. */
lwt_t *lwt_log_log(const lwt_logger *logger,
                   const struct lwt_log_message *message);

/* The same, and nobody asks what has become of it, `Lwt_log.ign_log`: every
 * failure is ignored, and no promise is made. It returns LWT_OK, or the kind of
 * what could be told at once, which may be ignored, too. On a thread without a
 * main loop it waits until there is room, if the logger is one with
 * LWT_LOG_WAIT. On any thread. */
int lwt_log_ign_log(const lwt_logger *logger,
                    const struct lwt_log_message *message);

/* Returns a promise of the text (struct lwt_string *) that a template makes of
 * a message, `Lwt_log.render`. The variables are those of the loggers. All of
 * the text is one `$(message)`, with what its exception and fields say.
 *
 * Fails with LWT_INVALID_ARGUMENT if a variable is unknown, a text is NULL, or
 * the message is none. Borrows both. On any thread. */
lwt_t *lwt_log_render(const char *template_,
                      const struct lwt_log_message *message);

/* ---- Messages by format. What is below is made of lwt_log_log and lwt_log_ign_log. ---- */

/* Has the compiler look at the arguments of a function of ours as it does at those
 * of printf(3): the format is the parameter `text`, counted from 1. */
#if defined(__GNUC__)
#define LWT_LOG_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define LWT_LOG_FORMAT(text, first)
#endif

/* Are calls of lwt_log_debug compiled? */
#ifdef LWT_LOG_DEBUG
#define LWT_LOG_KEEPS_DEBUG 1
#else
#define LWT_LOG_KEEPS_DEBUG 0
#endif

/* Is a message of this level logged? A load and a comparison. On any
 * thread. */
static inline bool lwt_log_is_enabled(const lwt_log_section *section, int level) {
#if defined(__GNUC__)
  static const lwt_log_section *main_section; /* for who names none */
  if (section == NULL) {
    section = __atomic_load_n(&main_section, __ATOMIC_ACQUIRE);
    if (section == NULL) {
      section = lwt_log_section_main();
      __atomic_store_n(&main_section, section, __ATOMIC_RELEASE);
    }
  }
  return __builtin_expect(level >= __atomic_load_n(&section->level, __ATOMIC_RELAXED), 0);
#else
  return level >= lwt_log_section_level(section);
#endif
}

/* A message without a text, which tells its place in the program: its parts are
 * borrowed. On any thread. */
static inline struct lwt_log_message lwt_log_at(const lwt_log_section *section, int level,
                                                const char *file, int line, const char *function) {
  struct lwt_log_message message;
  memset(&message, 0, sizeof message);
  message.section = section;
  message.level = level;
  message.file = file;
  message.line = line;
  message.function = function;
  return message;
}

/* Logs a message whose text is made of a format; returns a promise, owned by the
 * caller, or NULL if it is to be ignored. As lwt_log_log, or lwt_log_ign_log, otherwise. */
LWT_LOG_FORMAT(4, 0)
static inline lwt_t *lwt_log_vformat(const lwt_logger *logger, bool ignored,
                                           struct lwt_log_message *message, const char *format,
                                           va_list arguments) {
  char here[512], *more = NULL;
  int len;
  lwt_t *logged = NULL;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  message->text = here;
  if (len >= (int)sizeof here) {
    more = (char *)malloc((size_t)len + 1);
    if (more != NULL) {
      len = vsnprintf(more, (size_t)len + 1, format, again);
      message->text = more;
    } else {
      len = (int)sizeof here - 1; /* what there is of it */
    }
  }
  va_end(again);
  if (len < 0) { /* it can't be printed */
    message->text = format;
    len = (int)strlen(format);
  }
  message->length = (size_t)len;
  if (ignored) {
    (void)lwt_log_ign_log(logger, message);
  } else {
    logged = lwt_log_log(logger, message);
  }
  free(more);
  return logged;
}

/* To a logger, of an exception (both may be NULL), from a place, by a format. */
LWT_LOG_FORMAT(8, 9)
static inline void lwt_log_format(const lwt_logger *logger, const lwt_log_section *section,
                                        int level, const lwt_exn *exn, const char *file, int line,
                                        const char *function, const char *format, ...) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  va_list arguments;
  message.exn = exn;
  va_start(arguments, format);
  (void)lwt_log_vformat(logger, true, &message, format, arguments);
  va_end(arguments);
}

/* The same, and returns a promise, owned by the caller: as lwt_log_log. */
LWT_LOG_FORMAT(8, 9)
static inline lwt_t *lwt_log_format_p(const lwt_logger *logger,
                                            const lwt_log_section *section, int level,
                                            const lwt_exn *exn, const char *file, int line,
                                            const char *function, const char *format, ...) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  lwt_t *logged;
  va_list arguments;
  message.exn = exn;
  va_start(arguments, format);
  logged = lwt_log_vformat(logger, false, &message, format, arguments);
  va_end(arguments);
  return logged;
}

/* Whatever is to be known of a message but its format. Nothing is evaluated below the level of
 * the section. */
#define LWT_LOG_AT(compiled, logger, level, section, exn, ...)                               \
  do {                                                                                       \
    if (compiled) {                                                                          \
      const lwt_log_section *lwt_log_section_ = (section);                                   \
      if (lwt_log_is_enabled(lwt_log_section_, (level)))                                     \
        lwt_log_format((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,       \
                       __func__, __VA_ARGS__);                                               \
    }                                                                                        \
  } while (0)
#define LWT_LOG_AT_P(compiled, logger, level, section, exn, ...)                             \
  __extension__({                                                                            \
    const lwt_log_section *lwt_log_section_ = (compiled) ? (section) : NULL;                 \
    (compiled) && lwt_log_is_enabled(lwt_log_section_, (level))                              \
        ? lwt_log_format_p((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,   \
                           __func__, __VA_ARGS__)                                            \
        : lwt_return(NULL);                                                                  \
  })

/* To a logger of your choice, which is borrowed; NULL: the default one. */
#define LWT_LOG_TO(logger, level, section, ...) \
  LWT_LOG_AT(1, logger, level, section, NULL, __VA_ARGS__)
#define LWT_LOG_TO_P(logger, level, section, ...) \
  LWT_LOG_AT_P(1, logger, level, section, NULL, __VA_ARGS__)

/* For who looks for a mistake; compiled only with LWT_LOG_DEBUG: `Lwt_log.ign_debug_f`, of an exception, and with a promise: `Lwt_log.debug_f`. */
#define lwt_log_debug(section, ...) \
  LWT_LOG_AT(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, NULL, __VA_ARGS__)
#define lwt_log_debug_e(section, exn, ...) \
  LWT_LOG_AT(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, exn, __VA_ARGS__)
#define lwt_log_debug_p(section, ...) \
  LWT_LOG_AT_P(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, NULL, __VA_ARGS__)
#define lwt_log_debug_pe(section, exn, ...) \
  LWT_LOG_AT_P(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, exn, __VA_ARGS__)

/* What happens: `Lwt_log.ign_info_f`, of an exception, and with a promise: `Lwt_log.info_f`. */
#define lwt_log_info(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_INFO, section, NULL, __VA_ARGS__)
#define lwt_log_info_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_INFO, section, exn, __VA_ARGS__)
#define lwt_log_info_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_INFO, section, NULL, __VA_ARGS__)
#define lwt_log_info_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_INFO, section, exn, __VA_ARGS__)

/* What happens and should be known: `Lwt_log.ign_notice_f`, of an exception, and with a promise: `Lwt_log.notice_f`. */
#define lwt_log_notice(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_NOTICE, section, NULL, __VA_ARGS__)
#define lwt_log_notice_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_NOTICE, section, exn, __VA_ARGS__)
#define lwt_log_notice_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_NOTICE, section, NULL, __VA_ARGS__)
#define lwt_log_notice_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_NOTICE, section, exn, __VA_ARGS__)

/* What may become an error: `Lwt_log.ign_warning_f`, of an exception, and with a promise: `Lwt_log.warning_f`. */
#define lwt_log_warning(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_WARNING, section, NULL, __VA_ARGS__)
#define lwt_log_warning_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_WARNING, section, exn, __VA_ARGS__)
#define lwt_log_warning_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_WARNING, section, NULL, __VA_ARGS__)
#define lwt_log_warning_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_WARNING, section, exn, __VA_ARGS__)

/* What went wrong: `Lwt_log.ign_error_f`, of an exception, and with a promise: `Lwt_log.error_f`. */
#define lwt_log_error(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_ERROR, section, NULL, __VA_ARGS__)
#define lwt_log_error_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_ERROR, section, exn, __VA_ARGS__)
#define lwt_log_error_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_ERROR, section, NULL, __VA_ARGS__)
#define lwt_log_error_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_ERROR, section, exn, __VA_ARGS__)

/* What ends the program: `Lwt_log.ign_fatal_f`, of an exception, and with a promise: `Lwt_log.fatal_f`. */
#define lwt_log_fatal(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_FATAL, section, NULL, __VA_ARGS__)
#define lwt_log_fatal_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_FATAL, section, exn, __VA_ARGS__)
#define lwt_log_fatal_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_FATAL, section, NULL, __VA_ARGS__)
#define lwt_log_fatal_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_FATAL, section, exn, __VA_ARGS__)

/* ---- Keys and values ---- */

/* A field: text that ends with a NUL byte, NULL: nothing; text with a length; numbers; a truth;
 * nothing. It borrows the key and the text. On any thread. */
static inline struct lwt_log_field lwt_log_field_of(const char *key, int kind, int64_t integer,
                                                    double real, const char *text, size_t length) {
  struct lwt_log_field field;
  field.key = key;
  field.kind = kind;
  field.integer = integer;
  field.real = real;
  field.text = text;
  field.length = length;
  return field;
}
static inline struct lwt_log_field LWT_LOG_STR(const char *key, const char *text) {
  return lwt_log_field_of(key, LWT_LOG_TEXT, 0, 0, text, text != NULL ? strlen(text) : 0);
}
static inline struct lwt_log_field LWT_LOG_BYTES(const char *key, const char *text, size_t length) {
  return lwt_log_field_of(key, LWT_LOG_TEXT, 0, 0, text, length);
}
static inline struct lwt_log_field LWT_LOG_INT(const char *key, int64_t number) {
  return lwt_log_field_of(key, LWT_LOG_INTEGER, number, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_UINT(const char *key, uint64_t number) {
  return lwt_log_field_of(key, LWT_LOG_UNSIGNED, (int64_t)number, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_DOUBLE(const char *key, double number) {
  return lwt_log_field_of(key, LWT_LOG_REAL, 0, number, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_BOOL(const char *key, bool truth) {
  return lwt_log_field_of(key, LWT_LOG_TRUTH, truth, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_NULL(const char *key) {
  return lwt_log_field_of(key, LWT_LOG_NOTHING, 0, 0, NULL, 0);
}

/* Logs a text (no format) with fields. */
static inline void lwt_log_fields(const lwt_logger *logger, const lwt_log_section *section,
                                        int level, const lwt_exn *exn, const char *file, int line,
                                        const char *function, const char *text,
                                        const struct lwt_log_field *fields, size_t count) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  message.exn = exn;
  message.text = text;
  message.length = text != NULL ? strlen(text) : 0;
  message.fields = fields;
  message.field_count = count;
  (void)lwt_log_ign_log(logger, &message);
}

/* A text and at least one field, at a level; and to a logger of your choice, of an exception. They
 * are not evaluated below the level of the section; one that is LWT_LEVEL_DEBUG is compiled only
 * with LWT_LOG_DEBUG. */
#define lwt_log_kv(section, level, text, ...) \
  lwt_log_kv_to(NULL, section, level, NULL, text, __VA_ARGS__)
#define lwt_log_kv_to(logger, section, level, exn, text, ...)                                 \
  do {                                                                                        \
    if (LWT_LOG_KEEPS_DEBUG || (level) != LWT_LEVEL_DEBUG) {                                  \
      const lwt_log_section *lwt_log_section_ = (section);                                    \
      if (lwt_log_is_enabled(lwt_log_section_, (level))) {                                    \
        const struct lwt_log_field lwt_log_fields_[] = {__VA_ARGS__};                         \
        lwt_log_fields((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,        \
                       __func__, (text), lwt_log_fields_,                                     \
                       sizeof lwt_log_fields_ / sizeof lwt_log_fields_[0]);                   \
      }                                                                                       \
    }                                                                                         \
  } while (0)

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_log_default(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_log_default(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_null(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_null(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_stderr(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_stderr(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_make(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_make(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_broadcast(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_broadcast(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_dispatch(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_dispatch(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_channel(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_channel(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_file(...) \
  lwt_debug_promise(lwt_logger_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_logger_syslog(...) \
  ((struct lwt_logger *)lwt_debug_handle(lwt_logger_syslog(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_logger_close(...) \
  lwt_debug_promise(lwt_logger_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_logger_flush(...) \
  lwt_debug_promise(lwt_logger_flush(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_logger_reopen(...) \
  lwt_debug_promise(lwt_logger_reopen(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_log_log(...) \
  lwt_debug_promise(lwt_log_log(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_log_render(...) \
  lwt_debug_promise(lwt_log_render(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_LOG_H */
