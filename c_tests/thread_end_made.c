/* Drop functions that run at the end of a thread make promises, in slots that
 * the end has still to come to, and go on using them. */
#include "promises.h"

#include <pthread.h>

static int drops;
static lwt_t *kept;
static lwt_t *forward(lwt_value v, void *env) { return (void)env, lwt_return(v); }
static void make_and_bind(void *env) {
  lwt_u *u;
  (void)env;
  if (kept != NULL) lwt_release(lwt_bind(lwt_retain(kept), forward, NULL, NULL));
  if (drops++ % 20 != 0) return;
  kept = lwt_task(&u);
  for (int i = 0; i < 3; i++) lwt_bind(lwt_retain(kept), forward, NULL, NULL);
}
static void *ends(void *env) {
  lwt_t *many[300];
  for (int i = 0; i < 300; i++) {
    lwt_u *u;
    lwt_bind(lwt_wait(&u), forward, NULL, make_and_bind);
    many[i] = lwt_return(LWT_UNIT);
  }
  for (int i = 0; i < 300; i++) lwt_release(many[i]);
  return env;
}
TEST(what_drop_functions_make_is_whole_while_they_use_it) {
  pthread_t thread;
  pthread_create(&thread, NULL, ends, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 300);
}
