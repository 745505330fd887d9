/* debugging: no (rte_debug.c is that) */
/* lwt_rte.h: what is told of the main loop and of what waits. */
#include "loop.h"

struct told {
  int laps, calls, depth, begins, ends;
  size_t paused, jobs;
  char last[64];
  const char *file;
  int line;
  uint64_t id;
};

static void on_paused(size_t count, void *env) {
  struct told *told = (struct told *)env;
  if (count > told->paused) told->paused = count;
}
static void on_jobs(size_t count, void *env) {
  struct told *told = (struct told *)env;
  if (count > told->jobs) told->jobs = count;
}
static void on_call(bool begins, void *env) {
  struct told *told = (struct told *)env;
  told->calls += begins;
  told->depth += begins ? 1 : -1;
}
static void on_lap(void *env) { ((struct told *)env)->laps++; }
static void on_trace(bool begins, const struct lwt_rte_span *span, void *env) {
  struct told *told = (struct told *)env;
  if (begins) {
    told->begins++;
    told->id = span->id;
    told->file = span->file;
    told->line = span->line;
    snprintf(told->last, sizeof told->last, "%s", span->name);
  } else {
    told->ends++;
  }
}
static void install(struct told *told) {
  struct lwt_rte_events events = {sizeof events, told,   on_paused, on_jobs,
                                  on_call,       on_lap, on_trace};
  memset(told, 0, sizeof *told);
  CHECK_INT(lwt_rte_install(&events), LWT_OK);
  CHECK(lwt_rte_is_installed());
}
static void uninstall(void) {
  CHECK_INT(lwt_rte_install(NULL), LWT_OK);
  CHECK(!lwt_rte_is_installed());
}
static lwt_t *again(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}

TEST(each_turn_is_a_lap_with_its_counts_within_a_call) {
  struct told told;
  install(&told);
  turns(3);
  CHECK_INT(told.laps, 3);
  CHECK_INT(told.calls, 3);
  CHECK_INT(told.depth, 0);
  CHECK_INT(told.paused, 1);
  CHECK_INT(told.jobs, 0);
  lwt_t *several[] = {lwt_pause(), lwt_pause()};
  CHECK_INT(run(lwt_join(several, 2)), 0);
  CHECK_INT(told.paused, 2);
  uninstall();
  turns(2);
  CHECK_INT(told.laps, 4);
}

static void raising_lap(void *env) {
  (void)env;
  lwt_raise(lwt_exn_new(LWT_FAILURE, "lap"));
}
static void raising_trace(bool begins, const struct lwt_rte_span *span, void *env) {
  (void)span, (void)env;
  if (begins) lwt_raise(lwt_exn_new(LWT_FAILURE, "trace"));
}
static lwt_t *binds(lwt_value v, void *p) {
  (void)v;
  return lwt_bind((lwt_t *)p, again, NULL, NULL);
}
TEST(what_a_function_raises_goes_to_the_hook_and_fails_nothing_else) {
  struct lwt_rte_events events;
  memset(&events, 0, sizeof events);
  events.size = sizeof events;
  events.sch_lap = raising_lap;
  events.trace = raising_trace;
  hook_install();
  CHECK_INT(lwt_rte_install(&events), LWT_OK);
  turns(1);
  CHECK_INT(hook_calls, 1);
  lwt_u *u;
  lwt_t *p = lwt_bind(lwt_return(LWT_UNIT), binds, lwt_wait(&u), NULL);
  CHECK_INT(hook_calls, 2);
  CHECK_INT(hook_kind, LWT_FAILURE);
  uninstall();
  lwt_wakeup(u, (lwt_value)7);
  CHECK_RETURNS(p, 7);
}

