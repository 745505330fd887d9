/* A callback gives up the reference that the call consumes: a mistake, and one
 * that is told, not one that frees a promise twice. */
#include "promises.h"

struct spoiler {
  lwt_t *p;
  int drops;
};
static lwt_t *gives_up(void *data) {
  struct spoiler *spoiler = data;
  lwt_release(spoiler->p); /* the call's, not ours */
  CHECK_INT(lwt_on_termination(spoiler->p, env_unit, NULL, NULL), INVALID);
  /* Its place may be another promise's by now. */
  return lwt_return(LWT_INT(7));
}
static lwt_t *gives_up_bind(lwt_value v, void *data) { return (void)v, gives_up(data); }
static lwt_t *gives_up_catch(const lwt_exn *e, void *data) { return (void)e, gives_up(data); }
static lwt_value gives_up_map(lwt_value v, void *data) {
  lwt_release(gives_up(data));
  return v;
}
static struct spoiler fresh(void) {
  struct spoiler spoiler = {lwt_return(LWT_INT(1)), 0};
  return spoiler;
}

TEST(a_callback_may_not_give_up_what_its_call_consumes_but_nothing_breaks) {
  for (int i = 0; i < 100; i++) {
    struct spoiler a = fresh(), b = fresh(), c = fresh(), d = fresh(), e = {0};
    lwt_t *other = lwt_return(LWT_INT(i));
    CHECK_RETURNS(lwt_bind(a.p, gives_up_bind, &a, NULL), 7);
    CHECK_RETURNS(lwt_map(b.p, gives_up_map, &b, NULL), 1);
    CHECK_RETURNS(lwt_try_bind(c.p, gives_up_bind, gives_up_catch, &c, NULL), 7);
    /* The result would have been the promise itself. */
    CHECK_FAILS(lwt_finalize(d.p, gives_up, &d, NULL), INVALID);
    e.p = lwt_fail(exn(LWT_FAILURE));
    CHECK_RETURNS(lwt_catch(e.p, gives_up_catch, &e, NULL), 7);
    CHECK_RETURNS(other, i);
  }
}
