/* tsan: no (it does not follow threads into a fork) */
/* Children: several who wait, stopped children, threads, the handler of SIGCHLD,
 * lwt_unix_system, lwt_unix_handle_unix_error. */
#include "children.h"

#include <pthread.h>
#include <sys/resource.h>

TEST(of_several_who_wait_for_one_child_one_is_told) {
  int let_go;
  pid_t pid = child_waiting(1, &let_go);
  lwt_t *a = lwt_unix_waitpid(0, pid), *b = lwt_unix_waitpid(0, pid);
  CHECK_INT(lwt_unix_wait_count(), 2);
  close(let_go);
  lwt_main_run_until(a);
  lwt_main_run_until(b);
  lwt_t *told = lwt_state(a) == LWT_RETURN ? a : b, *not_told = told == a ? b : a;
  CHECK_EXITS(told, pid, 1);
  CHECK_ERRNO(not_told, "waitpid", ECHILD);
}

TEST(a_wait_for_one_and_a_wait_for_any_get_on) {
  int one, two;
  pid_t first = child_waiting(1, &one), second = child_waiting(2, &two);
  lwt_t *a = lwt_unix_waitpid(0, first);
  close(two);
  CHECK_EXITS(lwt_unix_wait(), second, 2);
  CHECK_SLEEPS(a);
  close(one);
  CHECK_EXITS(a, first, 1);
}

TEST(the_handler_of_sigchld_is_there_only_while_it_is_needed) {
  int let_go;
  pid_t pid = child_waiting(1, &let_go);
  lwt_t *p = lwt_unix_wait();
  CHECK_INT(lwt_unix_signal_count(), 1);
  struct sigaction now;
  CHECK_INT(sigaction(SIGCHLD, NULL, &now), 0);
  CHECK(now.sa_handler != SIG_DFL);
  close(let_go);
  CHECK_EXITS(p, pid, 1);
  CHECK_INT(lwt_unix_signal_count(), 0);
  CHECK_INT(sigaction(SIGCHLD, NULL, &now), 0);
  CHECK(now.sa_handler == SIG_DFL);
}

TEST(a_child_that_stops_and_goes_on_is_told_of_if_asked_for) {
  fflush(NULL);
  pid_t pid = fork();
  while (pid == 0) pause();
  lwt_t *p = lwt_unix_waitpid(WUNTRACED, pid);
  kill(pid, SIGSTOP);
  lwt_main_run_until(p);
  const struct lwt_unix_wait_result *result = lwt_value_of(p);
  CHECK(WIFSTOPPED(result->status));
  CHECK_INT(WSTOPSIG(result->status), SIGSTOP);
  lwt_release(p);
  p = lwt_unix_waitpid(WCONTINUED, pid);
  lwt_t *end = lwt_unix_waitpid(0, pid);
  kill(pid, SIGCONT);
  lwt_main_run_until(p);
  result = lwt_value_of(p);
  CHECK(WIFCONTINUED(result->status));
  lwt_release(p);
  CHECK_SLEEPS(end);
  kill(pid, SIGTERM);
  lwt_main_run_until(end);
  result = lwt_value_of(end);
  CHECK(WIFSIGNALED(result->status));
  CHECK_INT(WTERMSIG(result->status), SIGTERM);
  lwt_release(end);
}

TEST(bad_flags_are_refused) {
  CHECK_FAILS(lwt_unix_waitpid(0x40, -1), INVALID);
  CHECK_FAILS(lwt_unix_wait4(-1, -1), INVALID);
  CHECK_ERRNO(lwt_unix_waitpid(0, INT32_MIN), "waitpid", ESRCH);
  lwt_unix_wait_result_release(NULL);
  lwt_unix_resource_usage_release(NULL);
}

static lwt_t *waits_again(lwt_value value, void *env) {
  (void)env;
  const struct lwt_unix_wait_result *result = value;
  CHECK_INT(WEXITSTATUS(result->status), 1);
  return lwt_unix_wait();
}
TEST(a_callback_may_wait_for_the_next_one) {
  int one, two;
  pid_t first = child_waiting(1, &one), second = child_waiting(2, &two);
  lwt_t *p = lwt_bind(lwt_unix_waitpid(0, first), waits_again, NULL, NULL);
  close(one);
  while (lwt_unix_signal_count() == 0) turns(1);
  close(two);
  CHECK_EXITS(p, second, 2);
}
static lwt_t *cancels(lwt_value value, void *env) {
  (void)value;
  lwt_cancel(*(lwt_t **)env);
  return lwt_return(LWT_UNIT);
}
TEST(a_callback_may_cancel_another_wait_for_the_same_signal) {
  int one, two;
  pid_t first = child_waiting(1, &one), second = child_waiting(2, &two);
  lwt_t *other;
  lwt_t *p = lwt_bind(lwt_unix_wait(), cancels, &other, NULL);
  other = lwt_unix_wait();
  close(one);
  close(two);
  CHECK_INT(run(p), 0);
  lwt_main_run_until(other);
  if (lwt_state(other) == LWT_RETURN) { /* both were dead, and it was told in the same turn */
    lwt_release(other);
  } else {
    CHECK_FAILS(other, LWT_CANCELED);
    lwt_t *rest = lwt_unix_wait();
    lwt_main_run_until(rest);
    CHECK_STATE(rest, LWT_RETURN);
    lwt_release(rest);
  }
  CHECK_INT(lwt_unix_wait_count(), 0);
  CHECK(first != second);
}