TEST(a_bind_that_waits_is_a_span_and_one_that_does_not_is_none) {
  struct told told;
  lwt_u *u;
  install(&told);
  lwt_release(lwt_bind(lwt_return(LWT_INT(1)), again, NULL, NULL));
  CHECK_INT(told.begins, 0);
  lwt_t *p = lwt_bind(lwt_wait(&u), again, NULL, NULL);
  CHECK_INT(told.begins, 1);
  CHECK_INT(told.ends, 0);
  CHECK_STR(told.last, "bind");
  CHECK_PTR(told.file, NULL);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_INT(told.ends, 1);
  CHECK_RETURNS(p, 4);
  /* One whose promise never resolves ends with it. */
  p = lwt_bind(lwt_wait(&u), again, NULL, NULL);
  CHECK_INT(told.begins, 2);
  lwt_wakener_forget(u);
  lwt_release(p);
  CHECK_INT(told.ends, 2);
  uninstall();
  p = lwt_bind(lwt_wait(&u), again, NULL, NULL);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_RETURNS(p, 4);
  CHECK_INT(told.begins, 2);
}

TEST(each_kind_of_composition_has_its_name) {
  struct told told;
  lwt_u *u;
  ENV(e);
  install(&told);
  lwt_t *p = lwt_wait(&u);
  lwt_t *all[4];
  all[0] = lwt_map(lwt_retain(p), env_map, &e, NULL);
  CHECK_STR(told.last, "map");
  all[1] = lwt_catch(lwt_retain(p), env_catch, &e, NULL);
  CHECK_STR(told.last, "catch");
  all[2] = lwt_try_bind(lwt_retain(p), env_bind, env_catch, &e, NULL);
  CHECK_STR(told.last, "try_bind");
  all[3] = lwt_finalize(lwt_retain(p), env_thunk, &e, NULL);
  CHECK_STR(told.last, "finalize");
  lwt_wakeup(u, LWT_INT(1));
  CHECK_INT(told.begins, told.ends);
  CHECK_INT(run(lwt_join(all, 4)), 0);
  lwt_release(p);
  uninstall();
}

static int line_of_await;
static lwt_value awaiting(void *env) {
  LWT_BEGIN;
  (void)env;
  line_of_await = __LINE__ + 1;
  LWT_AWAIT(lwt_pause());
  LWT_AWAIT(lwt_return(LWT_UNIT));
  return LWT_UNIT;
}
TEST(an_await_that_waits_is_a_span_with_file_and_line) {
  struct told told;
  install(&told);
  CHECK_INT(run(lwt_spawn(awaiting, NULL, NULL, 0)), 0);
  CHECK_STR(told.last, "await");
  CHECK_STR(told.file, __FILE__);
  CHECK_INT(told.line, line_of_await);
  CHECK_INT(told.begins, 1);
  CHECK_INT(told.ends, 1);
  uninstall();
}

TEST(jobs_on_their_way_are_counted) {
  struct told told;
  install(&told);
  CHECK_INT(run(lwt_bind(lwt_unix_mkdir("/", 0777), again, NULL, NULL)), -LWT_UNIX_ERROR);
  CHECK_INT(told.jobs, 1);
  uninstall();
}

TEST(events_of_ones_own_are_told) {
  struct told told;
  lwt_rte_emit_sch_lap(); /* to nobody */
  install(&told);
  lwt_rte_emit_sch_lap();
  lwt_rte_emit_paused_count(7);
  lwt_rte_emit_job_count(8);
  lwt_rte_emit_sch_call_begin();
  lwt_rte_emit_sch_call_end();
  uint64_t id = lwt_rte_span_id();
  CHECK(lwt_rte_span_id() != id);
  lwt_rte_emit_trace(true, id, "mine", "a.c", 12);
  CHECK_INT(told.id, id);
  CHECK_STR(told.last, "mine");
  CHECK_INT(told.line, 12);
  lwt_rte_emit_trace(false, id, NULL, NULL, 0);
  CHECK_INT(told.laps, 1);
  CHECK_INT(told.paused, 7);
  CHECK_INT(told.jobs, 8);
  CHECK_INT(told.calls, 1);
  CHECK_INT(told.begins, 1);
  CHECK_INT(told.ends, 1);
  uninstall();
}

