/* Manual: "Backtrace support": built with -DLWT_DEBUG, a program knows where its
 * failures came from.
 *
 *   cc -std=c99 -O2 -DLWT_DEBUG -Iinclude examples_c/manual/backtrace.c -o backtrace -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_debug.h>
#include <lwt_main.h>
#include <stdio.h>

static lwt_t *fails(lwt_value value, void *env)
{
  (void)value;
  (void)env;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "Exit"));
}

int main(void)
{
  lwt_exn *exn;
  lwt_main_run(lwt_bind(lwt_pause(), fails, NULL, NULL), &exn);
  printf("%s\n%s", lwt_exn_message(exn), lwt_exn_backtrace(exn));
  lwt_exn_release(exn);
  return 0;
}
