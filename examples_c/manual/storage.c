/* Manual: "Threads local storage": a log that knows which thread it is of.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/storage.c -o storage -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <stdio.h>

static lwt_key *id_key;

static lwt_t *log_now(lwt_value value, void *msg)
{
  lwt_value id;
  (void)value;
  printf("%s: %s\n", lwt_get(id_key, &id) ? (const char *)id : "main", (const char *)msg);
  return lwt_return(LWT_UNIT);
}

/* The binding is seen by what comes later, too. */
static lwt_t *log_later(void *msg) { return lwt_bind(lwt_pause(), log_now, msg, NULL); }

int main(void)
{
  id_key = lwt_new_key();
  lwt_value one = "thread 1", two = "thread 2";
  lwt_t *threads[] = {
    lwt_with_value(id_key, &one, NULL, log_later, "foo", NULL),
    lwt_with_value(id_key, &two, NULL, log_later, "bar", NULL),
    log_later("neither"),
  };
  lwt_main_run(lwt_join(threads, 3), NULL);
  return 0;
}
