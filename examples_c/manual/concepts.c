/* Manual: "Lwt concepts": a promise of what is not there yet. The character comes
 * by a pipe, from which a worker thread reads it, as there are no channels yet.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/concepts.c -o concepts -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 */
#include "show.h"
#include <lwt_main.h>
#include <lwt_preemptive.h>
#include <unistd.h>

static int ends[2];

static lwt_value read_char(void *env)
{
  char c;
  (void)env;
  if (read(ends[0], &c, 1) != 1)
    return lwt_raise(lwt_exn_new(LWT_END_OF_FILE, NULL));
  return LWT_INT(c);
}

int main(void)
{
  if (pipe(ends) != 0)
    return 1;
  lwt_t *t = lwt_preemptive_detach(read_char, NULL, NULL);
  show("t", t);
  if (write(ends[1], "a", 1) != 1)
    return 1;
  lwt_main_run_until(t);
  printf("t: Return '%c'\n", (char)LWT_TO_INT(lwt_value_of(t)));
  lwt_release(t);
  return 0;
}
