/* Manual: "Data streams": a stream, and the function that pushes into it.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/stream.c -o stream -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"
#include <lwt_stream.h>

int main(void)
{
  lwt_stream_push *push;
  lwt_stream *stream = lwt_stream_create(&push);
  for (int i = 1; i <= 3; i++)
    lwt_stream_push_value(push, LWT_INT(i));
  for (int i = 1; i <= 4; i++) {
    lwt_t *next = lwt_stream_next(stream);
    show("next", next);
    lwt_release(next);
  }
  lwt_stream_push_release(push);
  lwt_stream_release(stream);
  return 0;
}
