#include <lwt_all.h>
#include <stdio.h>

static lwt_value square(lwt_value n, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(n) * LWT_TO_INT(n));
}

/* One end: pushes, and waits while nobody keeps up. */
static lwt_value produce(void *push) {
  for (int i = 1; i <= 5; i++) {
    lwt_await(lwt_stream_bounded_push_push(push, LWT_INT(i)), NULL);
    printf("pushed %d\n", i);
  }
  lwt_stream_bounded_push_close(push);
  return LWT_UNIT;
}

/* The other end: takes its time. */
static lwt_value consume(void *squares) {
  lwt_value n;
  while ((n = lwt_await(lwt_stream_get(squares), NULL)) != LWT_NONE) {
    printf("                got %d\n", (int)LWT_TO_INT(n));
    lwt_await(lwt_unix_sleep(0.02), NULL);
  }
  return LWT_UNIT;
}

int main(void) {
  lwt_stream_bounded_push *push;
  lwt_stream *numbers = lwt_stream_create_bounded(2, &push); /* room for two */
  lwt_stream *squares = lwt_stream_map(numbers, square, NULL, NULL);
  lwt_t *both[] = {lwt_spawn(produce, push, NULL, 0), lwt_spawn(consume, squares, NULL, 0)};
  lwt_main_run(lwt_join(both, 2), NULL);
  lwt_stream_bounded_push_release(push);
  lwt_stream_release(squares);
  return 0;
}
