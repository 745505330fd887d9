/* Storage maps in the user's hand, and the name of tracing spans. */
#include "promises.h"

static lwt_key *a, *b;
static intptr_t bound(lwt_key *key, const lwt_storage *in) {
  lwt_value v;
  return (in != NULL ? lwt_get_from_storage(key, in, &v) : lwt_get(key, &v)) ? LWT_TO_INT(v) : -1;
}
static lwt_storage *bind_in(lwt_key *key, intptr_t n, lwt_storage *s) {
  lwt_value v = LWT_INT(n);
  return lwt_modify_storage(key, &v, NULL, s);
}

TEST(a_map_is_modified_and_others_see_no_change) {
  a = lwt_new_key(), b = lwt_new_key();
  lwt_storage *empty = lwt_empty_storage();
  CHECK_INT(bound(a, empty), -1);
  lwt_storage *one = bind_in(a, 1, lwt_storage_retain(empty));
  CHECK_INT(bound(a, one), 1);
  CHECK_INT(bound(a, empty), -1);
  lwt_storage *two = bind_in(b, 2, bind_in(a, 3, lwt_storage_retain(one)));
  CHECK_INT(bound(a, two), 3);
  CHECK_INT(bound(b, two), 2);
  CHECK_INT(bound(a, one), 1);
  CHECK_INT(bound(b, one), -1);
  two = lwt_modify_storage(a, NULL, NULL, two);
  CHECK_INT(bound(a, two), -1);
  CHECK_INT(bound(b, two), 2);
  CHECK_INT(bound(a, NULL), -1); /* the current one is another */
  lwt_storage_release(empty);
  lwt_storage_release(one);
  lwt_storage_release(two);
}

static lwt_storage *taken;
static lwt_t *takes(void *p) {
  taken = lwt_current_storage();
  return p;
}
static lwt_t *gives(void *out) {
  ((intptr_t *)out)[0] = bound(a, NULL);
  return lwt_return_unit();
}
TEST(the_current_map_is_taken_along_and_put_in_place_elsewhere) {
  lwt_value v = LWT_INT(7);
  int dropped = 0;
  CHECK_RETURNS(lwt_with_value(a, &v, NULL, takes, lwt_return(LWT_INT(1)), NULL), 1);
  CHECK_INT(bound(a, NULL), -1);
  intptr_t inside = 0;
  CHECK_RETURNS(lwt_with_storage(taken, gives, &inside, NULL), 0);
  CHECK_INT(inside, 7);
  CHECK_INT(bound(a, NULL), -1);
  lwt_storage_release(taken);
  /* Its values live as long as it does. */
  lwt_value owned = &dropped;
  lwt_release(lwt_with_value(a, &owned, count_drop, takes, lwt_return(LWT_UNIT), NULL));
  CHECK_INT(dropped, 0);
  lwt_storage_release(taken);
  CHECK_INT(dropped, 1);
}

static lwt_t *look_later(lwt_value v, void *out) {
  (void)v;
  return gives(out);
}
struct later {
  lwt_t *p;
  intptr_t seen;
};
static lwt_t *attaches(void *data) {
  struct later *l = data;
  return lwt_bind(l->p, look_later, &l->seen, NULL);
}
TEST(callbacks_attached_inside_see_the_map_when_they_run) {
  lwt_u *u;
  struct later l = {lwt_wait(&u), 0};
  lwt_storage *s = bind_in(a, 5, lwt_empty_storage());
  lwt_t *r = lwt_with_storage(s, attaches, &l, NULL);
  lwt_storage_release(s);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(l.seen, 5);
  CHECK_RETURNS(r, 0);
}

TEST(bad_handles_and_missing_functions_are_errors) {
  int dropped = 0;
  lwt_value v = &dropped;
  lwt_storage *s = lwt_empty_storage();
  CHECK_PTR(lwt_modify_storage(a, &v, count_drop, NULL), NULL);
  CHECK_INT(dropped, 1);
  CHECK_PTR(lwt_modify_storage(NULL, &v, count_drop, lwt_storage_retain(s)), NULL);
  CHECK_INT(dropped, 2);
  CHECK(!lwt_get_from_storage(a, NULL, &v));
  CHECK(!lwt_get_from_storage(NULL, s, NULL));
  CHECK_PTR(v, LWT_UNIT);
  ENV(f);
  CHECK_FAILS(lwt_with_storage(NULL, env_thunk, &f, env_drop), INVALID);
  CHECK_FAILS(lwt_with_storage(s, NULL, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 2);
  lwt_storage_release(s);
  CHECK_FAILS(lwt_with_storage(s, env_thunk, &f, env_drop), INVALID);
  CHECK_PTR(lwt_storage_retain(s), NULL);
  lwt_storage_release(s);
  lwt_storage_release(NULL);
}

static lwt_t *releases_it(void *data) {
  lwt_storage **s = data;
  lwt_storage_release(*s);
  CHECK_INT(bound(a, NULL), 9);
  return lwt_return(LWT_INT(bound(a, NULL)));
}
TEST(a_map_that_is_released_while_it_is_in_place_stays_there) {
  lwt_storage *s = bind_in(a, 9, lwt_empty_storage());
  CHECK_RETURNS(lwt_with_storage(s, releases_it, &s, NULL), 9);
  CHECK_INT(bound(a, NULL), -1);
}

static lwt_t *name_is(void *want) {
  CHECK_STR(lwt_tracing_context(), want);
  return lwt_return_unit();
}
static lwt_t *name_is_later(lwt_value v, void *want) {
  (void)v;
  return name_is(want);
}
static lwt_t *renames(void *p) {
  CHECK_STR(lwt_tracing_context(), "outer");
  lwt_release(lwt_with_tracing_context("inner", name_is, "inner", NULL));
  CHECK_STR(lwt_tracing_context(), "outer");
  return lwt_bind(p, name_is_later, "outer", NULL);
}
TEST(a_tracing_context_names_what_runs_in_it) {
  lwt_u *u;
  CHECK_PTR(lwt_tracing_context(), NULL);
  lwt_t *r = lwt_with_tracing_context("outer", renames, lwt_wait(&u), NULL);
  CHECK_PTR(lwt_tracing_context(), NULL);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(r, 0);
  CHECK_PTR(lwt_tracing_context(), NULL);
  CHECK_RETURNS(lwt_with_tracing_context(NULL, name_is, "", NULL), 0);
  CHECK_FAILS(lwt_with_tracing_context("n", NULL, NULL, NULL), INVALID);
}
