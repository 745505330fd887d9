/* timeout: 120 */
/* A foreign loop drives ours: lwt_main_fd is readable whenever there is something
 * to do, for each kind of thing there is, and never when there is nothing. With
 * each engine. */
#include "embed.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

static const char *engines[] = {"epoll", "poll", "select", "io_uring", "libev", "libev:poll"};
static void with_each_engine(void (*claim)(void)) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
    lwt_engine *engine = lwt_engine_new_builtin(engines[i]);
    if (engine == NULL) continue; /* not on this machine */
    CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
    lwt_engine_release(engine);
    int before = check_failures;
    embed_settle();
    CHECK(!embed_readable(0));
    claim();
    embed_settle();
    CHECK(!embed_readable(0));
    if (check_failures != before) fprintf(stderr, "... with the engine %s\n", engines[i]);
  }
}

static void nothing(void) {
  CHECK(!embed_readable(20));
  CHECK(lwt_main_timeout() < 0);
  CHECK_INT(lwt_main_iter(false), LWT_OK);
  CHECK(!embed_readable(0));
  CHECK_INT(lwt_main_iter(true), LWT_STALLED);
  CHECK(!embed_readable(0));
}
TEST(where_there_is_nothing_to_do_it_is_not_readable) { with_each_engine(nothing); }

static void a_pause(void) {
  lwt_t *p = lwt_pause(), *q = lwt_pause();
  CHECK(embed_readable(0));
  CHECK(lwt_main_timeout() == 0);
  CHECK_INT(embed_settle(), 1);
  CHECK_RETURNS(p, 0);
  CHECK_RETURNS(q, 0);
}
TEST(a_promise_paused_outside_makes_it_readable) { with_each_engine(a_pause); }

static lwt_t *pause_again(lwt_value v, void *env) {
  (void)v;
  int *left = env;
  return --*left > 0 ? lwt_bind(lwt_pause(), pause_again, left, NULL) : lwt_return(LWT_INT(7));
}
static void pauses(void) {
  int left = 5;
  lwt_t *p = lwt_bind(lwt_pause(), pause_again, &left, NULL);
  CHECK_INT(embed_settle(), 5);
  CHECK_RETURNS(p, 7);
}
TEST(a_promise_paused_in_an_iteration_makes_it_readable_again) { with_each_engine(pauses); }

static void a_timer(void) {
  int64_t start = now_ns();
  lwt_t *later = lwt_unix_sleep(1000), *p = lwt_unix_sleep(0.03);
  embed_settle();
  CHECK(!embed_readable(0));
  double timeout = lwt_main_timeout();
  CHECK(timeout > 0);
  CHECK(timeout <= 0.03);
  embed_until(p, 10);
  CHECK(now_ns() - start >= 30000000);
  CHECK_RETURNS(p, 0);
  embed_settle();
  CHECK(!embed_readable(5));
  CHECK(lwt_main_timeout() > 900);
  lwt_cancel(later);
  lwt_release(later);
  embed_settle();
  CHECK(!embed_readable(0));
}
TEST(a_timer_that_is_due_makes_it_readable) { with_each_engine(a_timer); }

static void at_once(void) {
  lwt_t *p = lwt_unix_sleep(0);
  embed_until(p, 10);
  CHECK_RETURNS(p, 0);
}
TEST(a_timer_of_no_time_makes_it_readable) { with_each_engine(at_once); }

static int ends[2], events;
static void on_event(lwt_engine_event *event, void *env) {
  char c;
  (void)event;
  CHECK_INT(read(ends[0], &c, 1), 1);
  CHECK_PTR(env, &events);
  events++;
}
static void a_descriptor(void) {
  CHECK_INT(pipe(ends), 0);
  events = 0;
  lwt_engine_event *event = lwt_engine_on_readable(ends[0], on_event, &events, NULL);
  embed_settle();
  CHECK(!embed_readable(5));
  for (int i = 1; i <= 3; i++) {
    CHECK_INT(write(ends[1], "x", 1), 1);
    CHECK(embed_readable(1000));
    embed_settle();
    CHECK_INT(events, i);
  }
  CHECK_INT(write(ends[1], "xx", 2), 2); /* level-triggered */
  embed_settle();
  CHECK_INT(events, 5);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  embed_settle();
  CHECK_INT(write(ends[1], "x", 1), 1);
  /* The kernel may tell late of a request in the ring that was taken back. */
  CHECK(embed_settle() <= 1);
  CHECK(!embed_readable(5));
  CHECK_INT(events, 5);
  /* One that is ready when the event is made. */
  event = lwt_engine_on_readable(ends[0], on_event, &events, NULL);
  CHECK(embed_readable(1000));
  embed_settle();
  CHECK_INT(events, 6);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(ends[0]);
  close(ends[1]);
}
TEST(a_descriptor_that_is_ready_makes_it_readable) { with_each_engine(a_descriptor); }

