/* flags: -g */
/* What is left behind is told at the end of the process and of a thread, by
 * where it was made; what was given up properly is not. Each case is a process
 * of its own, so that its end can be looked at. */
#include "loop.h"

#include <lwt_debug.h>
#include <pthread.h>
#include <sys/wait.h>


/* What a program that does this says on standard error. It is run by exec, for
 * the child of a fork tells nothing of what its parent had. */
static char said[8192];
static char self[4096];
static const char *report_of(const char *what) {
  int fds[2];
  if (pipe(fds) != 0) return "";
  pid_t child = fork();
  if (child == 0) {
    dup2(fds[1], 2);
    close(fds[0]);
    close(fds[1]);
    setenv("LWT_DEBUG", "1", 1);
    setenv("LEAK_CASE", what, 1);
    execl(self, self, (char *)NULL);
    _exit(99);
  }
  close(fds[1]);
  size_t len = 0;
  ssize_t n;
  while ((n = read(fds[0], said + len, sizeof said - 1 - len)) > 0) len += (size_t)n;
  said[len] = '\0';
  close(fds[0]);
  int status;
  waitpid(child, &status, 0);
  CHECK_INT(status, 0);
  return said;
}

static lwt_t *same(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}
static lwt_value fiber(void *p) {
  lwt_exn *e;
  lwt_await(p, &e);
  lwt_exn_release(e);
  return LWT_UNIT;
}

static int never_line, binds_line, handle_line, object_line, exn_line, wakener_line;
static void never_resolved(void) {
  lwt_u *u;
  never_line = __LINE__ + 1;
  lwt_t *p = lwt_wait(&u);
  for (int i = 0; i < 3; i++) {
    binds_line = __LINE__ + 1;
    lwt_release(lwt_bind(lwt_retain(p), same, NULL, NULL));
  }
  lwt_release(p);
}
static void never_released(void) {
  handle_line = __LINE__ + 1;
  for (int i = 0; i < 2; i++) lwt_return(LWT_UNIT);
  object_line = __LINE__ + 1;
  lwt_mutex_create();
  exn_line = __LINE__ + 1;
  lwt_exn_new(LWT_FAILURE, "x");
}
static void unused_wakeners(void) {
  for (int i = 0; i < 2; i++) {
    lwt_u *u;
    wakener_line = __LINE__ + 1;
    lwt_t *p = lwt_wait(&u);
    lwt_release(p);
    if (i == 0)
      lwt_wakener_release(u);
    else
      lwt_wakener_forget(u);
  }
}
/* All that the library itself has while a program runs, and all that was given
 * up: nothing to tell. */
static void all_well(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_t *f = lwt_spawn(fiber, lwt_bind(lwt_retain(p), same, NULL, NULL), NULL, 0);
  turns(2);
  lwt_wakeup(u, LWT_UNIT);
  run(f);
  lwt_release(p);
  lwt_mutex *m = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(m));
  lwt_t *waits = lwt_mutex_lock(m);
  lwt_mutex_unlock(m);
  lwt_release(waits);
  lwt_mutex_release(m);
  lwt_release(lwt_fail(lwt_exn_new(LWT_FAILURE, "x")));
  run(lwt_unix_sleep(0.001));
  lwt_t *task = lwt_task(&u);
  lwt_cancel(task);
  lwt_release(task);
  lwt_wakener_release(u);
}
/* What a fiber in the background awaits is the fiber's, and so is what the
 * promise of another thread, or of this one, failed with. */
