#include <lwt_all.h>
#include <stdio.h>

static lwt_value beat(void *env) {
  lwt_exn *exn = NULL;
  (void)env;
  while (exn == NULL) {
    printf("tick\n");
    lwt_await(lwt_unix_sleep(0.1), &exn);
  }
  printf("the heart stops\n");
  return lwt_raise(exn);
}

static lwt_t *heartbeat(void *env) {
  return lwt_spawn(beat, env, NULL, 0);
}

static lwt_t *close_log(void *env) {
  (void)env;
  printf("the log is closed\n");
  return lwt_return(LWT_UNIT);
}

static lwt_t *fail(lwt_value unit, void *env) {
  (void)unit;
  (void)env;
  return lwt_fail_with("the disk is full");
}

/* The body of the scope. */
static lwt_t *serve(const lwt_switch *scope, void *env) {
  lwt_switch_add_hook(scope, close_log, NULL, NULL);
  lwt_release(lwt_switch_start(scope, heartbeat, env, NULL));
  return lwt_bind(lwt_unix_sleep(0.15), fail, env, NULL);
}

int main(void) {
  lwt_exn *exn = NULL;
  lwt_main_run(lwt_switch_run(serve, NULL, NULL), &exn);
  printf("ended: %s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
  return 0;
}