static void on_file(lwt_engine_event *event, void *env) {
  (void)env;
  if (++events == 3) CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
}
static void a_file(void) {
  char name[] = "embed-XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0);
  events = 0;
  CHECK(lwt_engine_on_readable(fd, on_file, NULL, NULL) != NULL);
  embed_settle();
  CHECK_INT(events, 3);
  close(fd);
  unlink(name);
}
TEST(a_regular_file_is_always_ready) { with_each_engine(a_file); }

static void a_job(void) {
  lwt_t *p = lwt_unix_mkdir("/", 0700);
  embed_until(p, 1000);
  CHECK_FAILS(p, LWT_UNIX_ERROR);
}
TEST(a_finished_job_makes_it_readable) { with_each_engine(a_job); }

static intptr_t id;
static void notified(void *env) { ++*(int *)env; }
static void *notify(void *env) {
  sleep_ms(5);
  lwt_unix_send_notification(id);
  return env;
}
static void a_notification(void) {
  int n = 0;
  pthread_t thread;
  id = lwt_unix_make_notification(notified, &n, NULL, false);
  embed_settle();
  CHECK(!embed_readable(0));
  for (int i = 1; i <= 20; i++) {
    pthread_create(&thread, NULL, notify, NULL);
    CHECK(embed_readable(30000));
    CHECK_INT(lwt_main_iter(false), LWT_OK);
    pthread_join(thread, NULL);
    embed_settle();
    CHECK_INT(n, i);
  }
  lwt_unix_send_notification(id); /* of this thread's own */
  CHECK(embed_readable(0));
  embed_settle();
  CHECK_INT(n, 21);
  lwt_unix_stop_notification(id);
}
TEST(a_notification_makes_it_readable) { with_each_engine(a_notification); }

static lwt_t *held;
static void *let_go(void *env) {
  lwt_release_anywhere(env);
  return NULL;
}
static int drops;
static void posted(void) {
  pthread_t thread;
  drops = 0;
  held = lwt_return_owned(&drops, count_drop);
  embed_settle();
  pthread_create(&thread, NULL, let_go, held);
  pthread_join(thread, NULL);
  CHECK(embed_readable(1000));
  embed_settle();
  CHECK_INT(drops, 1);
}
TEST(what_another_thread_posts_makes_it_readable) { with_each_engine(posted); }

static lwt_value in_fiber(void *env) {
  int *n = env;
  ++*n;
  lwt_yield();
  ++*n;
  lwt_await(lwt_unix_sleep(0.001), NULL);
  ++*n;
  return LWT_INT(*n);
}
static void a_fiber(void) {
  int n = 0;
  lwt_t *p = lwt_spawn(in_fiber, &n, NULL, 0);
  CHECK(embed_readable(0));
  embed_until(p, 10);
  CHECK_RETURNS(p, 3);
}
TEST(a_fiber_that_can_go_on_makes_it_readable) { with_each_engine(a_fiber); }

static lwt_value await_it(void *p) { return lwt_await(p, NULL); }
static void a_wakeup(void) {
  lwt_u *u;
  lwt_t *fiber = lwt_spawn(await_it, lwt_wait(&u), NULL, 0);
  embed_settle();
  CHECK(!embed_readable(0));
  lwt_wakeup(u, LWT_INT(4));
  CHECK(embed_readable(0));
  embed_settle();
  CHECK_RETURNS(fiber, 4);
}
TEST(a_fiber_woken_outside_makes_it_readable) { with_each_engine(a_wakeup); }

/* ---------------------------------------------------------- foreign use --- */
static int inner_iter, inner_fd;
static void iterate_inside(lwt_engine_event *event, void *env) {
  (void)env;
  inner_iter = lwt_main_iter(false);
  inner_fd = lwt_main_fd();
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
}
TEST(within_the_loop_an_iteration_is_refused) {
  inner_iter = -1;
  CHECK(lwt_engine_on_timer(0, false, iterate_inside, NULL, NULL) != NULL);
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  CHECK_INT(inner_iter, LWT_FAILURE);
  CHECK_INT(inner_fd, lwt_main_fd());
  inner_iter = -1;
  CHECK(lwt_engine_on_timer(0, false, iterate_inside, NULL, NULL) != NULL);
  embed_settle();
  CHECK_INT(inner_iter, LWT_FAILURE);
  CHECK(!embed_readable(0));
}

