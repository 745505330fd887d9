/* tsan: no (it holds a signal back until a call that it knows, and the main loop sleeps in futex(2)) */
/* Signals: bad arguments, what handlers may do, other handlers of the program. */
#include "signals.h"

#include <pthread.h>
#include <sys/time.h>

static lwt_unix_signal_handler *kept;

TEST(unusable_signals_are_refused_and_the_environment_is_dropped) {
  int unusable[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, 0, -1, 32, 33, 65, 1000000, INT32_MIN};
  for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++) {
    ENV(e);
    lwt_unix_signal_handler *handler = (lwt_unix_signal_handler *)1;
    CHECK_INT(lwt_unix_on_signal(unusable[i], env_signal, &e, env_drop, &handler), INVALID);
    CHECK_PTR(handler, NULL);
    CHECK_ENV(e, 0, 1);
    CHECK_INT(lwt_unix_on_signal_full(unusable[i], env_signal_once, &e, env_drop, NULL), INVALID);
    CHECK_ENV(e, 0, 2);
  }
  ENV(e);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, NULL, &e, env_drop, NULL), INVALID);
  CHECK_INT(lwt_unix_on_signal_full(SIGUSR1, NULL, &e, env_drop, NULL), INVALID);
  CHECK_ENV(e, 0, 2);
  CHECK_INT(lwt_unix_reinstall_signal_handler(SIGKILL), INVALID);
  CHECK_INT(lwt_unix_handle_signal(0), INVALID);
  CHECK_INT(lwt_unix_handle_signal(SIGUSR1), LWT_OK); /* nobody is told */
  CHECK_INT(lwt_unix_signal_count(), 0);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
}

TEST(each_usable_signal_can_be_handled) {
  for (int signum = 1; signum < SIGRTMAX; signum++) { /* Valgrind keeps the last one */
    if (signum == SIGKILL || signum == SIGSTOP || signum == 32 || signum == 33 ||
        signum == SIGSEGV || signum == SIGBUS || signum == SIGFPE || signum == SIGILL)
      continue;
    ENV(e);
    void (*before)(int) = disposition(signum);
    lwt_unix_signal_handler *handler;
    CHECK_INT(lwt_unix_on_signal(signum, env_signal, &e, env_drop, &handler), LWT_OK);
    raise(signum);
    WAIT_UNTIL(e.ran == 1);
    CHECK_INT(LWT_TO_INT(e.value), signum);
    lwt_unix_disable_signal_handler(handler);
    CHECK_ENV(e, 1, 1);
    CHECK_DISPOSITION(signum, before);
    lwt_unix_signal_handler_release(handler);
  }
  trace_text[0] = '\0';
}

TEST(a_handler_is_told_itself_and_may_disable_itself) {
  static ENV(once);
  CHECK_INT(lwt_unix_on_signal_full(SIGUSR1, env_signal_once, &once, env_drop, NULL), LWT_OK);
  raise(SIGUSR1);
  raise(SIGUSR1);
  turns(2);
  CHECK_ENV(once, 1, 1);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_INT(lwt_unix_signal_count(), 0);
  trace_text[0] = '\0';
}

static void disables_kept(int signum, void *data) {
  (void)signum;
  env_enter(data);
  lwt_unix_disable_signal_handler(kept);
}
static void adds_another(int signum, void *data) {
  env_signal(signum, data);
  static ENV(late);
  CHECK_INT(lwt_unix_on_signal(signum, env_signal, &late, env_drop, &kept), LWT_OK);
}
TEST(one_that_an_earlier_one_disables_is_not_called) {
  ENV(a);
  ENV(b);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, disables_kept, &a, env_drop, &handler), LWT_OK);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &b, env_drop, &kept), LWT_OK);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("a");
  CHECK_ENV(b, 0, 1);
  lwt_unix_signal_handler_release(kept);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
}
TEST(one_that_is_made_by_a_handler_is_for_the_next_arrival) {
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, adds_another, &a, env_drop, &handler), LWT_OK);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("a");
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("late");
  lwt_unix_disable_signal_handler(kept);
  lwt_unix_signal_handler_release(kept);
}

TEST(a_handler_that_is_disabled_before_the_loop_runs_is_not_called) {
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &handler), LWT_OK);
  raise(SIGUSR1);
  lwt_unix_disable_signal_handler(handler);
  turns(2);
  CHECK_ENV(a, 0, 1);
  lwt_unix_signal_handler_release(handler);
}

static void raises(int signum, void *data) {
  (void)signum;
  env_unit(data);
}
TEST(what_a_handler_raises_goes_to_the_hook) {
  ENV_RAISING(a, LWT_FULL);
  hook_install();
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, raises, &a, env_drop, &handler), LWT_OK);
  raise(SIGUSR1);
  turns(2);
  CHECK_HOOK(1, LWT_FULL);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  trace_text[0] = '\0';
}

