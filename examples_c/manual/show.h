/* The state of a promise, printed as the manual's interactive examples have it:
 * Sleep, Return 42, Fail Canceled. */
#ifndef SHOW_H
#define SHOW_H
#include <lwt.h>
#include <stdio.h>

static void show(const char *what, const lwt_t *p)
{
  switch (lwt_state(p)) {
  case LWT_SLEEP:
    printf("%s: Sleep\n", what);
    break;
  case LWT_RETURN:
    printf("%s: Return %ld\n", what, (long)LWT_TO_INT(lwt_value_of(p)));
    break;
  case LWT_FAIL: {
    const lwt_exn *exn = lwt_exn_of(p);
    int canceled = lwt_exn_kind(exn) == LWT_CANCELED;
    printf("%s: Fail %s\n", what, canceled ? "Canceled" : lwt_exn_message(exn));
    break;
  }
  }
}
#endif
