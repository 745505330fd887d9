#include <lwt_all.h>
#include <stdio.h>

static lwt_mutex *mutex;

/* Two lines that belong together, though something is waited for in between. */
static lwt_value say(void *name) {
  printf("%s begins\n", (char *)name);
  lwt_await(lwt_unix_sleep(0.01), NULL);
  printf("%s ends\n", (char *)name);
  return LWT_UNIT;
}
static lwt_t *say_it(void *name) {
  return lwt_spawn(say, name, NULL, 0);
}

int main(void) {
  mutex = lwt_mutex_create();
  lwt_t *both[] = {
    lwt_mutex_with_lock(mutex, say_it, "ann", NULL),
    lwt_mutex_with_lock(mutex, say_it, "bob", NULL),
  };
  lwt_main_run(lwt_join(both, 2), NULL);
  lwt_mutex_release(mutex);
  return 0;
}
