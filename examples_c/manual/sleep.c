/* Manual: "Unix primitives": a cooperative system call blocks its own thread and no
 * other.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/sleep.c -o sleep -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdio.h>

static lwt_t *woke(lwt_value value, void *name)
{
  (void)value;
  printf("%s\n", (const char *)name);
  return lwt_return(LWT_UNIT);
}

int main(void)
{
  lwt_t *sleepers[] = {
    lwt_bind(lwt_unix_sleep(0.1), woke, "the long sleep", NULL),
    lwt_bind(lwt_unix_sleep(0.01), woke, "the short sleep", NULL),
    lwt_bind(lwt_pause(), woke, "no sleep", NULL),
  };
  lwt_main_run(lwt_join(sleepers, 3), NULL);
  return 0;
}
