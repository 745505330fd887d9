/* Loggers of the user's, those that hand on to others, the one to a channel, and syslog. */
#include "log_kit.h"

#include <sys/socket.h>
#include <sys/un.h>

#define LOG(logger, ...) LWT_LOG_TO_P(logger, LWT_LEVEL_ERROR, NULL, __VA_ARGS__)

TEST(a_message_is_logged_when_the_promise_of_its_function_is_resolved) {
  struct notes notes = {.waits = true};
  lwt_logger *logger = noting(&notes);
  lwt_t *p = LOG(logger, "%d", 42);
  CHECK_SLEEPS(p);
  lwt_wakeup(notes.wakener, LWT_UNIT);
  CHECK_RETURNS(p, 0);
  notes.waits = false, notes.fails = LWT_FAILURE;
  CHECK_FAILS(LOG(logger, "x"), LWT_FAILURE);
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "ignored");
  CHECK_NOTES(&notes, "main error [42]; main error [x]; main error [ignored]");
  CHECK_INT(lwt_logger_get_stats(logger).errors, 2);
  CHECK_INT(lwt_logger_get_stats(logger).queued, 0);
  lwt_logger_release(logger);
  CHECK_INT(notes.drops, 1);
}

TEST(an_exception_is_told_behind_the_text) {
  struct notes notes = {.calls = 0};
  lwt_logger *logger = noting(&notes), *before = lwt_log_default();
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, "it broke");
  lwt_log_set_default(logger);
  lwt_log_error_e(NULL, e, "job %d", 7);
  CHECK_HAS(notes.text, "main error [job 7: it broke");
  CHECK_RETURNS(lwt_log_fatal_pe(NULL, e, "job %d", 8), 0);
  CHECK_HAS(notes.text, "; main fatal [job 8: it broke");
  lwt_log_notice(NULL, "n");
  lwt_log_warning(NULL, "w");
  CHECK_HAS(notes.text, "; main notice [n]; main warning [w]");
  lwt_log_set_default(before);
  lwt_logger_release(before);
  lwt_logger_release(logger);
  lwt_exn_release(e);
}

TEST(a_broadcast_reaches_all_and_fails_if_one_does) {
  struct notes a = {.calls = 0}, b = {.fails = LWT_FULL}, c = {.waits = true};
  const lwt_logger *all[] = {noting(&a), noting(&b), noting(&c)};
  lwt_logger *logger = lwt_logger_broadcast(all, 3);
  lwt_t *p = LOG(logger, "x");
  CHECK_SLEEPS(p);
  CHECK_NOTES(&a, "main error [x]");
  CHECK_NOTES(&b, "main error [x]");
  lwt_wakeup(c.wakener, LWT_UNIT);
  CHECK_FAILS(p, LWT_FULL);
  CHECK_RETURNS(lwt_logger_close(logger), 0);
  CHECK_FAILS(LOG(logger, "y"), LWT_LOGGER_CLOSED);
  c.waits = false;
  CHECK_RETURNS(LOG(all[0], "still"), 0);
  CHECK_INT(a.closes, 0);
  for (int n = 0; n < 3; n++) lwt_logger_release((lwt_logger *)all[n]);
  CHECK_INT(a.drops, 0); /* the broadcast has them */
  lwt_logger_release(logger);
  CHECK_INT(a.drops + b.drops + c.drops, 3);
  CHECK(lwt_logger_broadcast(NULL, 1) == NULL);
  logger = lwt_logger_broadcast(NULL, 0);
  CHECK_RETURNS(LOG(logger, "to nobody"), 0);
  lwt_logger_release(logger);
}

TEST(broadcasts_in_broadcasts_are_bounded_and_the_stack_stays) {
  struct notes notes = {.calls = 0};
  lwt_logger *logger = noting(&notes);
  int depth = 0;
  for (; depth < 100000; depth++) {
    const lwt_logger *below = logger;
    lwt_logger *next = lwt_logger_broadcast(&below, 1);
    if (next == NULL) break;
    lwt_logger_release(logger);
    logger = next;
  }
  CHECK_INT(depth, 20);
  CHECK_RETURNS(LOG(logger, "x"), 0);
  CHECK_RETURNS(lwt_logger_flush(logger), 0);
  CHECK_RETURNS(lwt_logger_reopen(logger), 0);
  CHECK_NOTES(&notes, "main error [x]");
  lwt_logger_release(logger);
  CHECK_INT(notes.drops, 1);
}

