/* flags: -g -O2 */
/* env: LWT_DEBUG=1 */
/* also: clang */
/* timeout: 60 */
/* tsan: no (it instruments each return, and so leaves no call to a jump) */
/* A callback that is compiled with optimisation may leave its last call to a
 * jump: its frame is gone when the library begins. It is named all the same,
 * and never somebody further out. */
#include "loop.h"
#include "backtrace.h"

/* A function, and the line in which it begins. */
#define FUNCTION(name, head)  \
  enum { name##_at = __LINE__ }; \
  head

FUNCTION(find, static lwt_t *find(lwt_value v, void *env)) {
  (void)v, (void)env;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "no such user"));
}
FUNCTION(greet, static lwt_t *greet(lwt_value v, void *u)) {
  (void)v;
  return lwt_bind(lwt_wait(u), find, NULL, NULL);
}
FUNCTION(raises, static lwt_value raises(lwt_value v, void *e)) {
  (void)v;
  return lwt_raise(e);
}
FUNCTION(again, static lwt_t *again(const lwt_exn *e, void *env)) {
  (void)env;
  return lwt_fail((lwt_exn *)e);
}
FUNCTION(in_a_fiber, static lwt_value in_a_fiber(void *e)) { return lwt_raise(e); }
FUNCTION(element, static lwt_t *element(lwt_value v, void *e)) {
  (void)v;
  return lwt_fail(e);
}

static lwt_exn *made(void) { return lwt_exn_new(LWT_FAILURE, "x"); }

/* The way of `e` has this point: the function, by a line at its beginning. */
static void check_last_call(int line, const lwt_exn *e, const char *how, int at,
                            const char *function) {
  char want[200];
  const char *way = lwt_exn_backtrace(e), *found = NULL;
  for (int more = 0; more < 3 && found == NULL; more++) {
    snprintf(want, sizeof want, "backtrace_last_call.c:%d (%s), its last call\n", at + more,
             function);
    found = strstr(way, want);
  }
  if (!check_true(__FILE__, line, want, found != NULL)) fprintf(stderr, "the way is\n%s", way);
  if (found == NULL) return;
  while (found > way && found[-1] != '\n') found--;
  check_true(__FILE__, line, how, strncmp(found, how, strlen(how)) == 0);
}

TEST(a_bind_and_a_failure_that_end_a_callback_are_in_that_callback) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL, *first = NULL;
    lwt_t *p = later ? lwt_wait(&first) : lwt_return(LWT_UNIT);
    p = lwt_bind(p, greet, &u, NULL);
    if (later) lwt_wakeup(first, LWT_UNIT);
    lwt_wakeup(u, LWT_UNIT);
    const lwt_exn *e = lwt_exn_of(p);
    check_last_call(__LINE__, e, "bind at ", greet_at, "greet");
    check_last_call(__LINE__, e, "raised at ", find_at, "find");
    lwt_release(p);
  }
}

TEST(what_a_map_a_handler_or_a_fiber_raises_last_is_in_there) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL;
    lwt_t *p = later ? lwt_wait(&u) : lwt_return(LWT_UNIT);
    p = lwt_map(p, raises, made(), NULL);
    if (later) lwt_wakeup(u, LWT_UNIT);
    check_last_call(__LINE__, lwt_exn_of(p), "raised at ", raises_at, "raises");
    lwt_exn *e = lwt_exn_retain(lwt_exn_of(p));
    (void)e; /* given on by the handler */
    p = lwt_catch(p, again, NULL, NULL);
    check_last_call(__LINE__, lwt_exn_of(p), "raised at ", again_at, "again");
    lwt_release(p);
  }
  lwt_exn *e;
  lwt_main_run(lwt_spawn(in_a_fiber, made(), NULL, 0), &e);
  check_last_call(__LINE__, e, "raised at ", in_a_fiber_at, "in_a_fiber");
  lwt_exn_release(e);
}

TEST(what_an_element_of_a_list_fails_with_last_is_in_there) {
  lwt_value items[] = {LWT_UNIT};
  lwt_t *p = lwt_list_iter_s(items, 1, element, made(), NULL);
  check_last_call(__LINE__, lwt_exn_of(p), "raised at ", element_at, "element");
  lwt_release(p);
}

/* A callback of a fiber that never ends leaves nothing behind that could be
 * taken for a callback of the next one on that stack. */
static lwt_value waits(void *p) {
  lwt_await(p, NULL);
  return LWT_UNIT;
}
static int made_at;
static lwt_value fails(void *out) {
  lwt_exn *e = (AT(made_at), lwt_exn_new(LWT_FAILURE, "x"));
  *(lwt_exn **)out = e;
  return LWT_UNIT;
}
TEST(a_fiber_that_never_ended_is_not_taken_for_the_next_one) {
  lwt_u *u;
  lwt_release(lwt_spawn(waits, lwt_wait(&u), NULL, 0));
  lwt_main_run(lwt_pause(), NULL);
  lwt_wakener_forget(u);
  lwt_main_run(lwt_pause(), NULL);
  lwt_exn *e = NULL;
  lwt_main_run(lwt_spawn(fails, &e, NULL, 0), NULL);
  CHECK_WAY(e, {"made", made_at, "fails"});
  lwt_exn_release(e);
}

/* Debugging that begins late knows the callbacks that come. */
TEST(a_callback_that_was_attached_before_debugging_began_is_known) {
  lwt_debug_stop();
  lwt_u *first, *second;
  lwt_t *p = lwt_bind(lwt_wait(&first), greet, &second, NULL);
  lwt_debug_start();
  lwt_wakeup(first, LWT_UNIT);
  lwt_wakeup(second, LWT_UNIT);
  check_last_call(__LINE__, lwt_exn_of(p), "bind at ", greet_at, "greet");
  lwt_release(p);
}
