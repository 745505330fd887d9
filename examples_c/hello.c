/* The smallest program: a promise, what comes after it, and the main loop.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/hello.c -o hello -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdio.h>

static lwt_t *greet(lwt_value value, void *env)
{
  (void)value;
  printf("hello, %s\n", (const char *)env);
  return lwt_return(LWT_INT(42));
}

int main(void)
{
  /* bind consumes the sleep's promise, main_run consumes bind's. */
  lwt_t *greeted = lwt_bind(lwt_unix_sleep(0.05), greet, "world", NULL);

  if (lwt_state(greeted) != LWT_SLEEP) {
    fprintf(stderr, "hello: greeted before the sleep was over\n");
    return 1;
  }
  /* With NULL, a failure would be printed and end the program with 2. */
  lwt_value answer = lwt_main_run(greeted, NULL);
  return LWT_TO_INT(answer) == 42 ? 0 : 1;
}
