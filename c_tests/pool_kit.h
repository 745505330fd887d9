/* A pool of numbers for the tests: what made, validated, checked and disposed
 * of members is in the trace, and what they answer is set here. */
#ifndef POOL_KIT_H
#define POOL_KIT_H
#include "small_stack.h"

static lwt_pool *pool;
static struct kit {
  int made, disposed, dropped, checks;
  int make_fails, validate_fails, dispose_fails; /* a kind */
  lwt_t *make_waits, *validate_waits, *dispose_waits; /* taken by the next one */
  bool valid, good;
  lwt_u **answer; /* where a check leaves what it is to answer */
  int env_dropped;
} kit;

static inline void say(const char *what, intptr_t n) {
  char text[40];
  snprintf(text, sizeof text, "%s%ld", what, (long)n);
  trace(text);
}
static inline lwt_t *then_return(lwt_t **waits, lwt_t *result) {
  lwt_t *first = *waits;
  *waits = NULL;
  if (first == NULL) return result;
  if (result != NULL) lwt_release(result);
  return first;
}
static inline void member_dropped(void *member) {
  (void)member;
  kit.dropped++;
}
static inline lwt_t *make(void *env) {
  (void)env;
  if (kit.make_fails != 0) return trace("make!"), lwt_fail(exn(kit.make_fails));
  say("make", ++kit.made);
  return kit.make_waits != NULL ? then_return(&kit.make_waits, NULL)
                                : lwt_return_owned(LWT_INT(kit.made), member_dropped);
}
static inline lwt_t *validate(lwt_value member, void *env) {
  (void)env;
  say("validate", LWT_TO_INT(member));
  if (kit.validate_fails != 0) return lwt_fail(exn(kit.validate_fails));
  return then_return(&kit.validate_waits, lwt_return(LWT_INT(kit.valid)));
}
static inline void check(lwt_value member, lwt_u *answer, void *env) {
  (void)env;
  say("check", LWT_TO_INT(member));
  kit.checks++;
  if (kit.answer != NULL)
    *kit.answer = answer;
  else
    lwt_wakeup(answer, LWT_INT(kit.good));
}
static inline lwt_t *dispose(lwt_value member, void *env) {
  (void)env;
  say("dispose", LWT_TO_INT(member));
  kit.disposed++;
  if (kit.dispose_fails != 0) return lwt_fail(exn(kit.dispose_fails));
  return then_return(&kit.dispose_waits, lwt_return(LWT_UNIT));
}
static inline void kit_dropped(void *env) { ((struct kit *)env)->env_dropped++; }
static inline void begin_with(size_t max, bool validates) {
  memset(&kit, 0, sizeof kit);
  kit.valid = kit.good = true;
  struct lwt_pool_options options = LWT_POOL_OPTIONS;
  if (validates) options.validate = validate;
  options.check = check;
  options.dispose = dispose;
  pool = lwt_pool_create(max, make, &kit, kit_dropped, &options);
  CHECK(pool != NULL);
  trace_text[0] = '\0';
}
static inline void begin(size_t max) { begin_with(max, true); }
/* All members were dropped once, and the environment. */
static inline void end(void) {
  lwt_pool_release(pool);
  CHECK_INT(kit.dropped, kit.made);
  CHECK_INT(kit.env_dropped, 1);
  trace_text[0] = '\0';
}
static inline lwt_t *use(struct env *f) { return lwt_pool_use(pool, env_bind, f, env_drop); }
#endif
