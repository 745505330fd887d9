/* What holds of every engine: included by a test for each. */
#ifndef ENGINE_SUITE_H
#define ENGINE_SUITE_H
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

struct watch {
  const char *name;
  int ran, dropped;
  int drain;  /* reads that many bytes from fd */
  bool stops; /* stops its own event */
  int fd;
  lwt_engine_event *event, *stop_other;
};
static inline void watch_called(lwt_engine_event *event, void *data) {
  struct watch *watch = data;
  char buffer[64];
  watch->ran++;
  trace(watch->name);
  if (watch->event != NULL) CHECK_PTR(event, watch->event);
  if (watch->drain > 0) CHECK_INT(read(watch->fd, buffer, (size_t)watch->drain), watch->drain);
  if (watch->stop_other != NULL) {
    CHECK_INT(lwt_engine_stop_event(watch->stop_other), LWT_OK);
    watch->stop_other = NULL;
  }
  if (watch->stops) {
    CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
    watch->event = NULL;
  }
}
static inline void watch_dropped(void *data) { ((struct watch *)data)->dropped++; }
static inline void readable(struct watch *watch, int fd) {
  watch->fd = fd;
  watch->event = lwt_engine_on_readable(fd, watch_called, watch, watch_dropped);
  CHECK(watch->event != NULL);
}
static inline void writable(struct watch *watch, int fd) {
  watch->fd = fd;
  watch->event = lwt_engine_on_writable(fd, watch_called, watch, watch_dropped);
  CHECK(watch->event != NULL);
}
static inline void stop(struct watch *watch) {
  CHECK_INT(lwt_engine_stop_event(watch->event), LWT_OK);
  watch->event = NULL;
}
/* The time by which timers go. */
static inline int64_t engine_ns(void) { return (int64_t)(lwt_engine_now() * 1e9 + 0.5); }
static int pipe_ends[2];
static inline void open_pipe(void) { CHECK_INT(pipe(pipe_ends), 0); }
static inline void close_pipe(void) {
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}
static inline void put(const char *text) {
  CHECK_INT(write(pipe_ends[1], text, strlen(text)), strlen(text));
}

