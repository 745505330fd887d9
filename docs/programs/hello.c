#include <lwt_all.h>
#include <stdio.h>

/* Runs when the timer has fired. */
static lwt_t *greet(lwt_value unit, void *name) {
  (void)unit;
  printf("hello, %s\n", (const char *)name);
  return lwt_return(LWT_INT(42));
}

int main(void) {
  lwt_exn *exn = NULL;
  lwt_t *greeted = lwt_bind(lwt_unix_sleep(0.1), greet, "world", NULL);

  printf("waiting\n");
  lwt_value answer = lwt_main_run(greeted, &exn);
  if (exn != NULL) {
    fprintf(stderr, "%s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    return 1;
  }
  printf("the answer is %d\n", (int)LWT_TO_INT(answer));
  return 0;
}
