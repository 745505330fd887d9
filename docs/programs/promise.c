#include <lwt_all.h>
#include <stdio.h>

static lwt_t *twice(lwt_value n, void *env) {
  (void)env;
  printf("twice is called with %d\n", (int)LWT_TO_INT(n));
  return lwt_return(LWT_INT(2 * LWT_TO_INT(n)));
}

int main(void) {
  lwt_u *wakener;
  lwt_t *number = lwt_wait(&wakener);
  lwt_t *result = lwt_bind(number, twice, NULL, NULL);

  printf("pending: %d\n", lwt_state(result) == LWT_SLEEP);
  lwt_wakeup(wakener, LWT_INT(21));
  printf("fulfilled: %d\n", lwt_state(result) == LWT_RETURN);
  printf("with %d\n", (int)LWT_TO_INT(lwt_value_of(result)));
  lwt_release(result);
  return 0;
}
