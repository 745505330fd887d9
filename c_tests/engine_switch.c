/* timeout: 120 */
/* Changing the engine with timers and descriptors pending: events move over,
 * their handles stay good, timers keep their deadlines. */
#include "poll_engine.h"

#include "engine_suite.h"

static void set(const char *name, bool transfer) {
  lwt_engine *engine = lwt_engine_new_builtin(name);
  CHECK(engine != NULL);
  CHECK_INT(lwt_engine_set(engine, transfer, true), LWT_OK);
  lwt_engine_release(engine);
  CHECK_STR(lwt_engine_id(), name);
}

/* Those that every machine has; and those that this one has too. */
static const char *engines[] = {"epoll", "poll", "select", "io_uring", "libev", "libev:select"};
static int engine_count;
static const char *engine_number(int n) { return engines[n % engine_count]; }
__attribute__((constructor)) static void count_engines(void) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
    lwt_engine *engine = lwt_engine_new_builtin(engines[i]);
    if (engine != NULL) engines[engine_count++] = engines[i];
    lwt_engine_release(engine);
  }
}

TEST(there_are_several_built_in_engines) {
  CHECK(engine_count >= 3);
  for (int i = engine_count - 1; i >= 0; i--) set(engine_number(i), true);
  errno = 0;
  CHECK_PTR(lwt_engine_new_builtin("no such engine"), NULL);
  CHECK_INT(errno, EINVAL);
  CHECK_PTR(lwt_engine_new_builtin(NULL), NULL);
}

TEST(events_move_over_and_their_handles_stay_good) {
  struct watch r = {.name = "r"}, w = {.name = "w"}, t = {.name = "t"};
  int64_t start = now_ns();
  open_pipe();
  readable(&r, pipe_ends[0]);
  writable(&w, pipe_ends[1]);
  t.event = lwt_engine_on_timer(0.5, false, watch_called, &t, watch_dropped);
  lwt_t *sleep = lwt_unix_sleep(0.5);
  for (int i = 1; i <= 2 * engine_count; i++) {
    set(engine_number(i), true);
    CHECK_INT(lwt_engine_readable_count(), 1);
    CHECK_INT(lwt_engine_writable_count(), 1);
    CHECK_INT(lwt_engine_timer_count(), 2);
    w.ran = r.ran = 0;
    put("x");
    turns(1);
    CHECK_INT(r.ran, 1);
    CHECK_INT(w.ran, 1);
  }
  CHECK_INT(run(sleep), 0);
  CHECK(now_ns() - start >= 500000000);
  turns(1);
  CHECK_INT(t.ran, 1);
  stop(&r);
  stop(&w);
  stop(&t);
  CHECK_INT(r.dropped + w.dropped + t.dropped, 3);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(without_transfer_the_old_engines_events_are_stopped) {
  struct watch r = {.name = "r"};
  open_pipe();
  readable(&r, pipe_ends[0]);
  set("poll", false);
  CHECK_INT(r.dropped, 1);
  CHECK_INT(lwt_engine_readable_count(), 0);
  put("x");
  turns(2);
  CHECK_INT(r.ran, 0);
  lwt_engine_stop_event(r.event); /* stopped already: harmless */
  close_pipe();
  set("epoll", true);
}

static lwt_t *switch_inside(lwt_value v, void *env) {
  (void)v;
  set(env, true);
  return lwt_unix_sleep(0.01);
}
TEST(it_may_be_changed_inside_the_loop) {
  struct watch r = {.name = "r", .drain = 1};
  open_pipe();
  readable(&r, pipe_ends[0]);
  CHECK_INT(run(lwt_bind(lwt_pause(), switch_inside, (void *)"poll", NULL)), 0);
  put("x");
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.01), switch_inside, (void *)"epoll", NULL)), 0);
  CHECK_INT(r.ran, 1);
  put("y");
  turns(1);
  CHECK_INT(r.ran, 2);
  stop(&r);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(transfer_moves_events_between_engines) {
  struct watch r = {.name = "r", .drain = 1};
  lwt_engine *poll = lwt_engine_new_builtin("poll"), *now = lwt_engine_get();
  open_pipe();
  readable(&r, pipe_ends[0]);
  CHECK_INT(lwt_engine_transfer(now, poll), LWT_OK);
  CHECK_INT(lwt_engine_readable_count(), 0);
  CHECK_INT(lwt_engine_set(poll, true, false), LWT_OK);
  CHECK_INT(lwt_engine_readable_count(), 1);
  put("x");
  turns(1);
  CHECK_INT(r.ran, 1);
  CHECK_INT(lwt_engine_set(now, true, true), LWT_OK);
  stop(&r);
  lwt_engine_release(poll);
  lwt_engine_release(now);
  close_pipe();
  trace_text[0] = '\0';
}

