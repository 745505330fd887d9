/* Loggers to a file: append and truncate, permissions, close-on-exec, rotation, the queue and
 * its bound, a disk that is full, JSON. */
#include "log_kit.h"

#include <sys/resource.h>

static void log_to(lwt_logger *logger, const char *text) {
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "%s", text);
}

TEST(a_file_is_appended_to_or_truncated_and_has_the_permissions_asked_for) {
  struct stat stat_of;
  mode_t mask = umask(0);
  const char *path = in_folder("a.log");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(section): $(message)");
  log_to(logger, "one");
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  CHECK_STR(contents(path), "main: one\n");
  CHECK_INT(stat(path, &stat_of), 0);
  CHECK_INT(stat_of.st_mode & 07777, 0640);
  logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  log_to(logger, "two\nthree");
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  CHECK_STR(contents(path), "main: one\ntwo\nthree\n");
  lwt_t *opened = ran(lwt_logger_file(path, LWT_LOG_TRUNCATE, 0, "$(message)"));
  log_to((lwt_logger *)lwt_value_of(opened), "four");
  CHECK_GIVES(lwt_logger_flush((lwt_logger *)lwt_value_of(opened)), 0);
  lwt_release(opened); /* and with it the logger */
  CHECK_STR(contents(path), "four\n");
  opened = ran(lwt_logger_file(in_folder("b.log"), LWT_LOG_APPEND, 0604, NULL));
  lwt_release(opened);
  CHECK_INT(stat(in_folder("b.log"), &stat_of), 0);
  CHECK_INT(stat_of.st_mode & 07777, 0604);
  umask(mask);
}

TEST(files_are_closed_in_programs_that_are_executed) {
  lwt_logger *logger = logger_to(in_folder("exec.log"), LWT_LOG_APPEND, NULL);
  int found = 0;
  for (int fd = 3; fd < 256; fd++) {
    char link[64], target[1024];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < 0) continue;
    target[n] = '\0';
    if (strstr(target, "exec.log") == NULL) continue;
    found++;
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
  CHECK_INT(found, 1);
  lwt_logger_release(logger);
}

TEST(a_renamed_file_gets_no_more_lines_once_the_logger_is_open_anew) {
  const char *path = in_folder("rotated"), *old = in_folder("rotated.1");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  for (int round = 0; round < 3; round++) {
    log_to(logger, "before");
    CHECK_INT(rename(path, old), 0);
    log_to(logger, "meanwhile");
    CHECK_GIVES(lwt_logger_reopen(logger), 0);
    log_to(logger, "after");
    CHECK_GIVES(lwt_logger_flush(logger), 0);
    CHECK_STR(contents(path), "after\n");
  }
  CHECK_STR(contents(old), "after\nbefore\nmeanwhile\n");
  /* The folder is gone: the old file stays. */
  CHECK_INT(rename(path, old), 0);
  CHECK_INT(mkdir(path, 0700), 0);
  CHECK_REFUSED(lwt_logger_reopen(logger), LWT_UNIX_ERROR);
  log_to(logger, "still");
  CHECK_GIVES(lwt_logger_close(logger), 0);
  CHECK_STR(contents(old), "after\nstill\n");
  CHECK_REFUSED(lwt_logger_reopen(logger), LWT_LOGGER_CLOSED);
  lwt_logger_release(logger);
}

TEST(a_relative_name_is_good_when_the_folder_of_the_process_changes) {
  char before[1024];
  CHECK(getcwd(before, sizeof before) != NULL);
  const char *path = in_folder("relative.log");
  CHECK_INT(chdir(folder), 0);
  lwt_logger *logger = logger_to("relative.log", LWT_LOG_APPEND, "$(message)");
  CHECK_INT(chdir(before), 0);
  CHECK_INT(unlink(path), 0);
  CHECK_GIVES(lwt_logger_reopen(logger), 0);
  CHECK_INT(access(path, F_OK), 0);
  lwt_logger_release(logger);
}

