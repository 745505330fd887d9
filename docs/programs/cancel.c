#include <lwt_all.h>
#include <stdio.h>

static void told(void *env) {
  (void)env;
  printf("the sleep is cancelled\n");
}

static lwt_t *go_on(lwt_value unit, void *env) {
  (void)unit;
  (void)env;
  printf("never printed\n");
  return lwt_return(LWT_UNIT);
}

int main(void) {
  lwt_t *sleep = lwt_unix_sleep(3600);
  lwt_t *result = lwt_bind(lwt_retain(sleep), go_on, NULL, NULL);
  lwt_on_cancel(sleep, told, NULL, NULL);

  lwt_cancel(result);

  printf("failed: %d\n", lwt_state(result) == LWT_FAIL);
  printf("cancelled: %d\n", lwt_exn_kind(lwt_exn_of(result)) == LWT_CANCELED);
  lwt_release(result);
  lwt_release(sleep);
  return 0;
}
