/* flags: -g */
/* debugging: no (what a dump says without comes first) */
/* Dumps: each kind of promise, what it waits for and who waits for it. */
#include "jobs.h"

#include <fcntl.h>
#include <lwt_debug.h>
#include <sys/wait.h>

static struct lwt_string *dumped;

/* A dump, to be looked at until the next one. */
static const char *text(void) {
  if (dumped != NULL) lwt_string_release(dumped);
  dumped = lwt_dump_to_string(LWT_DUMP_TEXT);
  return dumped != NULL ? dumped->data : "";
}

/* The lines of the item of a promise. */
static const char *item_of(const char *dump, const lwt_t *p) {
  static char item[4096];
  char begin[64];
  snprintf(begin, sizeof begin, "\n  handle %p,", (const void *)p);
  const char *at = strstr(dump, begin);
  if (at == NULL) return "";
  const char *end = strstr(at + 1, "\n  handle ");
  const char *list = at + 1;
  while ((list = strchr(list, '\n')) != NULL && list[1] == ' ') list++;
  if (end == NULL || (list != NULL && list < end)) end = list;
  size_t len = end != NULL ? (size_t)(end - at) : strlen(at);
  if (len >= sizeof item) len = sizeof item - 1;
  memcpy(item, at, len);
  item[len] = '\0';
  return item;
}
static const char *item(const lwt_t *p) { return item_of(text(), p); }

static const char *name(const void *handle) {
  static char names[8][32];
  static int next;
  char *name = names[next++ % 8];
  snprintf(name, sizeof names[0], "%p", handle);
  return name;
}
static lwt_t *same(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}
static void nothing(lwt_value v, void *env) { (void)v, (void)env; }

TEST(a_wait_names_its_wakener_and_its_waiters) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_t *q = lwt_bind(lwt_retain(p), same, NULL, NULL);
  lwt_on_success(p, nothing, NULL, NULL);
  CHECK_HAS(item(p), "made wait");
  CHECK_HAS(item(p), "wakener ");
  CHECK_HAS(item(p), name(u));
  CHECK_HAS(item(p), "waiters: ");
  CHECK_HAS(strstr(item(p), "waiters"), name(q));
  CHECK_HAS(item(p), "on_success");
  CHECK_HAS(item(q), "made bind");
  CHECK_HAS(item(q), "waits_for: ");
  CHECK_HAS(item(q), name(p));
  CHECK_HAS(item(q), "waiters: none");
  lwt_wakeup(u, LWT_UNIT);
  CHECK_STR(item(p), "");
  CHECK_STR(item(q), "");
  lwt_release(p);
  lwt_release(q);
}

TEST(a_group_names_its_members_and_they_name_it) {
  lwt_u *u[2];
  lwt_t *members[] = {lwt_wait(&u[0]), lwt_wait(&u[1])};
  lwt_t *kept[] = {lwt_retain(members[0]), lwt_retain(members[1])};
  lwt_t *join = lwt_join(members, 2);
  CHECK_HAS(item(join), "made join");
  for (int i = 0; i < 2; i++) {
    CHECK_HAS(item(join), name(kept[i]));
    CHECK_HAS(strstr(item(kept[i]), "waiters"), name(join));
    lwt_wakeup(u[i], LWT_UNIT);
    lwt_release(kept[i]);
  }
  CHECK_RETURNS(join, 0);
}

static lwt_t *returns(lwt_value v, void *p) {
  (void)v;
  return p;
}
TEST(a_bind_whose_callback_has_returned_waits_for_what_that_waits_for) {
  lwt_u *u;
  lwt_t *sleep = lwt_unix_sleep(1000);
  lwt_t *p = lwt_bind(lwt_wait(&u), returns, lwt_retain(sleep), NULL);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_HAS(item(p), "made bind");
  CHECK_HAS(item(p), "source sleep");
  CHECK_HAS(item(p), "a timer, ");
  CHECK_HAS(item(sleep), "part_of ");
  lwt_cancel(p);
  lwt_release(p);
  lwt_release(sleep);
}

