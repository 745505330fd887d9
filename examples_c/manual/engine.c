/* Manual: "The Lwt scheduler": the engine may be used directly, and changed at
 * any time; events move over.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/engine.c -o engine -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_engine.h>
#include <lwt_main.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

/* There is something to read. */
static void readable(lwt_engine_event *event, void *wakener)
{
  char c;
  if (read(ends[0], &c, 1) != 1)
    return;
  printf("read %c with %s\n", c, lwt_engine_id());
  lwt_engine_stop_event(event);
  lwt_wakeup(wakener, LWT_UNIT);
}

/* A promise of a character, for the library of somebody else. */
static lwt_t *wait_readable(void)
{
  lwt_u *wakener;
  lwt_t *p = lwt_wait(&wakener);
  lwt_engine_on_readable(ends[0], readable, wakener, NULL);
  return p;
}

int main(void)
{
  if (pipe(ends) != 0)
    return 1;
  lwt_engine *poll = lwt_engine_new_builtin("poll");
  lwt_t *p = wait_readable();
  if (write(ends[1], "a", 1) != 1)
    return 1;
  lwt_main_run(p, NULL);

  p = wait_readable();
  lwt_engine_set(poll, true, true);
  lwt_engine_release(poll);
  if (write(ends[1], "b", 1) != 1)
    return 1;
  lwt_main_run(p, NULL);
  return 0;
}