TEST(what_can_not_be_opened_is_told) {
  CHECK_REFUSED(lwt_logger_file(in_folder("no/such/folder"), LWT_LOG_APPEND, 0, NULL), LWT_UNIX_ERROR);
  CHECK_REFUSED(lwt_logger_file(NULL, LWT_LOG_APPEND, 0, NULL), LWT_INVALID_ARGUMENT);
  CHECK_REFUSED(lwt_logger_file(in_folder("x"), 2, 0, NULL), LWT_INVALID_ARGUMENT);
  CHECK_REFUSED(lwt_logger_file(in_folder("x"), LWT_LOG_APPEND, 010000, NULL), LWT_INVALID_ARGUMENT);
}

TEST(a_full_disk_loses_lines_and_says_so_and_lines_are_whole_again_afterwards) {
  const char *path = in_folder("full.log");
  struct rlimit before, small = {40, 0};
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  CHECK_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, SIG_IGN);
  small.rlim_max = before.rlim_max;
  CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
  log_to(logger, "0123456789012345678901234567890123456789 this does not fit");
  CHECK_REFUSED(lwt_logger_flush(logger), LWT_UNIX_ERROR);
  CHECK_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
  log_to(logger, "whole");
  CHECK_GIVES(lwt_logger_flush(logger), 0);
  CHECK_STR(contents(path), "0123456789012345678901234567890123456789\nwhole\n");
  CHECK(lwt_logger_get_stats(logger).errors > 0);
  CHECK_INT(lwt_logger_get_stats(logger).taken, 2);
  lwt_logger_release(logger);
}

TEST(closing_fails_if_lines_were_lost_of_which_nobody_was_told) {
  if (access("/dev/full", W_OK) != 0) SKIP("there is no /dev/full");
  lwt_logger *logger = logger_to("/dev/full", LWT_LOG_APPEND, "$(message)");
  log_to(logger, "lost");
  CHECK_REFUSED(lwt_logger_flush(logger), LWT_UNIX_ERROR); /* told */
  for (int n = 0; n < 100; n++) log_to(logger, "lost, too");
  CHECK_REFUSED(lwt_logger_close(logger), LWT_UNIX_ERROR);
  CHECK_REFUSED(lwt_logger_close(logger), LWT_UNIX_ERROR); /* how it went, again */
  lwt_logger_release(logger);
  logger = logger_to("/dev/full", LWT_LOG_APPEND, "$(message)");
  log_to(logger, "lost");
  CHECK_REFUSED(lwt_logger_flush(logger), LWT_UNIX_ERROR);
  CHECK_GIVES(lwt_logger_close(logger), 0); /* that was told */
  lwt_logger_release(logger);
}

/* A logger to a pipe that nobody reads, and what is behind it. */
static lwt_logger *stuck(int *reader) {
  const char *path = in_folder("pipe");
  unlink(path);
  CHECK_INT(mkfifo(path, 0600), 0);
  *reader = open(path, O_RDONLY | O_NONBLOCK);
  CHECK(*reader >= 0);
  return logger_to(path, LWT_LOG_APPEND, "$(message)");
}
static char long_text[100001];

TEST(with_wait_the_promise_is_pending_until_there_is_room_and_nothing_is_lost) {
  int reader;
  lwt_logger *logger = stuck(&reader);
  memset(long_text, 'x', sizeof long_text - 1);
  CHECK_INT(lwt_logger_set_queue(logger, 1000, LWT_LOG_WAIT), LWT_OK);
  /* The pipe takes less than the first. */
  lwt_t *first = LWT_LOG_TO_P(logger, LWT_LEVEL_ERROR, NULL, "%s", long_text);
  CHECK_RETURNS(first, 0);
  lwt_t *second = LWT_LOG_TO_P(logger, LWT_LEVEL_ERROR, NULL, "second");
  CHECK_SLEEPS(second);
  lwt_t *third = LWT_LOG_TO_P(logger, LWT_LEVEL_ERROR, NULL, "third");
  lwt_cancel(third); /* the message stays */
  CHECK_FAILS(third, LWT_CANCELED);
  log_to(logger, "fourth"); /* goes in anyway */
  CHECK(lwt_logger_get_stats(logger).queued > 1000);
  size_t got = 0;
  static char all[sizeof long_text + 100];
  lwt_t *flushed = lwt_logger_flush(logger);
  WAIT_UNTIL(({
    ssize_t n = read(reader, all + got, sizeof all - 1 - got);
    if (n > 0) got += (size_t)n;
    lwt_state(flushed) != LWT_SLEEP;
  }));
  ssize_t n = read(reader, all + got, sizeof all - 1 - got);
  if (n > 0) got += (size_t)n;
  CHECK_RETURNS(flushed, 0);
  CHECK_RETURNS(ran(second), 0);
  all[got] = '\0';
  CHECK_STR(all + sizeof long_text, "second\nthird\nfourth\n");
  CHECK_INT(lwt_logger_get_stats(logger).dropped, 0);
  close(reader);
  lwt_logger_release(logger);
}

