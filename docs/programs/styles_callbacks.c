#include <lwt_all.h>
#include <stdio.h>

/* Says the numbers down from `n`, one every hundredth of a second. */
static lwt_t *count_down(lwt_value unit, void *n) {
  (void)unit;
  if (LWT_TO_INT(n) == 0) return lwt_return(LWT_UNIT);
  printf("%d\n", (int)LWT_TO_INT(n));
  return lwt_bind(lwt_unix_sleep(0.01), count_down, LWT_INT(LWT_TO_INT(n) - 1), NULL);
}

int main(void) {
  lwt_main_run(count_down(LWT_UNIT, LWT_INT(3)), NULL);
  return 0;
}