TEST(bad_handles_are_refused) {
  CHECK_INT(lwt_engine_set(NULL, true, true), INVALID);
  CHECK_INT(lwt_engine_transfer(NULL, NULL), INVALID);
  CHECK_INT(lwt_engine_destroy(NULL), INVALID);
  CHECK_INT(lwt_engine_release(NULL), INVALID);
  lwt_engine *engine = lwt_engine_new_builtin("poll");
  CHECK_INT(lwt_engine_release(engine), LWT_OK);
  CHECK_INT(lwt_engine_release(engine), INVALID);
  CHECK_INT(lwt_engine_set(engine, true, true), INVALID);
  CHECK_INT(lwt_engine_set((lwt_engine *)&engine, true, true), INVALID);
  lwt_engine_event *event = lwt_engine_fake_event();
  CHECK_INT(lwt_engine_set((lwt_engine *)event, true, true), INVALID);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
}

/* Descriptors come and go, timers too, engines change: at random. */
enum { PIPES = 40 };
static struct watch watches[PIPES];
static int ends[PIPES][2];
static struct poll_engine in_c;
TEST(a_random_walk) {
  unsigned seed = 5;
  long n = scaled(4000);
  bool custom = false;
  memset(watches, 0, sizeof watches);
  for (int i = 0; i < PIPES; i++) {
    CHECK_INT(pipe(ends[i]), 0);
    watches[i].name = "";
    watches[i].drain = 1;
  }
  for (long step = 0; step < n; step++) {
    int i = rand_r(&seed) % PIPES;
    struct watch *watch = &watches[i];
    trace_text[0] = '\0';
    switch (rand_r(&seed) % 12) {
      case 0:
        if (watch->event != NULL) stop(watch);
        break;
      case 1:
      case 2:
      case 3:
        if (watch->event == NULL) readable(watch, ends[i][0]);
        break;
      case 4:
        if (rand_r(&seed) % 4) break;
        if (!custom && rand_r(&seed) % 3 == 0) {
          struct lwt_engine_ops ops = poll_engine_ops();
          lwt_engine *engine = lwt_engine_new(&ops, &in_c);
          CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
          lwt_engine_release(engine);
          custom = true;
        } else {
          set(engine_number(rand_r(&seed)), true);
          custom = false;
        }
        break;
      case 5: { /* the number comes back for another pipe */
        if (watch->event != NULL) stop(watch);
        close(ends[i][0]);
        close(ends[i][1]);
        CHECK_INT(pipe(ends[i]), 0);
        break;
      }
      case 6: CHECK_INT(run(lwt_unix_sleep(0.0002)), 0); break;
      default: {
        int ran = watch->ran;
        CHECK_INT(write(ends[i][1], "x", 1), 1);
        if (watch->event == NULL) {
          char c;
          turns(1);
          CHECK_INT(watch->ran, ran);
          CHECK_INT(read(ends[i][0], &c, 1), 1);
        } else {
          turns(1);
          CHECK_INT(watch->ran, ran + 1);
        }
        break;
      }
    }
  }
  set("epoll", true);
  for (int i = 0; i < PIPES; i++) {
    if (watches[i].event != NULL) stop(&watches[i]);
    close(ends[i][0]);
    close(ends[i][1]);
  }
  CHECK_INT(in_c.registered, 0);
  trace_text[0] = '\0';
}