TEST(with_drop_messages_are_dropped_and_a_line_says_how_many) {
  int reader;
  lwt_logger *logger = stuck(&reader);
  memset(long_text, 'x', sizeof long_text - 1);
  CHECK_INT(lwt_logger_set_queue(logger, 1000, LWT_LOG_DROP), LWT_OK);
  log_to(logger, long_text); /* into an empty queue, however long */
  log_to(logger, "lost");
  CHECK_RETURNS(LWT_LOG_TO_P(logger, LWT_LEVEL_ERROR, NULL, "lost, too"), 0);
  CHECK_INT(lwt_logger_get_stats(logger).dropped, 2);
  size_t got = 0;
  static char all[sizeof long_text + 100];
  WAIT_UNTIL(({
    ssize_t n = read(reader, all + got, sizeof all - 1 - got);
    if (n > 0) got += (size_t)n;
    got > sizeof long_text && all[got - 1] == '\n';
  }));
  all[got] = '\0';
  CHECK_STR(all + sizeof long_text, "2 messages were dropped: the queue of the logger was full\n");
  log_to(logger, "again");
  CHECK_GIVES(lwt_logger_flush(logger), 0);
  CHECK_INT(read(reader, all, sizeof all), 6);
  close(reader);
  lwt_logger_release(logger);
}

TEST(json_is_an_object_a_line_whatever_is_in_it) {
  const char *path = in_folder("json.log");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, LWT_LOG_JSON_TEMPLATE);
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, "it \"broke\"");
  lwt_log_kv_to(logger, NULL, LWT_LEVEL_ERROR, e, "two\nlines", LWT_LOG_STR("user", "a\xff\tb"),
                LWT_LOG_INT("n", -3), LWT_LOG_UINT("u", UINT64_MAX), LWT_LOG_DOUBLE("x", 0.5),
                LWT_LOG_BOOL("ok", true), LWT_LOG_NULL("none"), LWT_LOG_STR("nothing", NULL),
                LWT_LOG_BYTES("b", "xyz", 2), LWT_LOG_INT("level", 7));
  lwt_exn_release(e);
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  const char *got = contents(path);
  CHECK_HAS(got, "{\"time\":\"20");
  CHECK_HAS(got, "\",\"level\":\"error\",\"section\":\"main\",\"message\":\"two\\nlines\",\"name\":\"");
  CHECK_HAS(got, "log_file.c\",\"line\":");
  CHECK_HAS(got, ",\"function\":\"json_is_an_object_a_line_whatever_is_in_it\",\"error\":\"it \\\"broke\\\"\"");
  CHECK_HAS(got, "\"user\":\"a\xef\xbf\xbd\\tb\",\"n\":-3,\"u\":18446744073709551615,\"x\":0.5,\"ok\":true,"
                 "\"none\":null,\"nothing\":null,\"b\":\"xy\",\"fields.level\":7}\n");
  CHECK_PTR(strchr(got, '\n'), got + strlen(got) - 1);
}

TEST(in_words_fields_follow_the_text) {
  const char *path = in_folder("kv.log");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  lwt_log_kv_to(logger, NULL, LWT_LEVEL_ERROR, NULL, "login", LWT_LOG_STR("user", "ann"),
                LWT_LOG_STR("name", "Ann B."), LWT_LOG_INT("n", 3));
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  CHECK_STR(contents(path), "login user=ann name=\"Ann B.\" n=3\n");
}

