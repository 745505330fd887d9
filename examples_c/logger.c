/* logger: a server's log: a file that is rotated, and the system's log for what is serious.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/logger.c -o logger -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 *   ./logger [FILE]        FILE: where to log to, a fresh file without it
 *
 * Everything goes to FILE, errors besides to syslog (if there is any on the machine). After each
 * hundred requests the file is renamed and the program sends itself SIGHUP, as logrotate does:
 * its handler has the file opened anew, and no line is lost. Requests are served on the main loop
 * and on worker threads; both log in the same way. At the end all lines are counted. */
#define _GNU_SOURCE
#include <lwt_log.h>
#include <lwt_main.h>
#include <lwt_preemptive.h>
#include <lwt_unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REQUESTS = 300, A_FILE = 100 };

static const lwt_log_section *http, *work;
static lwt_logger *file;
static const lwt_logger *both;
static int reopened;

/* Errors go to both, all else to the file. */
static const lwt_logger *choose(const lwt_log_section *section, int level, void *env) {
  (void)section, (void)env;
  return level >= LWT_LEVEL_ERROR ? both : file;
}

static void on_hangup(int number, void *env) {
  (void)number, (void)env;
  reopened++;
  lwt_release(lwt_logger_reopen(file));
}

/* On a worker. */
static lwt_value compute(void *number) {
  lwt_log_info(work, "computing for request %d", (int)LWT_TO_INT(number));
  return number;
}

static void end(const char *why, const lwt_exn *e) {
  fprintf(stderr, "logger: %s: %s\n", why, e != NULL ? lwt_exn_message(e) : "out of memory");
  exit(1);
}
static lwt_value run(lwt_t *p, const char *why) {
  lwt_exn *e = NULL;
  lwt_value value = lwt_main_run(p, &e);
  if (e != NULL) end(why, e);
  return value;
}

static long lines_of(const char *path) {
  long lines = 0;
  FILE *in = fopen(path, "r");
  if (in == NULL) return 0;
  for (int c; (c = getc(in)) != EOF;) lines += c == '\n';
  fclose(in);
  return lines;
}

int main(int argc, char **argv) {
  char path[1024], old[1100];
  int fresh = argc < 2;
  if (fresh) {
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/logger-XXXXXX", base != NULL ? base : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) return 1;
    close(fd);
  } else {
    snprintf(path, sizeof path, "%s", argv[1]);
  }
  lwt_log_load_rules("http -> info; work -> info");
  http = lwt_log_section_make("http");
  work = lwt_log_section_make("work");

  file = run(lwt_logger_file(path, LWT_LOG_TRUNCATE, 0,
                             "$(date).$(milliseconds) $(level) $(section): $(message)"),
             path);
  lwt_logger *system = lwt_logger_syslog(LWT_LOG_DAEMON, LWT_LOG_RFC5424, NULL, 0, NULL);
  const lwt_logger *parts[] = {file, system};
  lwt_logger *two = lwt_logger_broadcast(parts, access("/dev/log", F_OK) == 0 ? 2 : 1);
  both = two;
  lwt_logger *chosen = lwt_logger_dispatch(choose, NULL, NULL);
  lwt_log_set_default(chosen);

  lwt_unix_signal_handler *hangup;
  if (lwt_unix_on_signal(SIGHUP, on_hangup, NULL, NULL, &hangup) != LWT_OK) end("SIGHUP", NULL);
  for (int n = 1; n <= REQUESTS; n++) {
    lwt_log_info(http, "request %d from %s", n, "127.0.0.1");
    run(lwt_preemptive_detach(compute, LWT_INT(n), NULL), "a worker");
    lwt_log_kv(http, LWT_LEVEL_INFO, "served", LWT_LOG_INT("request", n), LWT_LOG_BOOL("ok", n % 50 != 0));
    if (n % A_FILE == 0 && n < REQUESTS) {
      snprintf(old, sizeof old, "%s.%d", path, n / A_FILE);
      if (rename(path, old) != 0) return 1;
      int before = reopened;
      raise(SIGHUP);
      while (reopened == before) run(lwt_unix_sleep(0.001), "sleep");
    }
  }
  lwt_log_error(http, "%d requests are enough", REQUESTS);
  run(lwt_unix_sleep(0.01), "sleep");
  run(lwt_logger_close(file), "closing the log");

  long lines = lines_of(path);
  for (int n = 1; n < REQUESTS / A_FILE; n++) {
    snprintf(old, sizeof old, "%s.%d", path, n);
    lines += lines_of(old);
    if (fresh) unlink(old);
  }
  if (fresh) unlink(path);
  printf("%ld lines in %d files\n", lines, reopened + 1);
  lwt_unix_disable_signal_handler(hangup);
  lwt_unix_signal_handler_release(hangup);
  lwt_logger_release(file);
  lwt_logger_release(system);
  lwt_logger_release(two);
  lwt_logger_release(chosen);
  return lines == REQUESTS * 3 + 1 ? 0 : 1;
}
