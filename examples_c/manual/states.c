/* Manual: "Primitives for thread creation": what are the states?
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/states.c -o states -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"

int main(void)
{
  lwt_t *p = lwt_return(LWT_INT(42));
  show("return", p);
  lwt_release(p);

  p = lwt_fail(lwt_exn_new(LWT_FAILURE, "Exit"));
  show("fail", p);
  lwt_release(p);

  lwt_u *wakener;
  lwt_t *waiter = lwt_wait(&wakener);
  show("waiter", waiter);
  lwt_wakeup(wakener, LWT_INT(42)); /* consumes the wakener: there is no second time */
  show("waiter", waiter);
  lwt_release(waiter);

  waiter = lwt_wait(&wakener);
  show("waiter", waiter);
  lwt_wakeup_exn(wakener, lwt_exn_new(LWT_FAILURE, "Exit"));
  show("waiter", waiter);
  lwt_release(waiter);
  return 0;
}
