/* Finalisers: handles of every kind are given up on another thread, many at once, whatever
 * their owner is about, and after it has ended. */
#include "threads.h"

static void *release_all(void *handles) {
  for (void **at = handles; *at != NULL; at++) lwt_release_anywhere(*at);
  return NULL;
}
static void elsewhere(void **handles) {
  pthread_t thread;
  pthread_create(&thread, NULL, release_all, handles);
  pthread_join(thread, NULL);
}

static lwt_t *member(void *env) {
  (void)env;
  return lwt_return(LWT_UNIT);
}

TEST(handles_of_every_kind_are_stale_after_the_owners_next_turn) {
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  lwt_u *wakener;
  lwt_stream_push *push;
  lwt_stream_bounded_push *bounded;
  lwt_event_sender *sender;
  lwt_signal_setter *setter;
  lwt_t *promise = lwt_wait(&wakener);
  lwt_mutex *mutex = lwt_mutex_create();
  lwt_stream *stream = lwt_stream_create(&push);
  lwt_stream *bounded_stream = lwt_stream_create_bounded(3, &bounded);
  lwt_event *event = lwt_event_create(&sender);
  lwt_signal *signal = lwt_signal_create(LWT_INT(0), &setter);
  lwt_unix_fd *fd = lwt_unix_of_unix_file_descr(ends[0], 0, true);
  lwt_io_channel *channel = lwt_io_of_unix_fd(dup(ends[1]), LWT_IO_OUTPUT, 0);
  lwt_bytes *bytes = lwt_bytes_create(16);
  lwt_switch *sw = lwt_switch_create();
  void *handles[] = {
      promise, wakener, mutex, stream, push, bounded_stream, bounded, event, sender, signal, setter,
      fd, channel, bytes, sw,
      lwt_condition_create(), lwt_mvar_create_empty(), lwt_pool_create(1, member, NULL, NULL, NULL),
      lwt_sequence_create(), lwt_throttle_create(1, 1), lwt_clipboard_create(),
      lwt_history_create(5, false), lwt_exn_new(LWT_FAILURE, "x"), lwt_main_self(), NULL};
  for (size_t i = 0; i + 1 < sizeof handles / sizeof *handles; i++)
    if (!CHECK(handles[i] != NULL)) fprintf(stderr, "handle %zu\n", i);
  CHECK_INT(lwt_mutex_is_locked(mutex), false);
  elsewhere(handles);
  CHECK_SLEEPS(promise); /* until its owner gets to it */
  turns(1);
  CHECK_PTR(lwt_mutex_retain(mutex), NULL);
  CHECK_PTR(lwt_stream_retain(stream), NULL);
  CHECK_PTR(lwt_unix_fd_retain(fd), NULL);
  CHECK_PTR(lwt_io_channel_retain(channel), NULL);
  CHECK_PTR(lwt_bytes_retain(bytes), NULL);
  CHECK_PTR(lwt_event_retain(event), NULL);
  CHECK_PTR(lwt_signal_retain(signal), NULL);
  CHECK_INT(lwt_wakeup(wakener, LWT_UNIT), INVALID);
  CHECK_INT(lwt_binding_watch(promise, handles, NULL), INVALID);
  elsewhere(handles); /* stale handles are nothing to give up */
  turns(1);
  close(ends[0]), close(ends[1]);
}

/* What one thread asks for is done in that order. */
static lwt_t *shared;
static int found;
static void look(void *env) {
  (void)env;
  found = lwt_state(shared) == LWT_RETURN;
}
static void *post_and_release(void *thread) {
  lwt_main_post(thread, look, NULL, NULL);
  lwt_release_anywhere(shared);
  return NULL;
}
TEST(a_handle_is_good_for_what_was_posted_before_it_was_given_up) {
  lwt_main_thread *me = lwt_main_self();
  for (int i = 0; i < 200; i++) {
    pthread_t thread;
    shared = lwt_return(LWT_INT(i));
    found = -1;
    pthread_create(&thread, NULL, post_and_release, me);
    while (found < 0) turns(1);
    pthread_join(thread, NULL);
    if (!CHECK_INT(found, 1)) break;
    turns(1);
    CHECK_INT(lwt_state(shared), LWT_SLEEP); /* stale */
  }
  lwt_main_thread_release(me);
}

static char order[16];
static void note(void *name) { strncat(order, name, 1); }
TEST(what_one_thread_gives_up_is_given_up_in_that_order) {
  void *handles[] = {lwt_return_owned("a", note), lwt_return_owned("b", note),
                     lwt_return_owned("c", note), NULL};
  order[0] = '\0';
  elsewhere(handles);
  turns(1);
  CHECK_STR(order, "abc");
}

/* A million, by four threads, while the owner runs and sleeps in turn. */
enum { THREADS = 4 };
static int drops, running;
static void drop_one(void *value) {
  (void)value;
  drops++;
}
static void *release_list(void *handles) {
  release_all(handles);
  __atomic_sub_fetch(&running, 1, __ATOMIC_RELEASE);
  return NULL;
}
TEST(a_million_of_them_by_several_threads) {
  long n = scaled(1000000) / THREADS;
  pthread_t threads[THREADS];
  lwt_t **lists[THREADS];
  drops = 0, running = THREADS;
  for (int t = 0; t < THREADS; t++) {
    lists[t] = calloc((size_t)n + 1, sizeof *lists[t]);
    for (long i = 0; i < n; i++) lists[t][i] = lwt_return_owned(&drops, drop_one);
  }
  for (int t = 0; t < THREADS; t++) pthread_create(&threads[t], NULL, release_list, lists[t]);
  while (atomic_get(&running) > 0) turns(1);
  for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
  turns(1);
  CHECK_INT(drops, n * THREADS);
  for (int t = 0; t < THREADS; t++) free(lists[t]);
}

static void *make_some(void *handles) {
  void **all = handles;
  all[0] = lwt_return_owned(&drops, drop_one);
  all[1] = lwt_mutex_create();
  return NULL;
}
TEST(when_its_thread_has_ended_there_is_nothing_to_give_up) {
  void *handles[3] = {NULL};
  pthread_t thread;
  drops = 0;
  pthread_create(&thread, NULL, make_some, handles);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  elsewhere(handles);
  /* One that has the same number, and perhaps the same slots. */
  void *others[3] = {NULL};
  pthread_create(&thread, NULL, make_some, others);
  elsewhere(handles);
  pthread_join(thread, NULL);
  turns(1);
  CHECK_INT(drops, 2);
}
