/* expect: exit 0, stderr "exit hooks: second first" */
/* env: LWT_ENGINE=sim:1 */
/* Exit hooks run when the process exits, each in a working main loop. */
#include "loop.h"

static char order[64] = "exit hooks:";
static lwt_t *first(void *env) {
  (void)env;
  strcat(order, " first");
  fprintf(stderr, "%s\n", order);
  return lwt_return(LWT_UNIT);
}
static lwt_value note(lwt_value v, void *env) {
  (void)env;
  strcat(order, " second");
  return v;
}
static lwt_t *second(void *env) { return lwt_map(lwt_unix_sleep(0.01), note, env, NULL); }

TEST(exit_hooks_are_added) {
  CHECK_INT(lwt_main_at_exit(first, NULL, NULL), LWT_OK);
  CHECK_INT(lwt_main_at_exit(second, NULL, NULL), LWT_OK);
  turns(1);
}
