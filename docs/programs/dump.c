#define LWT_DEBUG
#include <lwt_all.h>

static lwt_t *next(lwt_value value, void *env) {
  (void)env;
  return lwt_return(value);
}

int main(void) {
  lwt_u *wakener;
  lwt_t *answer = lwt_task(&wakener);
  lwt_t *either[] = {
    lwt_bind(answer, next, NULL, NULL),
    lwt_unix_timeout(3600),
  };
  lwt_t *waiting = lwt_pick(either, 2);

  lwt_dump(1, LWT_DUMP_TEXT);

  lwt_wakeup(wakener, LWT_UNIT);
  lwt_release(waiting);
  return 0;
}
