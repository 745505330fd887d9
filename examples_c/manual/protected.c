/* Manual: "Cancelable threads": what is protected is not cancelled.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/protected.c -o protected -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"

int main(void)
{
  lwt_u *wakener;
  lwt_t *t = lwt_task(&wakener);
  lwt_t *guarded = lwt_protected(lwt_retain(t));
  lwt_cancel(guarded);
  show("protected t", guarded);
  show("t", t);
  lwt_wakeup(wakener, LWT_INT(42));
  show("t", t);
  lwt_release(guarded);
  lwt_release(t);
  return 0;
}
