/* Manual: "Data streams": what one clone takes is still there for the other.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/stream_clone.c -o stream_clone -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"
#include <lwt_stream.h>

static void show_next(const char *what, const lwt_stream *stream)
{
  lwt_t *next = lwt_stream_next(stream);
  show(what, next);
  lwt_release(next);
}

int main(void)
{
  lwt_value list[] = {LWT_INT(1), LWT_INT(2)};
  lwt_stream *s = lwt_stream_of_list(list, 2);
  lwt_stream *clone = lwt_stream_clone(s);
  show_next("s", s);
  show_next("s", s);
  show_next("s'", clone);
  show_next("s'", clone);
  lwt_stream_release(clone);
  lwt_stream_release(s);
  return 0;
}
