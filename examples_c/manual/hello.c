/* Manual: "Running a Lwt program": the promise is waited for, or else the program
 * would end before it has printed anything.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/hello.c -o hello -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <stdio.h>

static lwt_t *print(lwt_value value, void *text)
{
  (void)value;
  printf("%s\n", (const char *)text);
  return lwt_return(LWT_UNIT);
}

int main(void)
{
  lwt_t *printed = lwt_bind(lwt_pause(), print, "Hello, world!", NULL);
  lwt_main_run(printed, NULL);
  return 0;
}
