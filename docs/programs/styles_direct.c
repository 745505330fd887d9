#include <lwt_all.h>
#include <stdio.h>

/* Says the numbers down from `n`, one every hundredth of a second. */
static lwt_value count_down(void *n) {
  for (int i = (int)LWT_TO_INT(n); i > 0; i--) {
    printf("%d\n", i);
    lwt_await(lwt_unix_sleep(0.01), NULL);
  }
  return LWT_UNIT;
}

int main(void) {
  lwt_main_run(lwt_spawn(count_down, LWT_INT(3), NULL, 0), NULL);
  return 0;
}