static intptr_t inner_run;
static void run_inside(lwt_engine_event *event, void *env) {
  (void)env;
  inner_run = run(lwt_pause());
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
}
TEST(a_loop_inside_an_iteration_is_refused_and_one_between_two_is_not) {
  inner_run = 0;
  CHECK(lwt_engine_on_timer(0, false, run_inside, NULL, NULL) != NULL);
  embed_settle();
  CHECK_INT(inner_run, -LWT_FAILURE);
  CHECK_INT(run(lwt_unix_sleep(0.005)), 0);
  CHECK(!embed_readable(0));
  lwt_t *p = lwt_pause();
  CHECK_INT(lwt_engine_iter(false), LWT_OK); /* which leaves the pause */
  CHECK(embed_readable(0));
  embed_settle();
  CHECK_RETURNS(p, 0);
}

static int hooks;
static void hook(void *env) {
  (void)env;
  hooks++;
}
TEST(an_iteration_runs_the_hooks_once) {
  hooks = 0;
  lwt_main_hook *enter = lwt_main_enter_iter_hooks_add_last(hook, NULL, NULL),
                *leave = lwt_main_leave_iter_hooks_add_last(hook, NULL, NULL);
  CHECK_INT(lwt_main_iter(false), LWT_OK);
  CHECK_INT(hooks, 2);
  CHECK_INT(lwt_main_hook_remove(enter), LWT_OK);
  CHECK_INT(lwt_main_hook_remove(leave), LWT_OK);
}

TEST(an_iteration_that_blocks_waits_for_something) {
  int64_t start = now_ns();
  lwt_t *p = lwt_unix_sleep(0.02);
  while (lwt_state(p) == LWT_SLEEP) CHECK_INT(lwt_main_iter(true), LWT_OK);
  CHECK(now_ns() - start >= 20000000);
  lwt_release(p);
  embed_settle();
}

TEST(the_descriptor_is_closed_on_exec_and_stays_the_same) {
  int fd = lwt_main_fd();
  CHECK_INT(lwt_main_fd(), fd);
  lwt_engine *engine = lwt_engine_new_builtin("poll");
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  lwt_engine_release(engine);
  CHECK_INT(lwt_main_fd(), fd);
  CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  embed_settle();
}

TEST(what_cannot_be_embedded_is_refused) {
  lwt_engine *sim = lwt_engine_sim(1);
  CHECK_INT(lwt_engine_set(sim, true, true), LWT_UNIX_ERROR);
  CHECK_STR(lwt_engine_id(), "poll");
  lwt_engine_release(sim);
}

static void *elsewhere(void *env) {
  lwt_engine *sim = lwt_engine_sim(1);
  CHECK_INT(lwt_engine_set(sim, true, true), LWT_OK);
  lwt_engine_release(sim);
  errno = 0;
  CHECK_INT(lwt_main_fd(), -1);
  CHECK_INT(errno, ENOTSUP);
  lwt_engine *epoll = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(epoll, true, true), LWT_OK);
  lwt_engine_release(epoll);
  CHECK(lwt_main_fd() >= 0);
  CHECK(lwt_main_fd() != *(int *)env); /* each thread has its own */
  lwt_t *p = lwt_unix_sleep(0.001);
  embed_until(p, 10);
  lwt_release(p);
  return NULL;
}
TEST(each_thread_has_its_own_and_ends_well) {
  pthread_t thread;
  int fd = lwt_main_fd();
  pthread_create(&thread, NULL, elsewhere, &fd);
  pthread_join(thread, NULL);
  CHECK(!embed_readable(0));
}

static lwt_value at_last(void *env) {
  return env;
}
static void *spawn_first(void *env) {
  lwt_t *fiber = lwt_spawn(at_last, LWT_INT(3), NULL, 0), *p = lwt_pause();
  CHECK(embed_readable(0));
  embed_settle();
  CHECK_RETURNS(fiber, 3);
  CHECK_RETURNS(p, 0);
  return env;
}
TEST(what_was_made_before_it_was_asked_for_makes_it_readable) {
  pthread_t thread;
  pthread_create(&thread, NULL, spawn_first, NULL);
  pthread_join(thread, NULL);
}

static void in_a_child(void) {
  int status = 0, fd = lwt_main_fd(), before = check_failures;
  lwt_t *p = lwt_unix_sleep(0.02);
  embed_settle();
  pid_t child = fork();
  if (child == 0) {
    CHECK_INT(lwt_main_fd(), fd);
    embed_until(p, 10);
    lwt_t *q = lwt_pause();
    CHECK(embed_readable(0));
    embed_settle();
    CHECK_RETURNS(q, 0);
    CHECK(!embed_readable(5));
    fflush(stdout);
    _exit(check_failures != before);
  }
  embed_until(p, 10);
  CHECK_RETURNS(p, 0);
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status));
  CHECK_INT(WEXITSTATUS(status), 0);
}
TEST(in_the_child_of_a_fork_it_works_and_is_the_childs_own) { with_each_engine(in_a_child); }
