#include <lwt_all.h>
#include <stdio.h>

static lwt_value say(lwt_value unit, void *text) {
  (void)unit;
  printf("%s\n", (const char *)text);
  return LWT_UNIT;
}

int main(void) {
  lwt_t *slept = lwt_map(lwt_unix_sleep(0.05), say, "4: when the time has come", NULL);
  lwt_release(lwt_map(lwt_pause(), say, "3: in the first turn of the loop", NULL));
  lwt_release(lwt_map(lwt_return(LWT_UNIT), say, "1: at once", NULL));
  printf("2: main goes on\n");
  lwt_main_run(slept, NULL);
  printf("5: the loop has ended\n");
  return 0;
}
