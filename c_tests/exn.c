/* Exceptions: kinds, messages, payloads, references, threads. */
#include "promises.h"

#include <errno.h>
#include <pthread.h>

static lwt_t *hands_on(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}
TEST(a_release_too_many_takes_nothing_from_who_shows_the_exception) {
  for (int debug = 0; debug < 2; debug++) {
    if (debug) lwt_debug_start();
    lwt_exn *e = lwt_exn_new(LWT_FAILURE, "mine");
    lwt_t *p = lwt_fail(e); /* consumed */
    for (int i = 0; i < 3; i++) lwt_exn_release(e);
    p = lwt_bind(p, hands_on, NULL, NULL);
    CHECK_STR(lwt_exn_message(lwt_exn_of(p)), "mine");
    CHECK_FAILS(lwt_fail(e), INVALID); /* nor can it be given twice */
    lwt_exn *mine = lwt_exn_retain(lwt_exn_of(p));
    CHECK_FAILS(p, LWT_FAILURE);
    CHECK_STR(lwt_exn_message(mine), "mine");
    lwt_exn_release(mine);
    CHECK_INT(lwt_exn_kind(mine), INVALID);
    if (debug) lwt_debug_stop();
  }
}

static int drops;

TEST(an_exception_has_its_kind_and_its_message) {
  lwt_exn *e = lwt_exn_new(LWT_NOT_FOUND, "no such thing");
  CHECK_INT(lwt_exn_kind(e), LWT_NOT_FOUND);
  CHECK_STR(lwt_exn_message(e), "no such thing");
  CHECK_INT(lwt_exn_errno(e), 0);
  CHECK_PTR(lwt_exn_payload(e), NULL);
  lwt_exn_release(e);
}

TEST(the_message_is_copied) {
  char text[] = "before";
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, text);
  strcpy(text, "after!");
  CHECK_STR(lwt_exn_message(e), "before");
  lwt_exn_release(e);
}

TEST(an_exception_without_a_message_has_one_that_a_person_can_read) {
  lwt_exn *e = lwt_exn_new(LWT_TIMEOUT, NULL);
  CHECK_INT(lwt_exn_kind(e), LWT_TIMEOUT);
  CHECK(lwt_exn_message(e) != NULL);
  lwt_exn_release(e);
}

TEST(an_absurd_kind_never_makes_an_exception_that_looks_like_success) {
  int kinds[] = {0, -1, INT32_MIN, INT32_MAX, 1000000};
  for (int i = 0; i < 5; i++) {
    lwt_exn *e = lwt_exn_new(kinds[i], "absurd");
    CHECK(lwt_exn_kind(e) != LWT_OK);
    lwt_t *p = lwt_fail(e);
    CHECK_STATE(p, LWT_FAIL);
    CHECK(kind_of(p) != LWT_OK);
    lwt_release(p);
  }
}

TEST(a_system_error_reads_as_unix_programs_say_it) {
  lwt_exn *e = lwt_exn_unix(EEXIST, "mkdir", "/tmp/a");
  CHECK_INT(lwt_exn_kind(e), LWT_UNIX_ERROR);
  CHECK_STR(lwt_exn_message(e), "mkdir: File exists: \"/tmp/a\"");
  CHECK_INT(lwt_exn_errno(e), EEXIST);
  CHECK_STR(lwt_exn_function(e), "mkdir");
  CHECK_STR(lwt_exn_argument(e), "/tmp/a");
  lwt_exn_release(e);
}
TEST(a_system_error_without_an_argument) {
  const char *const none[] = {"", NULL};
  for (int i = 0; i < 2; i++) {
    lwt_exn *e = lwt_exn_unix(EPERM, "kill", none[i]);
    CHECK_STR(lwt_exn_message(e), "kill: Operation not permitted");
    CHECK_STR(lwt_exn_argument(e), "");
    lwt_exn_release(e);
  }
  lwt_exn *e = lwt_exn_unix(ENOENT, NULL, NULL);
  CHECK_INT(lwt_exn_errno(e), ENOENT);
  CHECK(lwt_exn_message(e) != NULL);
  lwt_exn_release(e);
  e = lwt_exn_unix(123456, "odd", "x");
  CHECK_INT(lwt_exn_errno(e), 123456);
  CHECK_HAS(lwt_exn_message(e), "odd");
  lwt_exn_release(e);
}

TEST(a_payload_is_kept_and_dropped_once_after_the_last_reference) {
  drops = 0;
  lwt_exn *e = lwt_exn_new_owned(LWT_FAILURE, "with payload", &drops, count_drop);
  CHECK_PTR(lwt_exn_payload(e), &drops);
  CHECK_PTR(lwt_exn_retain(e), e);
  lwt_exn_release(e);
  CHECK_INT(drops, 0);
  CHECK_PTR(lwt_exn_payload(e), &drops);
  lwt_exn_release(e);
  CHECK_INT(drops, 1);
  e = lwt_exn_new_owned(LWT_FAILURE, "borrowed payload", &drops, NULL);
  CHECK_PTR(lwt_exn_payload(e), &drops);
  lwt_exn_release(e);
  CHECK_INT(drops, 1);
}

