/* Manual: "Cancelable threads": cancelling a bind cancels what it waits for.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/cancel.c -o cancel -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"

static lwt_value add_one(lwt_value x, void *env)
{
  (void)env;
  return LWT_INT(LWT_TO_INT(x) + 1);
}

static void canceled(void *env)
{
  (void)env;
  printf("on_cancel\n");
}

int main(void)
{
  lwt_u *wakener;
  lwt_t *waiter = lwt_task(&wakener);
  lwt_t *t = lwt_map(lwt_retain(waiter), add_one, NULL, NULL);
  lwt_on_cancel(waiter, canceled, NULL, NULL);
  show("waiter", waiter);
  show("t", t);
  lwt_cancel(t);
  show("waiter", waiter);
  show("t", t);
  lwt_release(t);
  lwt_release(waiter);
  lwt_wakener_release(wakener);
  return 0;
}