static void wakes(int signum, void *env) {
  (void)signum;
  CHECK_INT(lwt_wakeup(*(lwt_u **)env, LWT_INT(5)), LWT_OK);
}
static void alarm_in(long ms) {
  struct itimerval t = {{0, 0}, {0, ms * 1000}};
  setitimer(ITIMER_REAL, &t, NULL);
}
TEST(the_main_loop_waits_for_a_signal_and_is_woken_by_it) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGALRM, wakes, &u, NULL, &handler), LWT_OK);
  alarm_in(20);
  CHECK_INT(run(p), 5);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_DISPOSITION(SIGALRM, SIG_DFL);
}

static int own_calls;
static void own_handler(int signum) {
  (void)signum;
  __atomic_add_fetch(&own_calls, 1, __ATOMIC_RELAXED);
}
TEST(a_handler_of_the_programs_own_is_left_alone_and_comes_back) {
  signal(SIGALRM, own_handler);
  ENV(a);
  ENV(b);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &handler), LWT_OK);
  alarm_in(5);
  CHECK_INT(run(lwt_unix_sleep(0.03)), 0); /* the arrival ends no sleep early, and fails nothing */
  CHECK_INT(own_calls, 1);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_INT(lwt_unix_on_signal(SIGALRM, env_signal, &b, env_drop, &handler), LWT_OK);
  raise(SIGALRM);
  turns(2);
  CHECK_INT(own_calls, 1);
  CHECK_TRACE("b");
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_DISPOSITION(SIGALRM, own_handler);
  signal(SIGALRM, SIG_DFL);
}

TEST(a_handler_that_was_replaced_is_installed_again) {
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_reinstall_signal_handler(SIGUSR1), LWT_OK); /* nobody has one */
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &handler), LWT_OK);
  signal(SIGUSR1, SIG_IGN);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("");
  CHECK_INT(lwt_unix_reinstall_signal_handler(SIGUSR1), LWT_OK);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("a");
  signal(SIGUSR1, own_handler); /* somebody takes it over, and keeps it */
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_DISPOSITION(SIGUSR1, own_handler);
  signal(SIGUSR1, SIG_DFL);
}

TEST(handle_signal_is_as_an_arrival) {
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGTERM, env_signal, &a, env_drop, &handler), LWT_OK);
  CHECK_INT(lwt_unix_handle_signal(SIGTERM), LWT_OK);
  CHECK_INT(lwt_unix_handle_signal(SIGTERM), LWT_OK);
  CHECK_TRACE("");
  turns(2);
  CHECK_TRACE("a a");
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
}

TEST(bad_handles_are_told) {
  CHECK_INT(lwt_unix_disable_signal_handler(NULL), INVALID);
  CHECK_PTR(lwt_unix_signal_handler_retain(NULL), NULL);
  lwt_unix_signal_handler_release(NULL);
  lwt_mutex *mutex = lwt_mutex_create();
  CHECK_INT(lwt_unix_disable_signal_handler((lwt_unix_signal_handler *)mutex), INVALID);
  lwt_mutex_release(mutex);
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &handler), LWT_OK);
  lwt_unix_signal_handler *again = lwt_unix_signal_handler_retain(handler);
  CHECK_PTR(again, handler);
  lwt_unix_signal_handler_release(again);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_INT(lwt_unix_disable_signal_handler(handler), INVALID);
}

/* ----------------------------------------------------------- threads --- */
static pthread_barrier_t meet;
static void *loop_of_its_own(void *env) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_unix_on_signal(SIGUSR2, wakes, &u, NULL, NULL), LWT_OK);
  CHECK_INT(lwt_unix_signal_count(), 1);
  CHECK_INT(lwt_unix_disable_signal_handler(env), LWT_WRONG_THREAD);
  pthread_barrier_wait(&meet);
  CHECK_INT(run(p), 5);
  return NULL; /* its handler goes with it */
}
TEST(each_thread_that_has_a_handler_is_told) {
  enum { THREADS = 4 };
  pthread_t threads[THREADS];
  pthread_barrier_init(&meet, NULL, THREADS + 1);
  ENV(a);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &kept), LWT_OK);
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, loop_of_its_own, kept);
  pthread_barrier_wait(&meet);
  CHECK(disposition(SIGUSR2) != SIG_DFL);
  kill(getpid(), SIGUSR2);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_DISPOSITION(SIGUSR2, SIG_DFL);
  CHECK_INT(lwt_unix_signal_count(), 1);
  lwt_unix_disable_signal_handler(kept);
  lwt_unix_signal_handler_release(kept);
  pthread_barrier_destroy(&meet);
}

TEST(a_signal_during_a_job_disturbs_it_not) {
  ENV(a);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &handler), LWT_OK);
  for (int i = 0; i < 100; i++) {
    kill(getpid(), SIGUSR1);
    CHECK_INT(run(lwt_unix_yield()), 0);
  }
  WAIT_UNTIL(a.ran > 0);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  trace_text[0] = '\0';
}