static void on_success_twice(lwt_t *p) {
  lwt_on_success(p, nothing, NULL, NULL);
  lwt_on_success(p, nothing, NULL, NULL);
}
TEST(a_part_of_a_part_is_of_the_whole_and_goes_with_it) {
  lwt_u *begin[2], *end;
  lwt_t *inner = lwt_wait(&end);
  on_success_twice(inner);
  lwt_t *part = lwt_bind(lwt_wait(&begin[0]), returns, lwt_retain(inner), NULL);
  lwt_wakeup(begin[0], LWT_UNIT);
  CHECK_HAS(item(part), name(inner));
  lwt_t *whole = lwt_bind(lwt_wait(&begin[1]), returns, lwt_retain(inner), NULL);
  on_success_twice(whole);
  lwt_wakeup(begin[1], LWT_UNIT);
  CHECK_HAS(item(inner), "part_of ");
  CHECK_HAS(item(part), "part_of ");
  CHECK_HAS(item(part), name(whole));
  lwt_wakeup(end, LWT_UNIT);
  CHECK_STR(item(whole), "");
  CHECK_STR(item(inner), "");
  CHECK_STR(item(part), "");
  lwt_release(part);
  lwt_release(inner);
  lwt_release(whole);
}

static lwt_value fiber(void *p) {
  lwt_exn *e;
  lwt_await(p, &e);
  lwt_exn_release(e);
  return LWT_UNIT;
}
TEST(timers_jobs_fibers_and_pauses_tell_what_they_are) {
  lwt_t *sleep = lwt_unix_sleep(1000), *pause = lwt_pause(), *timeout = lwt_unix_timeout(1000);
  CHECK_HAS(item(sleep), "made sleep, waits a timer, ");
  CHECK_HAS(item(sleep), " s left");
  CHECK_HAS(item(timeout), ", then LWT_TIMEOUT");
  CHECK_HAS(item(pause), "made pause");
  lwt_t *job = work_gated(1);
  CHECK_HAS(item(job), "made job, waits job ");
  CHECK_HAS(strstr(text(), "\njobs:"), name(job));
  lwt_t *f = lwt_spawn(fiber, lwt_retain(sleep), NULL, 0);
  CHECK_HAS(item(f), "made fiber, waits its turn");
  run(lwt_pause());
  CHECK_HAS(item(f), "waits a promise");
  CHECK_HAS(item(f), "waits_for: ");
  CHECK_HAS(item(f), name(sleep));
  CHECK_HAS(strstr(text(), "\nfibers:"), name(f));
  works_open_gate();
  run(job);
  lwt_cancel(timeout);
  lwt_release(timeout);
  lwt_cancel(sleep);
  lwt_release(sleep);
  run(f);
  lwt_release(pause);
}

TEST(what_nothing_can_resolve_says_so) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_wakener_forget(u);
  CHECK_HAS(item(p), "nothing can resolve it");
  lwt_release(p);
}

static void readable(void *env) { (void)env; }
static void ready(lwt_engine_event *event, void *env) { (void)event, (void)env; }
TEST(descriptors_and_notifications_are_listed) {
  int fds[2];
  CHECK_INT(pipe(fds), 0);
  lwt_engine_event *event = lwt_engine_on_readable(fds[0], ready, NULL, NULL);
  intptr_t id = lwt_unix_make_notification(readable, NULL, NULL, false);
  char fd[40];
  snprintf(fd, sizeof fd, "fd %d, readers 1", fds[0]);
  CHECK_HAS(strstr(text(), "\ndescriptors:"), fd);
  CHECK_HAS(text(), "notification repeated");
  lwt_engine_stop_event(event);
  lwt_unix_stop_notification(id);
  CHECK_HAS(text(), "\ndescriptors: none");
  close(fds[0]);
  close(fds[1]);
}

static void on_dump(lwt_value v, void *p) {
  (void)v;
  CHECK_HAS(text(), "promises:");
  CHECK_STR(item(p), "");
}
TEST(a_dump_may_be_asked_for_in_a_callback) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_t *q = lwt_bind(lwt_retain(p), same, NULL, NULL);
  lwt_on_success(p, on_dump, p, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
  CHECK_RETURNS(q, 0);
}

/* With debugging, where and how long ago; told apart from what came before. */
TEST(with_debugging_on_a_promise_has_its_place_and_its_age) {
  lwt_u *u, *v;
  lwt_debug_stop();
  lwt_t *before = lwt_wait(&u);
  CHECK(!lwt_debug_is_on());
  CHECK(lwt_debug_start());
  int line = __LINE__ + 1;
  lwt_t *p = lwt_wait(&v);
  char at[80];
  snprintf(at, sizeof at, "dump.c:%d (%s), age 0.", line, __func__);
  CHECK_HAS(item(p), at);
  CHECK(strstr(item(before), " age ") == NULL);
  lwt_debug_stop();
  CHECK(!lwt_debug_is_on());
  lwt_wakeup(u, LWT_UNIT);
  lwt_wakeup(v, LWT_UNIT);
  lwt_release(before);
  lwt_release(p);
}

