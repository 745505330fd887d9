/* Manual: "Mutexes": what takes several steps is not disturbed by another.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/mutex.c -o mutex -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_mutex.h>
#include <stdio.h>

static lwt_t *second_step(lwt_value value, void *name)
{
  (void)value;
  printf("%s: second step\n", (const char *)name);
  return lwt_return(LWT_UNIT);
}

static lwt_t *two_steps(void *name)
{
  printf("%s: first step\n", (const char *)name);
  return lwt_bind(lwt_pause(), second_step, name, NULL);
}

int main(void)
{
  lwt_t *free_for_all[] = {two_steps("a"), two_steps("b")};
  lwt_main_run(lwt_join(free_for_all, 2), NULL);

  lwt_mutex *mutex = lwt_mutex_create();
  lwt_t *in_turn[] = {
    lwt_mutex_with_lock(mutex, two_steps, "c", NULL),
    lwt_mutex_with_lock(mutex, two_steps, "d", NULL),
  };
  lwt_main_run(lwt_join(in_turn, 2), NULL);
  lwt_mutex_release(mutex);
  return 0;
}
