/* Scopes in scopes, their children and ends by chance: whatever happens, when a
 * scope's promise has resolved nothing that was started inside is pending, its
 * hooks have run once, and no scope around it has ended before. */
#include "promises.h"

enum { SCOPES = 12, PARTS = 40 };

static uint64_t state;
static unsigned chance(unsigned n) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (unsigned)(state >> 33) % n;
}

struct part { /* something that is started inside: resolved by us, or cancelled */
  lwt_t *p;
  lwt_u *u;
  int scope;
  bool body; /* a scope that is turned off runs its hooks while its body goes on */
};
static struct part parts[PARTS];
static int part_count;

struct scope {
  lwt_t *result;
  lwt_switch *handle;
  int inside, hooks, hooks_ran, resolved;
};
static struct scope scopes[SCOPES];
static int scope_count;

static bool over(int scope) {
  return scopes[scope].result == NULL ? scopes[scope].resolved > 0
                                      : lwt_state(scopes[scope].result) != LWT_SLEEP;
}

static lwt_t *fresh_part(int scope, bool is_body) {
  struct part *part = &parts[part_count++];
  part->scope = scope;
  part->body = is_body;
  part->p = chance(2) ? lwt_task(&part->u) : lwt_wait(&part->u);
  return lwt_retain(part->p);
}
static lwt_t *start_part(void *env) { return fresh_part((int)LWT_TO_INT(env), false); }

static lwt_t *hook(void *env) {
  struct scope *scope = env;
  scope->hooks_ran++;
  int self = (int)(scope - scopes);
  for (int i = 0; i < part_count; i++)
    if (parts[i].scope == self && !parts[i].body) CHECK(lwt_state(parts[i].p) != LWT_SLEEP);
  return lwt_return(LWT_UNIT);
}

static void on_end(void *env) {
  struct scope *scope = env;
  int self = (int)(scope - scopes);
  scope->resolved++;
  CHECK_INT(scope->hooks_ran, scope->hooks);
  CHECK(!lwt_switch_is_on(scope->handle));
  for (int i = 0; i < part_count; i++)
    if (parts[i].scope == self) CHECK(lwt_state(parts[i].p) != LWT_SLEEP);
  for (int i = 0; i < scope_count; i++) /* those inside have ended before */
    if (scopes[i].inside == self) CHECK(over(i));
}

static void open_scope(int inside);
static lwt_t *body(const lwt_switch *handle, void *env) {
  int self = (int)LWT_TO_INT(env);
  struct scope *scope = &scopes[self];
  scope->handle = lwt_switch_retain(handle);
  for (unsigned i = chance(3); i > 0; i--) {
    scope->hooks++;
    lwt_switch_add_hook(handle, hook, scope, NULL);
  }
  for (unsigned i = chance(4); i > 0 && part_count < PARTS - 2; i--)
    lwt_release(chance(2) ? lwt_switch_start(NULL, start_part, env, NULL)
                          : lwt_switch_adopt(handle, fresh_part(self, false)));
  for (unsigned i = chance(3); i > 0 && scope_count < SCOPES && part_count < PARTS - 2; i--)
    open_scope(self);
  if (chance(8) == 0) lwt_switch_cancel(handle, chance(2) ? NULL : exn(LWT_FULL));
  return part_count < PARTS && chance(4) > 0 ? fresh_part(self, true) : lwt_return(LWT_INT(self));
}
static void open_scope(int inside) {
  int self = scope_count++;
  scopes[self] = (struct scope){.inside = inside};
  lwt_t *p = lwt_switch_run(body, LWT_INT(self), NULL);
  CHECK_INT(lwt_on_termination(p, on_end, &scopes[self], NULL), LWT_OK);
  scopes[self].result = p;
}

static void act(void) {
  if (part_count > 0 && chance(3) > 0) {
    struct part *part = &parts[chance((unsigned)part_count)];
    if (part->u == NULL) return;
    lwt_u *u = part->u;
    part->u = NULL;
    switch (chance(4)) {
      case 0: lwt_wakeup_exn(u, exn(LWT_CLOSED)); break;
      case 1: lwt_wakeup_exn(u, exn(LWT_CANCELED)); break;
      default: lwt_wakeup(u, LWT_INT(1)); break;
    }
    return;
  }
  struct scope *scope = &scopes[chance((unsigned)scope_count)];
  switch (chance(8)) {
    case 0: lwt_cancel(scope->result); break;
    case 1: lwt_switch_cancel(scope->handle, NULL); break;
    case 2: lwt_switch_cancel(scope->handle, exn(LWT_FULL)); break;
    case 3: lwt_release(lwt_switch_turn_off(scope->handle)); break;
    case 4:
      if (part_count < PARTS)
        lwt_release(lwt_switch_start(scope->handle, start_part, LWT_INT(scope - scopes), NULL));
      break;
    default: break;
  }
}

static void one_run(uint64_t seed) {
  state = seed * 0x9e3779b97f4a7c15u | 1;
  for (int i = 0; i < 5; i++) chance(2);
  part_count = scope_count = 0;
  open_scope(-1);
  for (int i = 0; i < 60; i++) act();
  for (int i = 0; i < part_count; i++) /* in the end everything is resolved */
    if (parts[i].u != NULL) lwt_wakeup(parts[i].u, LWT_UNIT);
  for (int i = 0; i < scope_count; i++) {
    CHECK(lwt_state(scopes[i].result) != LWT_SLEEP);
    CHECK_INT(scopes[i].resolved, 1);
    lwt_release(scopes[i].result);
    lwt_switch_release(scopes[i].handle);
  }
  for (int i = 0; i < part_count; i++) lwt_release(parts[i].p);
}

TEST(nothing_outlives_its_scope) {
  long runs = scaled(20000);
  for (long seed = 1; seed <= runs && check_failures == 0; seed++) {
    one_run((uint64_t)seed);
    if (check_failures > 0) fprintf(stderr, "with seed %ld\n", seed);
  }
}