TEST(a_key_is_quoted_where_a_text_would_be_and_makes_no_line) {
  const char *path = in_folder("keys.log");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  lwt_log_kv_to(logger, NULL, LWT_LEVEL_ERROR, NULL, "x", LWT_LOG_STR("a\"b\nroot: ", "q"),
                LWT_LOG_STR("", "e"), LWT_LOG_STR("k=v", "w"));
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  CHECK_STR(contents(path), "x \"a\\\"b\\nroot: \"=q \"\"=e \"k=v\"=w\n");
}

TEST(no_two_members_of_json_have_one_name) {
  const char *path = in_folder("members.log");
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, LWT_LOG_JSON_TEMPLATE);
  lwt_log_kv_to(logger, NULL, LWT_LEVEL_ERROR, NULL, "x", LWT_LOG_INT("message", 1),
                LWT_LOG_INT("fields.message", 2), LWT_LOG_INT("n", 3), LWT_LOG_INT("n", 4));
  struct lwt_log_field many[40];
  for (int n = 0; n < 40; n++) many[n] = LWT_LOG_INT(n % 2 ? "odd" : "even", n);
  struct lwt_log_message m = {.level = LWT_LEVEL_ERROR, .text = "y", .length = 1};
  m.fields = many, m.field_count = 40;
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_OK);
  CHECK_GIVES(lwt_logger_close(logger), 0);
  lwt_logger_release(logger);
  const char *got = contents(path);
  CHECK_HAS(got, ",\"fields.message\":1,\"fields.fields.message\":2,\"n\":4}\n");
  CHECK(strstr(got, ":3,") == NULL);
  CHECK_HAS(got, ",\"even\":38,\"odd\":39}\n");
  CHECK(strstr(got, ":36,") == NULL);
}

TEST(bad_arguments_are_told) {
  CHECK_FAILS(lwt_logger_close((const lwt_logger *)(uintptr_t)0x1234), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_logger_flush((const lwt_logger *)(uintptr_t)0x1234), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_logger_reopen((const lwt_logger *)(uintptr_t)0x1234), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_logger_set_queue(NULL, 0, LWT_LOG_WAIT), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_logger_set_queue(NULL, 1, 7), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_log_set_default(NULL), LWT_INVALID_ARGUMENT);
  CHECK(lwt_logger_retain(NULL) == NULL);
  lwt_logger_release(NULL);
  struct lwt_log_message m = lwt_log_at(NULL, LWT_LEVEL_ERROR, NULL, 0, NULL);
  lwt_logger *logger = lwt_logger_null();
  CHECK_FAILS(lwt_log_log(logger, NULL), LWT_INVALID_ARGUMENT);
  m.level = 17;
  CHECK_FAILS(lwt_log_log(logger, &m), LWT_INVALID_ARGUMENT);
  m.level = LWT_LEVEL_ERROR;
  m.length = 1;
  CHECK_FAILS(lwt_log_log(logger, &m), LWT_INVALID_ARGUMENT);
  m.text = "x";
  m.length = SIZE_MAX;
  CHECK_FAILS(lwt_log_log(logger, &m), LWT_INVALID_ARGUMENT);
  m.length = 1;
  m.field_count = 1;
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_INVALID_ARGUMENT);
  struct lwt_log_field field = LWT_LOG_INT(NULL, 1);
  m.fields = &field;
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_INVALID_ARGUMENT);
  field.key = "k";
  field.kind = 99;
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_INVALID_ARGUMENT);
  m.field_count = 0;
  lwt_log_section copy = *lwt_log_section_main();
  m.section = &copy; /* no section of the library's */
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_log_section_set_level(&copy, LWT_LEVEL_INFO), LWT_INVALID_ARGUMENT);
  lwt_logger_release(logger);
  CHECK_INT(lwt_log_ign_log(logger, &m), LWT_INVALID_ARGUMENT);
}