TEST(a_table_may_be_of_an_older_or_a_newer_version_but_not_none) {
  struct told told;
  memset(&told, 0, sizeof told);
  struct { struct lwt_rte_events known; void *unknown; } newer;
  memset(&newer, 0, sizeof newer);
  newer.known.size = sizeof newer;
  newer.known.env = &told;
  newer.known.sch_lap = on_lap;
  newer.known.trace = on_trace;
  CHECK_INT(lwt_rte_install(&newer.known), LWT_OK);
  turns(1);
  CHECK_INT(told.laps, 1);
  newer.known.size = offsetof(struct lwt_rte_events, trace);
  CHECK_INT(lwt_rte_install(&newer.known), LWT_OK);
  lwt_rte_emit_trace(true, 1, "x", NULL, 0);
  turns(1);
  CHECK_INT(told.laps, 2);
  CHECK_INT(told.begins, 0);
  newer.known.size = sizeof(size_t);
  CHECK_INT(lwt_rte_install(&newer.known), LWT_INVALID_ARGUMENT);
  turns(1);
  CHECK_INT(told.laps, 3);
  uninstall();
}

/* What such a function does itself is not told, and may be anything. */
static lwt_u *to_wake;
static int nosy_calls;
static void nosy(bool begins, const struct lwt_rte_span *span, void *env) {
  (void)span;
  (void)env;
  nosy_calls++;
  lwt_u *u;
  lwt_t *p = lwt_bind(lwt_wait(&u), again, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
  if (begins && to_wake != NULL) {
    lwt_u *now = to_wake;
    to_wake = NULL;
    lwt_wakeup(now, LWT_INT(3));
  }
  if (nosy_calls == 4) lwt_rte_install(NULL);
}
static lwt_value nosy_fiber(void *env) {
  LWT_BEGIN;
  (void)env;
  return LWT_AWAIT(lwt_wait(&to_wake));
}
TEST(a_function_that_is_told_may_resolve_what_is_being_waited_for) {
  struct lwt_rte_events events = {sizeof events, NULL, NULL, NULL, NULL, NULL, nosy};
  CHECK_INT(lwt_rte_install(&events), LWT_OK);
  CHECK_RETURNS(lwt_bind(lwt_wait(&to_wake), again, NULL, NULL), 3);
  CHECK_INT(nosy_calls, 2);
  CHECK_INT(run(lwt_spawn(nosy_fiber, NULL, NULL, 0)), 3);
  CHECK_INT(nosy_calls, 4);
  CHECK(!lwt_rte_is_installed());
}

TEST(chromes_format_is_json_with_all_events) {
  char name[] = "trace.json", text[20000], command[100];
  FILE *file = fopen(name, "w+");
  CHECK(file != NULL);
  if (file == NULL) return;
  CHECK_INT(lwt_rte_write_chrome_trace(fileno(file)), LWT_OK);
  CHECK_INT(run(lwt_spawn(awaiting, NULL, NULL, 0)), 0);
  lwt_rte_emit_trace(true, 1, "a \"name\"\n", NULL, 0);
  CHECK_INT(lwt_rte_end_chrome_trace(fileno(file)), LWT_OK);
  CHECK(!lwt_rte_is_installed());
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  CHECK_HAS(text, "\"name\":\"lwt-sch-call\",\"cat\":\"lwt\",\"ph\":\"B\"");
  CHECK_HAS(text, "\"name\":\"lwt-sch-call\",\"cat\":\"lwt\",\"ph\":\"E\"");
  CHECK_HAS(text, "\"name\":\"lwt-sch-lap\",\"cat\":\"lwt\",\"ph\":\"i\"");
  CHECK_HAS(text, "\"args\":{\"paused\":0}");
  CHECK_HAS(text, "\"args\":{\"jobs\":0}");
  CHECK_HAS(text, "\"name\":\"lwt-trace\",\"cat\":\"lwt\",\"ph\":\"b\"");
  CHECK_HAS(text, "\"name\":\"lwt-trace\",\"cat\":\"lwt\",\"ph\":\"e\"");
  CHECK_HAS(text, "a \\\"name\\\"\\u000a");
  snprintf(command, sizeof command, "python3 -m json.tool %s > %s.out", name, name);
  if (system("python3 --version > python") == 0) CHECK_INT(system(command), 0);
  CHECK_INT(lwt_rte_write_chrome_trace(-1), LWT_UNIX_ERROR);
  CHECK(!lwt_rte_is_installed());
}