static int await_line;
static lwt_value awaits(void *p) {
  lwt_exn *e;
  await_line = __LINE__ + 1;
  lwt_await(p, &e);
  lwt_exn_release(e);
  return LWT_UNIT;
}
TEST(with_debugging_on_a_suspended_fiber_says_where_it_awaits) {
  lwt_u *u;
  CHECK(lwt_debug_start());
  lwt_t *f = lwt_spawn(awaits, lwt_wait(&u), NULL, 0);
  turns(1);
  char at[80];
  snprintf(at, sizeof at, "dump.c:%d (awaits)", await_line);
  const char *says = strstr(item(f), "waits a promise, awaited at ");
  CHECK_HAS(says != NULL ? says : "", at);
  CHECK_HAS(strstr(text(), "\nfibers:"), at);
  lwt_wakeup(u, LWT_UNIT);
  run(f);
  lwt_debug_stop();
}

static double age_of(const char *dump, const lwt_t *p) {
  const char *age = strstr(item_of(dump, p), " age ");
  return age != NULL ? atof(age + 5) : -1;
}
TEST(what_was_made_first_is_older_in_each_dump) {
  CHECK(lwt_debug_start());
  lwt_u *u, *v;
  lwt_t *p = lwt_wait(&u); /* looking these lines up takes some time */
  lwt_t *q = lwt_task(&v);
  const char *dump = text();
  double first = age_of(dump, p), second = age_of(dump, q);
  CHECK(first >= second && second >= 0);
  lwt_debug_stop();
  lwt_wakeup(u, LWT_UNIT);
  lwt_wakeup(v, LWT_UNIT);
  lwt_release(p);
  lwt_release(q);
}

/* Python says whether it is JSON. */
static void check_json(const char *what) {
  char *python = "python3 -m json.tool dump.json > /dev/null";
  if (system("command -v python3 > /dev/null 2>&1") != 0) return;
  int status = system(python);
  if (!check_int(__FILE__, __LINE__, what, status, 0) && system("cat dump.json") != 0) return;
}
static int dump_to(const char *file, int format) {
  int fd = open(file, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  int result = lwt_dump(fd, format);
  close(fd);
  return result;
}
TEST(json_is_json) {
  CHECK_INT(dump_to("dump.json", LWT_DUMP_JSON), LWT_OK);
  check_json("an empty dump");
  lwt_u *u;
  CHECK(lwt_debug_start());
  lwt_t *p = lwt_bind(lwt_wait(&u), same, NULL, NULL);
  lwt_t *members[] = {lwt_retain(p), lwt_unix_sleep(1000), lwt_task(&(lwt_u *){NULL})};
  lwt_t *pick = lwt_pick(members, 3);
  lwt_t *f = lwt_spawn(fiber, lwt_retain(p), NULL, 0);
  turns(1);
  lwt_on_any(p, NULL, NULL, NULL, NULL);
  CHECK_INT(dump_to("dump.json", LWT_DUMP_JSON), LWT_OK);
  check_json("a dump");
  lwt_debug_stop();
  lwt_wakeup(u, LWT_UNIT);
  run(f);
  run(pick);
  lwt_release(p);
}

TEST(a_bad_format_or_descriptor_is_an_error) {
  CHECK_INT(lwt_dump(1, 7), INVALID);
  CHECK_PTR(lwt_dump_to_string(-1), NULL);
  CHECK_INT(lwt_dump(-1, LWT_DUMP_TEXT), LWT_UNIX_ERROR);
  CHECK_INT(lwt_dump_on_signal(0, 1, LWT_DUMP_TEXT), INVALID);
  CHECK_INT(lwt_dump_on_signal(-5, 1, LWT_DUMP_TEXT), INVALID);
  CHECK_INT(lwt_dump_on_signal(9, 1, LWT_DUMP_TEXT), INVALID);
  CHECK_INT(lwt_dump_on_signal(100000, 1, LWT_DUMP_TEXT), INVALID);
  lwt_dump_stop(100000);
  lwt_dump_stop(-1);
}

TEST(very_many_promises_are_dumped_one_by_one) {
  long n = scaled(1000000);
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  for (long i = 0; i < n; i++) p = lwt_bind(p, same, NULL, NULL);
  CHECK_INT(dump_to("/dev/null", LWT_DUMP_TEXT), LWT_OK);
  CHECK_INT(dump_to("/dev/null", LWT_DUMP_JSON), LWT_OK);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_RETURNS(p, 4);
  if (dumped != NULL) lwt_string_release(dumped);
}
