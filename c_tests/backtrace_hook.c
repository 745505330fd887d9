/* env: LWT_DEBUG=1 */
/* flags: -g */
/* What ends a process tells the way of the failure: the default async
 * exception hook, and lwt_main_run without a place for the exception. */
#include "loop.h"

#include <sys/wait.h>

static int raising;

static lwt_t *fails(void *env) {
  (void)env;
  raising = __LINE__ + 1;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "nobody handles this"));
}
static lwt_t *fails_after(lwt_value v, void *env) {
  (void)v;
  return fails(env);
}

/* What a child that does this prints before it exits with 2. */
static const char *last_words(void (*dies)(void)) {
  static char said[4096];
  int fds[2];
  if (pipe(fds) != 0) return "";
  pid_t child = fork();
  if (child == 0) {
    dup2(fds[1], 2);
    dies();
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
  CHECK_INT(WEXITSTATUS(status), 2);
  return said;
}
static void check_points(const char *said, const char *after, int line) {
  char point[80];
  CHECK_HAS(said, "Fatal error: exception nobody handles this\nraised at ");
  snprintf(point, sizeof point, "backtrace_hook.c:%d (fails)\n", raising);
  CHECK_HAS(said, point);
  snprintf(point, sizeof point, "backtrace_hook.c:%d (%s)\n", line, after);
  CHECK_HAS(said, point);
}

static int binding;
static lwt_t *binds(void *env) {
  (void)env;
  binding = __LINE__ + 1;
  return lwt_bind(lwt_pause(), fails_after, NULL, NULL);
}
static void in_the_background(void) {
  lwt_async(binds, NULL, NULL);
  turns(2);
}
static void in_the_main_loop(void) {
  lwt_main_run(lwt_bind(lwt_pause(), fails_after, NULL, NULL), NULL);
}

TEST(the_default_hook_tells_the_way) {
  lwt_release(fails(NULL)); /* sets the lines in this process, too */
  lwt_release(binds(NULL));
  turns(2);
  const char *said = last_words(in_the_background);
  check_points(said, "binds", binding);
  CHECK_HAS(said, "\nbind at ");
}

TEST(the_main_loop_tells_the_way) {
  const char *said = last_words(in_the_main_loop);
  CHECK_HAS(said, " (in_the_main_loop)\n");
  check_points(said, "fails", raising);
}