static const lwt_logger *loud, *quiet;
static const lwt_logger *by_level(const lwt_log_section *section, int level, void *env) {
  (void)section, (void)env;
  return level >= LWT_LEVEL_ERROR ? loud : quiet;
}
static const lwt_logger *itself(const lwt_log_section *section, int level, void *env) {
  (void)section, (void)level;
  return *(lwt_logger **)env;
}
TEST(a_function_chooses_the_logger_of_each_message) {
  struct notes a = {.calls = 0}, b = {.calls = 0};
  ENV(env);
  loud = noting(&a), quiet = noting(&b);
  lwt_logger *logger = lwt_logger_dispatch(by_level, &env, env_drop);
  LWT_LOG_TO(logger, LWT_LEVEL_FATAL, NULL, "one");
  LWT_LOG_TO(logger, LWT_LEVEL_NOTICE, NULL, "two");
  CHECK_NOTES(&a, "main fatal [one]");
  CHECK_NOTES(&b, "main notice [two]");
  CHECK_RETURNS(lwt_logger_close(logger), 0);
  CHECK_INT(a.closes + b.closes, 0);
  lwt_logger_release(logger);
  CHECK_ENV(env, 0, 1);
  lwt_logger_release((lwt_logger *)loud);
  CHECK_FAILS(LOG(loud, "gone"), LWT_INVALID_ARGUMENT);
  lwt_logger_release((lwt_logger *)quiet);
}
TEST(one_that_chooses_itself_fails_and_the_stack_stays) {
  lwt_logger *logger = lwt_logger_dispatch(itself, &logger, NULL);
  CHECK_FAILS(LOG(logger, "x"), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_logger_get_stats(logger).queued, 0);
  lwt_logger_release(logger);
  ENV(env);
  CHECK(lwt_logger_dispatch(NULL, &env, env_drop) == NULL);
  CHECK(lwt_logger_make(NULL, NULL, &env, env_drop) == NULL);
  CHECK_ENV(env, 0, 2);
}

TEST(a_loop_of_loggers_that_is_two_wide_ends) {
  lwt_logger *logger, *twice;
  logger = lwt_logger_dispatch(itself, &twice, NULL);
  const lwt_logger *both[] = {logger, logger};
  twice = lwt_logger_broadcast(both, 2);
  CHECK_FAILS(LOG(logger, "x"), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_logger_get_stats(logger).queued, 0);
  /* And what comes then is no matter of it. */
  struct notes notes = {.calls = 0};
  lwt_logger_release(twice);
  twice = noting(&notes);
  CHECK_RETURNS(LOG(logger, "y"), 0);
  CHECK_NOTES(&notes, "main error [y]");
  lwt_logger_release(twice);
  lwt_logger_release(logger);
}

static lwt_logger *victim;
static lwt_t *ends_itself(const struct lwt_log_message *m, void *env) {
  (void)m;
  lwt_release(lwt_logger_close(victim));
  lwt_logger_release(victim);
  return lwt_return(LWT_UNIT);
  (void)env;
}
TEST(a_logger_may_be_closed_and_released_by_its_own_function) {
  ENV(env);
  victim = lwt_logger_make(ends_itself, NULL, &env, env_drop);
  LWT_LOG_TO(victim, LWT_LEVEL_ERROR, NULL, "x");
  CHECK_ENV(env, 0, 1);
}

static struct lwt_log_location where;
static char file_of[256], function_of[256];
static lwt_t *looks(const struct lwt_log_message *m, void *env) {
  (void)m, (void)env;
  lwt_value bound = NULL;
  if (!CHECK(lwt_get(lwt_log_location_key(), &bound) && bound != NULL)) return lwt_return(LWT_UNIT);
  const struct lwt_log_location *at = (const struct lwt_log_location *)bound;
  where = *at;
  snprintf(file_of, sizeof file_of, "%s", at->file ? at->file : "(none)");
  snprintf(function_of, sizeof function_of, "%s", at->function ? at->function : "(none)");
  return lwt_return(LWT_UNIT);
}
TEST(the_place_of_a_message_is_in_the_storage_while_the_logger_runs) {
  lwt_logger *logger = lwt_logger_make(looks, NULL, NULL, NULL);
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "x");
  int line = __LINE__ - 1;
  CHECK_HAS(file_of, "log_loggers.c");
  CHECK_INT(where.line, line);
  CHECK_INT(where.column, -1);
  CHECK_STR(function_of, __func__);
  lwt_value bound;
  CHECK(!lwt_get(lwt_log_location_key(), &bound));
  struct lwt_log_message m = {.level = LWT_LEVEL_ERROR, .text = "x", .length = 1};
  CHECK_RETURNS(lwt_log_log(logger, &m), 0);
  CHECK_STR(file_of, "(none)");
  CHECK_INT(where.line, -1);
  lwt_logger_release(logger);
}

