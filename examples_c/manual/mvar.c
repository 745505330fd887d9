/* Manual: "Mailbox variables": a cell for one message between two threads.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/mvar.c -o mvar -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"
#include <lwt_main.h>
#include <lwt_mvar.h>

int main(void)
{
  lwt_mvar *mvar = lwt_mvar_create_empty();
  /* Taking from an empty one blocks until something is put. */
  lwt_t *taken = lwt_mvar_take(mvar);
  show("take", taken);
  lwt_release(lwt_mvar_put(mvar, LWT_INT(1)));
  lwt_main_run_until(taken);
  show("take", taken);
  lwt_release(taken);

  /* Putting into a full one blocks until that is taken. */
  lwt_release(lwt_mvar_put(mvar, LWT_INT(2)));
  lwt_t *put = lwt_mvar_put(mvar, LWT_INT(3));
  show("put", put);
  taken = lwt_mvar_take(mvar);
  show("take", taken);
  lwt_release(taken);
  lwt_main_run(put, NULL);
  taken = lwt_mvar_take(mvar);
  show("take", taken);
  lwt_release(taken);
  lwt_mvar_release(mvar);
  return 0;
}