static void held(void) {
  lwt_u *u;
  lwt_spawn_in_the_background(fiber, lwt_wait(&u), NULL, 0);
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, "x");
  lwt_t *failed[3] = {lwt_fail(lwt_exn_retain(e)), NULL, NULL};
  failed[1] = lwt_bind(lwt_retain(failed[0]), same, NULL, NULL);
  failed[2] = lwt_fail(e);
  turns(2);
  (void)failed;
}
static void *leaves(void *env) {
  never_resolved();
  return env;
}
static void thread(void) {
  pthread_t id;
  pthread_create(&id, NULL, leaves, NULL);
  pthread_join(id, NULL);
}
static void given_up(void) {
  lwt_release_anywhere(lwt_return(LWT_UNIT));
  lwt_release_anywhere(lwt_mutex_create());
}
static void run_case(const char *name) {
  if (strcmp(name, "never_resolved") == 0) never_resolved();
  if (strcmp(name, "never_released") == 0) never_released();
  if (strcmp(name, "unused_wakeners") == 0) unused_wakeners();
  if (strcmp(name, "all_well") == 0) all_well();
  if (strcmp(name, "held") == 0) held();
  if (strcmp(name, "given_up") == 0) given_up();
  if (strcmp(name, "thread") == 0) thread();
  exit(0);
}
__attribute__((constructor)) static void begin(void) {
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  self[n > 0 ? n : 0] = '\0';
  if (getenv("LEAK_CASE") != NULL) run_case(getenv("LEAK_CASE"));
}

#define CHECK_LINE(report, count, words, at, function)                                        \
  do {                                                                                        \
    char line_[300];                                                                          \
    snprintf(line_, sizeof line_, "leak.c:%d (%s)\n", at, function);                          \
    const char *found_ = strstr(report, line_);                                               \
    if (check_true(__FILE__, __LINE__, line_, found_ != NULL)) {                              \
      while (found_ > (report) && found_[-1] != '\n') found_--;                               \
      CHECK_INT(atoi(found_), count);                                                         \
      CHECK_HAS(found_, words);                                                               \
    } else {                                                                                  \
      fprintf(stderr, "the report is\n%s", report);                                           \
    }                                                                                         \
  } while (0)

TEST(promises_that_were_never_resolved_are_told_by_where_they_were_made) {
  const char *report = report_of("never_resolved");
  never_resolved(); /* sets the lines, here */
  CHECK_HAS(report, "liblwt: at the end of the process");
  CHECK_LINE(report, 3, "promises were never resolved: bind at ", binds_line, "never_resolved");
  CHECK_LINE(report, 1, "promise was never resolved: wait at ", never_line, "never_resolved");
  /* The most frequent first. */
  CHECK(strstr(report, ": bind at ") < strstr(report, ": wait at "));
  CHECK(strstr(report, "released") == NULL);
}

TEST(handles_that_were_never_released_are_told) {
  const char *report = report_of("never_released");
  never_released();
  CHECK_LINE(report, 2, "handles were never released: promise at ", handle_line,
             "never_released");
  CHECK_LINE(report, 1, "handle was never released: mutex at ", object_line, "never_released");
  CHECK_LINE(report, 1, "handle was never released: exception at ", exn_line, "never_released");
  CHECK(strstr(report, "resolved") == NULL);
}

TEST(wakeners_that_were_given_up_unused_are_told) {
  const char *report = report_of("unused_wakeners");
  unused_wakeners();
  CHECK_LINE(report, 2, "wakeners were given up unused: wait at ", wakener_line,
             "unused_wakeners");
}

TEST(nothing_is_told_when_all_was_given_up) { CHECK_STR(report_of("all_well"), ""); }

TEST(what_was_given_up_for_a_turn_that_never_came_is_not_told) {
  CHECK_STR(report_of("given_up"), "");
}

TEST(what_the_library_holds_is_no_handle_that_was_left) {
  const char *report = report_of("held");
  CHECK_HAS(report, "1 promise was never resolved: wait at ");
  CHECK(strstr(report, "released: wait") == NULL);
  CHECK(strstr(report, "released: exception") == NULL);
}

TEST(a_thread_that_ends_tells_what_it_has_left_behind) {
  const char *report = report_of("thread");
  CHECK_HAS(report, "liblwt: at the end of a thread, left behind by thread ");
  CHECK_HAS(report, "3 promises were never resolved: bind at ");
  CHECK(strstr(report, "the process") == NULL);
}