TEST(a_channels_logger_writes_blocks_and_closes_only_if_it_is_to) {
  const char *path = in_folder("channel");
  lwt_t *opened =
    ran(lwt_io_open_file(LWT_IO_OUTPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0));
  const lwt_io_channel *channel = (const lwt_io_channel *)lwt_value_of(opened);
  lwt_logger *logger = lwt_logger_channel(channel, LWT_LOG_KEEP, "$(level) $(message)");
  CHECK_INT(run(LOG(logger, "one\ntwo")), 0);
  CHECK_STR(contents(path), "error one\nerror two\n");
  CHECK_INT(run(lwt_logger_close(logger)), 0);
  CHECK(!lwt_io_is_closed(channel));
  lwt_logger_release(logger);
  logger = lwt_logger_channel(channel, LWT_LOG_CLOSE, NULL);
  CHECK_INT(run(lwt_logger_close(logger)), 0);
  CHECK(lwt_io_is_closed(channel));
  lwt_logger_release(logger);
  CHECK(lwt_logger_channel(channel, 7, NULL) == NULL);
  CHECK(lwt_logger_channel(NULL, LWT_LOG_KEEP, NULL) == NULL);
  CHECK(lwt_logger_channel(lwt_io_stdin(), LWT_LOG_KEEP, NULL) == NULL);
  lwt_release(opened);
}

/* A socket that the system's log might listen on. */
static int listening(const char *path, int kind) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  unlink(path);
  int fd = socket(AF_UNIX, kind | SOCK_NONBLOCK, 0);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) SKIP("no such socket");
  if (kind == SOCK_STREAM) CHECK_INT(listen(fd, 5), 0);
  return fd;
}
static const char *received(int fd) {
  static char text[4096];
  ssize_t n = recv(fd, text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = '\0';
  return text;
}
TEST(syslog_gets_a_datagram_a_line_and_a_lost_connection_is_made_anew) {
  const char *path = in_folder("dgram"), *paths[] = {in_folder("none"), path};
  int fd = listening(path, SOCK_DGRAM);
  lwt_logger *logger =
    lwt_logger_syslog(LWT_LOG_LOCAL0 + 2, LWT_LOG_RFC3164, paths, 2, "$(section): $(message)");
  CHECK_INT(run(LOG(logger, "one\ntwo")), 0);
  CHECK_STR(received(fd), "<147>main: one");
  CHECK_STR(received(fd), "<147>main: two");
  close(fd);
  fd = listening(path, SOCK_DGRAM); /* it was started anew */
  CHECK_INT(run(LOG(logger, "three")), 0);
  CHECK_STR(received(fd), "<147>main: three");
  static char text[3000];
  memset(text, 'x', sizeof text - 1);
  CHECK_INT(run(LOG(logger, "%s", text)), 0);
  const char *got = received(fd);
  CHECK_INT(strlen(got), 1024);
  CHECK_STR(got + 1024 - strlen("x<truncated>"), "x<truncated>");
  close(fd);
  unlink(path);
  CHECK_INT(run(LOG(logger, "four")), -LWT_UNIX_ERROR);
  CHECK_INT(run(lwt_logger_close(logger)), 0);
  lwt_logger_release(logger);
}
TEST(syslog_over_a_stream_ends_lines_with_a_nul) {
  const char *path = in_folder("stream");
  int fd = listening(path, SOCK_STREAM);
  lwt_logger *logger = lwt_logger_syslog(LWT_LOG_DAEMON, LWT_LOG_RFC5424, &path, 1, NULL);
  lwt_t *p = LOG(logger, "hello");
  int client = -1;
  WAIT_UNTIL(client >= 0 || (client = accept(fd, NULL, NULL)) >= 0);
  CHECK_INT(run(p), 0);
  char got[512];
  ssize_t n = recv(client, got, sizeof got, 0);
  CHECK(n > 10 && got[n - 1] == '\0' && strncmp(got, "<27>1 20", 8) == 0);
  CHECK_HAS(got, " main - hello");
  close(client);
  close(fd);
  lwt_logger_release(logger);
  CHECK(lwt_logger_syslog(24, LWT_LOG_RFC5424, NULL, 0, NULL) == NULL);
  CHECK(lwt_logger_syslog(-1, LWT_LOG_RFC5424, NULL, 0, NULL) == NULL);
  CHECK(lwt_logger_syslog(0, 2, NULL, 0, NULL) == NULL);
  CHECK(lwt_logger_syslog(0, 0, NULL, 1, NULL) == NULL);
}