TEST(a_readable_descriptor_is_reported_each_turn_until_it_is_stopped) {
  struct watch r = {.name = "r"};
  open_pipe();
  readable(&r, pipe_ends[0]);
  CHECK_INT(lwt_engine_readable_count(), 1);
  turns(3);
  CHECK_INT(r.ran, 0);
  put("ab");
  turns(3);
  CHECK_INT(r.ran, 3); /* level-triggered */
  r.drain = 2;
  turns(1);
  turns(2);
  CHECK_INT(r.ran, 4);
  stop(&r);
  CHECK_INT(lwt_engine_readable_count(), 0);
  CHECK_INT(r.dropped, 1);
  put("c");
  turns(2);
  CHECK_INT(r.ran, 4);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(a_writable_descriptor_is_reported_while_there_is_room) {
  struct watch w = {.name = "w"};
  char block[4096];
  memset(block, 'x', sizeof block);
  open_pipe();
  fcntl(pipe_ends[1], F_SETFL, O_NONBLOCK);
  writable(&w, pipe_ends[1]);
  CHECK_INT(lwt_engine_writable_count(), 1);
  turns(1);
  CHECK_INT(w.ran, 1);
  while (write(pipe_ends[1], block, sizeof block) > 0) {
  }
  w.ran = 0;
  turns(2);
  CHECK_INT(w.ran, 0);
  while (read(pipe_ends[0], block, sizeof block) == sizeof block) {
    if (w.ran > 0) break;
    turns(1);
  }
  CHECK(w.ran > 0);
  stop(&w);
  CHECK_INT(lwt_engine_writable_count(), 0);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(due_timers_come_first_then_reading_then_writing) {
  int ends[2];
  struct watch t = {.name = "t", .stops = true}, r = {.name = "r", .stops = true},
               w = {.name = "w", .stops = true};
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  CHECK_INT(write(ends[1], "x", 1), 1);
  writable(&w, ends[0]);
  readable(&r, ends[0]);
  t.event = lwt_engine_on_timer(0, false, watch_called, &t, watch_dropped);
  CHECK_INT(lwt_engine_iter(true), LWT_OK);
  CHECK_TRACE("t r w");
  CHECK_INT(r.dropped + w.dropped + t.dropped, 3);
  close(ends[0]);
  close(ends[1]);
}

TEST(several_events_on_one_descriptor_are_all_called) {
  struct watch a = {.name = "a"}, b = {.name = "b"}, c = {.name = "c"};
  open_pipe();
  readable(&a, pipe_ends[0]);
  readable(&b, pipe_ends[0]);
  readable(&c, pipe_ends[0]);
  put("x");
  turns(1);
  CHECK_TRACE("a b c");
  stop(&b);
  turns(1);
  CHECK_TRACE("a c");
  stop(&a);
  stop(&c);
  turns(1);
  CHECK_TRACE("");
  close_pipe();
}

TEST(an_event_stopped_by_another_in_the_same_turn_is_not_called) {
  struct watch a = {.name = "a"}, b = {.name = "b"};
  open_pipe();
  readable(&a, pipe_ends[0]);
  readable(&b, pipe_ends[0]);
  a.stop_other = b.event;
  put("x");
  turns(2);
  CHECK_TRACE("a a");
  CHECK_INT(b.dropped, 1);
  a.stops = true;
  turns(1);
  CHECK_INT(a.dropped, 1);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(the_end_of_a_pipe_is_reported_as_readable) {
  struct watch r = {.name = "r", .stops = true};
  open_pipe();
  readable(&r, pipe_ends[0]);
  close(pipe_ends[1]);
  turns(1);
  CHECK_TRACE("r");
  close(pipe_ends[0]);
}

TEST(a_regular_file_is_always_ready) {
  struct watch r = {.name = "r", .stops = true}, w = {.name = "w", .stops = true};
  char name[] = "regular-XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0);
  readable(&r, fd);
  writable(&w, fd);
  turns(2);
  CHECK_TRACE("r w");
  close(fd);
  unlink(name);
}

TEST(a_descriptor_closed_while_it_is_watched_is_reported_and_does_not_harm_others) {
  struct watch closed = {.name = "closed"}, other = {.name = "other"};
  int other_ends[2];
  open_pipe();
  CHECK_INT(pipe(other_ends), 0);
  readable(&closed, pipe_ends[0]);
  readable(&other, other_ends[0]);
  turns(1);
  close_pipe();
  CHECK_INT(write(other_ends[1], "x", 1), 1);
  turns(3);
  CHECK(other.ran >= 1);
  stop(&closed);
  stop(&other);
  CHECK_INT(closed.dropped, 1);
  CHECK_INT(lwt_engine_readable_count(), 0);
  close(other_ends[0]);
  close(other_ends[1]);
  trace_text[0] = '\0';
}

TEST(bad_descriptors_and_missing_functions) {
  struct watch r = {.name = "r"};
  errno = 0;
  CHECK_PTR(lwt_engine_on_readable(-1, watch_called, &r, watch_dropped), NULL);
  CHECK_INT(errno, EBADF);
  CHECK_PTR(lwt_engine_on_writable(54321, watch_called, &r, watch_dropped), NULL);
  CHECK_INT(errno, EBADF);
  CHECK_INT(r.dropped, 2);
  CHECK_PTR(lwt_engine_on_readable(0, NULL, &r, watch_dropped), NULL);
  CHECK_INT(errno, EINVAL);
  CHECK_PTR(lwt_engine_on_writable(0, NULL, &r, watch_dropped), NULL);
  CHECK_PTR(lwt_engine_on_timer(0, false, NULL, &r, watch_dropped), NULL);
  CHECK_INT(r.dropped, 5);
  CHECK_INT(lwt_engine_stop_event(NULL), INVALID);
  CHECK_INT(lwt_engine_stop_event((lwt_engine_event *)&r), INVALID);
  lwt_engine_event *event = lwt_engine_fake_event();
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  CHECK_INT(lwt_engine_stop_event(event), INVALID);
  lwt_engine_fake_io(-1);
  lwt_engine_fake_io(54321);
}

TEST(fake_io_calls_reading_then_writing) {
  struct watch r = {.name = "r"}, w = {.name = "w"};
  int ends[2];
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  writable(&w, ends[0]);
  readable(&r, ends[0]);
  lwt_engine_fake_io(ends[0]);
  CHECK_TRACE("r w");
  stop(&r);
  stop(&w);
  close(ends[0]);
  close(ends[1]);
}

/* --------------------------------------------------------------- timers --- */
TEST(a_timer_fires_once_or_again_and_again) {
  struct watch once = {.name = "once"}, often = {.name = "often"};
  size_t before = lwt_engine_timer_count();
  int64_t start = engine_ns();
  once.event = lwt_engine_on_timer(0.01, false, watch_called, &once, watch_dropped);
  often.event = lwt_engine_on_timer(0.01, true, watch_called, &often, watch_dropped);
  CHECK_INT(lwt_engine_timer_count(), before + 2);
  while (often.ran < 4) CHECK_INT(lwt_engine_iter(true), LWT_OK);
  CHECK(engine_ns() - start >= 40000000);
  CHECK_INT(once.ran, 1);
  CHECK_INT(lwt_engine_timer_count(), before + 2); /* until it is stopped */
  stop(&once);
  stop(&often);
  CHECK_INT(lwt_engine_timer_count(), before);
  CHECK_INT(once.dropped + often.dropped, 2);
  run(lwt_unix_sleep(0.02));
  CHECK_INT(often.ran, 4);
  trace_text[0] = '\0';
}
TEST(a_repeating_timer_may_stop_itself) {
  struct watch often = {.name = "often", .stops = true};
  often.event = lwt_engine_on_timer(0.001, true, watch_called, &often, watch_dropped);
  run(lwt_unix_sleep(0.02));
  CHECK_INT(often.ran, 1);
  CHECK_INT(often.dropped, 1);
  trace_text[0] = '\0';
}
TEST(sleeping_promises_are_timers_too) {
  size_t before = lwt_engine_timer_count();
  lwt_t *p = lwt_unix_sleep(1000);
  CHECK_INT(lwt_engine_timer_count(), before + 1);
  lwt_cancel(p);
  lwt_release(p);
  CHECK_INT(lwt_engine_timer_count(), before);
}

/* ---------------------------------------------------- wakes and stalls --- */
static lwt_u *suite_u;
static inline void wake_suite(lwt_engine_event *event, void *data) {
  watch_called(event, data);
  lwt_wakeup(suite_u, LWT_INT(6));
}
static inline void *put_later(void *env) {
  sleep_ms(20);
  put("x");
  return env;
}
TEST(the_loop_sleeps_until_a_descriptor_is_ready) {
  struct watch r = {.name = "r", .stops = true};
  pthread_t thread;
  open_pipe();
  r.event = lwt_engine_on_readable(pipe_ends[0], wake_suite, &r, watch_dropped);
  pthread_create(&thread, NULL, put_later, NULL);
  CHECK_INT(run(lwt_wait(&suite_u)), 6);
  pthread_join(thread, NULL);
  close_pipe();
  CHECK_TRACE("r");
}
static intptr_t suite_id;
static inline void *notify_later(void *env) {
  sleep_ms(20);
  lwt_unix_send_notification(suite_id);
  return env;
}
static inline void wake_by_notification(void *env) {
  (void)env;
  lwt_wakeup(suite_u, LWT_INT(7));
}
TEST(a_notification_wakes_the_loop_while_it_waits_for_descriptors) {
  struct watch r = {.name = "r"};
  open_pipe();
  readable(&r, pipe_ends[0]);
  for (int i = 0; i < 5; i++) {
    pthread_t thread;
    suite_id = lwt_unix_make_notification(wake_by_notification, NULL, NULL, true);
    pthread_create(&thread, NULL, notify_later, NULL);
    CHECK_INT(run(lwt_wait(&suite_u)), 7);
    pthread_join(thread, NULL);
  }
  CHECK_INT(run(lwt_unix_mkdir("/", 0700)), -LWT_UNIX_ERROR); /* a job too */
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  stop(&r);
  close_pipe();
}

static inline void raise_in_event(lwt_engine_event *event, void *data) {
  watch_called(event, data);
  lwt_raise(exn(LWT_FULL));
}
TEST(what_an_event_raises_goes_to_the_hook) {
  struct watch t = {.name = "t", .stops = true};
  hook_install();
  t.event = lwt_engine_on_timer(0, false, raise_in_event, &t, watch_dropped);
  turns(1);
  CHECK_HOOK(1, LWT_FULL);
  CHECK_TRACE("t");
}

static volatile sig_atomic_t suite_signals;
static inline void suite_on_signal(int n) {
  (void)n;
  suite_signals++;
}
TEST(signals_interrupt_the_wait_and_nothing_else) {
  if (lwt_engine_sim_seed(NULL)) return; /* it need not wait */
  struct watch r = {.name = "r"};
  struct sigaction action;
  struct itimerval every = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
  memset(&action, 0, sizeof action);
  action.sa_handler = suite_on_signal; /* without SA_RESTART */
  sigaction(SIGALRM, &action, NULL);
  open_pipe();
  readable(&r, pipe_ends[0]);
  int64_t start = engine_ns();
  setitimer(ITIMER_REAL, &every, NULL);
  CHECK_INT(run(lwt_unix_sleep(0.06)), 0);
  setitimer(ITIMER_REAL, &never, NULL);
  signal(SIGALRM, SIG_IGN);
  CHECK(engine_ns() - start >= 60000000);
  CHECK(suite_signals > 0);
  CHECK_INT(r.ran, 0);
  stop(&r);
  close_pipe();
}

enum { SUITE_PIPES = 100 };
TEST(a_hundred_pipes) {
  static struct watch watches[SUITE_PIPES];
  static int ends[SUITE_PIPES][2];
  memset(watches, 0, sizeof watches);
  for (int i = 0; i < SUITE_PIPES; i++) {
    CHECK_INT(pipe(ends[i]), 0);
    watches[i].name = "";
    watches[i].drain = 1;
    readable(&watches[i], ends[i][0]);
  }
  for (int round = 0; round < 20; round++) {
    for (int i = round % 3; i < SUITE_PIPES; i += 3) CHECK_INT(write(ends[i][1], "x", 1), 1);
    /* A simulation may report some of them later. */
    int expected = (SUITE_PIPES - round % 3 + 2) / 3, ran = 0;
    for (int left = lwt_engine_sim_seed(NULL) ? 200 : 1; left > 0 && ran < expected; left--) {
      turns(1);
      ran = 0;
      for (int i = 0; i < SUITE_PIPES; i++) ran += watches[i].ran;
    }
    for (int i = 0; i < SUITE_PIPES; i++) {
      CHECK_INT(watches[i].ran, i % 3 == round % 3);
      watches[i].ran = 0;
    }
    trace_text[0] = '\0';
  }
  for (int i = 0; i < SUITE_PIPES; i++) {
    stop(&watches[i]);
    CHECK_INT(watches[i].dropped, 1);
    close(ends[i][0]);
    close(ends[i][1]);
  }
}
static inline void *stop_elsewhere(void *event) {
  CHECK_INT(lwt_engine_stop_event(event), LWT_WRONG_THREAD);
  return NULL;
}
TEST(an_event_belongs_to_its_thread) {
  struct watch r = {.name = "r"};
  pthread_t thread;
  open_pipe();
  readable(&r, pipe_ends[0]);
  pthread_create(&thread, NULL, stop_elsewhere, r.event);
  pthread_join(thread, NULL);
  CHECK_INT(r.dropped, 0);
  stop(&r);
  close_pipe();
}
#endif
