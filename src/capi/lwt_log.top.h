#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwt_io.h"

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
 * comparison, and its arguments are not evaluated, so count() is not called. The level of a
 * section is LWT_LEVEL_NOTICE, or what rules say (the environment variable LWT_LOG=
 * "net -> debug; db.* -> error", or lwt_log_load_rules), or what lwt_log_section_set_level
 * says. Calls of lwt_log_debug are compiled only where LWT_LOG_DEBUG is defined before this
 * header is included; else their arguments are checked and that is all.
 *
 * For each level there are, with `debug`, `notice`, `warning`, `error` and `fatal` in place
 * of `info`:
 *
 *     lwt_log_info(section, format, ...)           nobody asks what becomes of it: ign_info_f
 *     lwt_log_info_e(section, exn, format, ...)    the same, of an exception (borrowed)
 *     lwt_log_info_p(section, format, ...)         a promise, the caller's, as lwt_log_log: info_f
 *     lwt_log_info_pe(section, exn, format, ...)   both
 *
 * They go to the default logger, which writes to standard error at first; to another one by
 * LWT_LOG_TO(logger, level, section, format, ...), or lwt_log_set_default. All of them record file,
 * line and function, and the compiler checks the format. The `section` is evaluated once.
 *
 * WHAT A LOGGER DOES WITH A MESSAGE is its template's matter: `$(name)` stands for a
 * variable, and what is no variable is refused when the logger is made.
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
 * Fields stand behind the text of a message (`login user=ann id=7`), or are members of the
 * object; one that has the name of a member is called `fields.NAME` there, and so is one whose
 * name begins with `fields.`; of two of one name the last counts. In words a key or a text stands
 * between quotes, escaped as in JSON, if it has blanks, quotes, `=`, `\` or what is not printable
 * ASCII. Text that is no UTF-8 is mended in JSON.
 *
 * THE TEXT OF A MESSAGE goes out as it is: control characters in it reach a terminal that shows
 * the lines, and what comes from outside may have some. $(json) escapes them, and fields do.
 *
 * THE LINES OF A MESSAGE stay together, and lines never mix, whoever logs. Loggers to files, to
 * standard error and to syslog have a queue, which a thread of their own writes: who logs
 * never waits for a disk. lwt_logger_set_queue says how long the queue may be, and what
 * happens then. What is queued is written before the program ends by exit(); what ends it
 * otherwise loses what was logged in the last moment (a millisecond, for a file that keeps
 * up; lwt_logger_flush is for who must be sure). In the child of a fork loggers go on
 * working. Signal handlers of the system must not log. */

/* What loggers make of a message if no template says so. */
#define LWT_LOG_CHANNEL_TEMPLATE "$(name): $(section): $(message)"
#define LWT_LOG_FILE_TEMPLATE "$(date): $(section): $(message)"
#define LWT_LOG_SYSLOG_TEMPLATE "$(date) $(name)[$(pid)]: $(section): $(message)"
/* One object a line. */
#define LWT_LOG_JSON_TEMPLATE "$(json)"
