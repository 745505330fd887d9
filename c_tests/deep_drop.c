/* What owns what owns a value: dropping the first of a long chain needs no
 * stack, whatever the links are. */
#include "small_stack.h"

static int dropped;

static void count(void *p) {
  (void)p;
  dropped++;
}
static void forget(void *wakener) { lwt_wakener_forget(wakener); }
static void release(void *p) { lwt_release(p); }
static void release_exn(void *e) { lwt_exn_release(e); }

static lwt_t *keep(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}

/* Arrays in arrays, as a fold with lwt_both makes them. */
static void arrays(void) {
  lwt_t *p = lwt_return_owned(&dropped, count);
  for (long i = 0; i < scaled(500000); i++) p = lwt_both(p, lwt_return(LWT_UNIT));
  dropped = 0;
  lwt_release(p);
  CHECK_INT(dropped, 1);
}
/* Environments that are wakeners. */
static void wakeners(void) {
  lwt_u *before;
  lwt_t *last = lwt_wait(&before);
  lwt_release(lwt_bind(last, keep, &dropped, count));
  for (long i = 0; i < scaled(500000); i++) {
    lwt_u *u;
    lwt_release(lwt_bind(lwt_wait(&u), keep, before, forget));
    before = u;
  }
  dropped = 0;
  lwt_wakener_forget(before);
  CHECK_INT(dropped, 1);
}
/* Values that are promises. */
static void values(void) {
  lwt_t *p = lwt_return_owned(&dropped, count);
  for (long i = 0; i < scaled(500000); i++) p = lwt_return_owned(p, release);
  dropped = 0;
  lwt_release(p);
  CHECK_INT(dropped, 1);
}
/* Exceptions that have another as their cause. */
static void causes(void) {
  lwt_exn *e = lwt_exn_new_owned(LWT_FAILURE, "the first", &dropped, count);
  for (long i = 0; i < scaled(500000); i++)
    e = lwt_exn_new_owned(LWT_FAILURE, "because", e, release_exn);
  dropped = 0;
  lwt_exn_release(e);
  CHECK_INT(dropped, 1);
}

TEST(arrays_in_arrays_are_dropped_without_stack) { on_small_stack(SMALL_STACK, arrays); }
TEST(a_chain_of_forgotten_wakeners_is_dropped_without_stack) { on_small_stack(SMALL_STACK, wakeners); }
TEST(a_chain_of_promises_as_values_is_dropped_without_stack) { on_small_stack(SMALL_STACK, values); }
TEST(a_chain_of_causes_is_dropped_without_stack) { on_small_stack(SMALL_STACK, causes); }