TEST(many_children_end_in_any_order) {
  enum { N = 40 };
  pid_t pids[N];
  int let_go[N];
  lwt_t *all[N];
  for (int i = 0; i < N; i++) {
    pids[i] = child_waiting(i, &let_go[i]);
    all[i] = lwt_unix_waitpid(0, pids[i]);
  }
  for (int i = 0; i < N; i++) close(let_go[(i * 7) % N]);
  for (int i = 0; i < N; i++) CHECK_EXITS(all[i], pids[i], i);
}

TEST(where_no_descriptor_is_left_the_signal_tells) {
  int let_go;
  pid_t pid = child_waiting(4, &let_go);
  struct rlimit old, few;
  getrlimit(RLIMIT_NOFILE, &old);
  few = old;
  few.rlim_cur = 3; /* none can be opened any more */
  setrlimit(RLIMIT_NOFILE, &few);
  lwt_t *p = lwt_unix_waitpid(0, pid);
  setrlimit(RLIMIT_NOFILE, &old);
  CHECK_INT(lwt_unix_signal_count(), 1);
  close(let_go);
  CHECK_EXITS(p, pid, 4);
  CHECK_INT(lwt_unix_signal_count(), 0);
}

/* ----------------------------------------------------------- threads --- */
static void *waits_for_its_own(void *env) {
  int let_go, any = *(int *)env;
  pid_t pid = child_waiting(8, &let_go);
  lwt_t *p = lwt_unix_waitpid(any ? WUNTRACED : 0, pid);
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  close(let_go);
  CHECK_EXITS(p, pid, 8);
  CHECK_INT(lwt_unix_wait_count(), 0);
  return NULL;
}
TEST(loops_on_several_threads_each_wait_for_their_own) {
  enum { THREADS = 4 };
  for (int any = 0; any <= 1; any++) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, waits_for_its_own, &any);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  }
}
static void *leaves_a_wait(void *env) {
  lwt_t *p = lwt_unix_waitpid(0, *(pid_t *)env), *q = lwt_unix_wait();
  turns(1);
  CHECK_SLEEPS(p);
  lwt_release(p);
  lwt_release(q);
  return NULL;
}
TEST(a_thread_may_end_while_it_waits) {
  int let_go;
  pid_t pid = child_waiting(1, &let_go);
  pthread_t thread;
  pthread_create(&thread, NULL, leaves_a_wait, &pid);
  pthread_join(thread, NULL);
  close(let_go);
  CHECK_EXITS(lwt_unix_waitpid(0, pid), pid, 1);
}

/* ------------------------------------------------------------ system --- */
TEST(system_tells_the_status_of_the_command) {
  CHECK_INT(run(lwt_unix_system("exit 42")), 42 << 8);
  CHECK_INT(run(lwt_unix_system("true && true")), 0);
  CHECK_INT(run(lwt_unix_system("kill -9 $$")), SIGKILL);
  CHECK_INT(run(lwt_unix_system("liblwt_no_such_command 2>/dev/null")), 127 << 8);
  CHECK_FAILS(lwt_unix_system(NULL), INVALID);
}
/* A shell that ends with 3 once the returned pipe is closed. */
static lwt_t *system_waiting(int *let_go) {
  int ends[2];
  char line[60];
  CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
  CHECK_INT(fcntl(ends[0], F_SETFD, 0), 0); /* the shell has this one */
  snprintf(line, sizeof line, "read end </dev/fd/%d; exit 3", ends[0]);
  lwt_t *p = lwt_unix_system(line);
  close(ends[0]);
  *let_go = ends[1];
  return p;
}
TEST(a_system_that_is_cancelled_goes_on_and_is_reaped) {
  int let_go;
  lwt_t *p = system_waiting(&let_go);
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_unix_wait_count(), 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  close(let_go);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
  CHECK_INT(errno, ECHILD);
}
TEST(what_somebody_else_has_reaped_fails) {
  int let_go;
  lwt_t *p = system_waiting(&let_go);
  close(let_go);
  CHECK(waitpid(-1, NULL, 0) > 0);
  CHECK_ERRNO(p, "wait4", ECHILD);
}

/* ------------------------------------------------- handle_unix_error --- */
TEST(handle_unix_error_passes_on_what_is_no_failure_of_the_system) {
  ENV(fine);
  fine.value = LWT_INT(4);
  CHECK_INT(run(lwt_unix_handle_unix_error(env_thunk, &fine, env_drop)), 4);
  CHECK_ENV(fine, 1, 1);
  ENV_RAISING(other, LWT_FULL);
  CHECK_INT(run(lwt_unix_handle_unix_error(env_thunk, &other, env_drop)), -LWT_FULL);
  CHECK_ENV(other, 1, 1);
  ENV(unused);
  CHECK_FAILS(lwt_unix_handle_unix_error(NULL, &unused, env_drop), INVALID);
  CHECK_ENV(unused, 0, 1);
  trace_text[0] = '\0';
}