TEST(a_payload_passes_through_promises) {
  drops = 0;
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  for (int i = 0; i < 5; i++) p = lwt_bind(p, env_bind, NULL, NULL);
  lwt_wakeup_exn(u, lwt_exn_new_owned(LWT_FAILURE, "x", &drops, count_drop));
  CHECK_PTR(lwt_exn_payload(lwt_exn_of(p)), &drops);
  CHECK_INT(drops, 0);
  lwt_release(p);
  CHECK_INT(drops, 1);
}

TEST(new_kinds_can_be_registered) {
  int a = lwt_exn_register("My_error"), b = lwt_exn_register("Other_error");
  CHECK(a > LWT_STALLED);
  CHECK(b > LWT_STALLED);
  CHECK(a != b);
  lwt_exn *e = lwt_exn_new(a, "mine");
  CHECK_INT(lwt_exn_kind(e), a);
  CHECK_STR(lwt_exn_message(e), "mine");
  lwt_t *p = lwt_fail(e);
  CHECK_FAILS(p, a);
}

TEST(a_bad_handle_is_harmless_for_every_question) {
  lwt_exn *e = exn(LWT_FULL), *stale = exn(LWT_FULL);
  lwt_exn_release(stale);
  lwt_t *p = lwt_return(LWT_UNIT);
  lwt_exn *bad[] = {NULL, stale, (lwt_exn *)p, (lwt_exn *)&drops, (lwt_exn *)-1};
  for (int i = 0; i < 5; i++) {
    CHECK_INT(lwt_exn_kind(bad[i]), INVALID);
    CHECK(lwt_exn_message(bad[i]) != NULL);
    CHECK_INT(lwt_exn_errno(bad[i]), 0);
    CHECK(lwt_exn_function(bad[i]) != NULL);
    CHECK(lwt_exn_argument(bad[i]) != NULL);
    CHECK_PTR(lwt_exn_payload(bad[i]), NULL);
    CHECK(lwt_exn_retain(bad[i]) != bad[i] || bad[i] == NULL);
    lwt_exn_release(bad[i]);
    CHECK_FAILS(lwt_fail(bad[i]), INVALID);
  }
  lwt_release(p);
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  lwt_exn_release(e);
}

TEST(canceled_made_by_hand_is_canceled) {
  lwt_t *p = lwt_fail(lwt_exn_new(LWT_CANCELED, NULL));
  CHECK_FAILS(p, LWT_CANCELED);
}

/* ------------------------------------------------------------- threads --- */
enum { THREADS = 4 };
static void *retain_and_release(void *data) {
  lwt_exn *e = data;
  for (long i = 0; i < scaled(100000); i++) {
    lwt_exn *mine = lwt_exn_retain(e);
    if (lwt_exn_kind(mine) != LWT_FAILURE) CHECK(false);
    if (i % 1000 == 0) CHECK_STR(lwt_exn_message(mine), "shared");
    lwt_exn_release(mine);
  }
  lwt_exn_release(e);
  return NULL;
}
TEST(any_thread_may_use_an_exception) {
  drops = 0;
  pthread_t threads[THREADS];
  lwt_exn *e = lwt_exn_new_owned(LWT_FAILURE, "shared", &drops, count_drop);
  for (int i = 0; i < THREADS; i++) {
    lwt_exn_retain(e);
    pthread_create(&threads[i], NULL, retain_and_release, e);
  }
  lwt_exn_release(e);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_INT(drops, 1);
}

static void *make_many(void *kinds) {
  *(int *)kinds = lwt_exn_register("From_a_thread");
  for (long i = 0; i < scaled(100000); i++) lwt_exn_release(lwt_exn_new(LWT_FULL, "x"));
  return NULL;
}
TEST(any_thread_may_make_exceptions_and_kinds) {
  pthread_t threads[THREADS];
  int kinds[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, make_many, &kinds[i]);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < THREADS; i++)
    for (int k = 0; k < i; k++) CHECK(kinds[i] != kinds[k]);
}

static void *make_one(void *env) {
  (void)env;
  return lwt_exn_new_owned(LWT_CLOSED, "made elsewhere", &drops, count_drop);
}
TEST(an_exception_outlives_the_thread_that_made_it) {
  pthread_t thread;
  void *e;
  drops = 0;
  pthread_create(&thread, NULL, make_one, NULL);
  pthread_join(thread, &e);
  lwt_t *p = lwt_fail(e);
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), "made elsewhere");
  CHECK_FAILS(p, LWT_CLOSED);
  CHECK_INT(drops, 1);
}

TEST(making_exceptions_leaves_memory_flat) {
  long before = 0;
  for (long i = 0; i < scaled(600000); i++) {
    if (i == scaled(100000)) before = resident();
    lwt_release(lwt_fail(lwt_exn_unix(ENOENT, "open", "/some/file")));
  }
  CHECK_FLAT(before, 2);
}
