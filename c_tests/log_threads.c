/* Many threads log to one logger: lines never mix, and none is lost; what belongs to a thread
 * runs there; who has no main loop stands still while there is no room. */
#include "log_kit.h"
#include "threads.h"

#define THREADS 4
static lwt_logger *shared;
static long per_thread;

static void *logs(void *data) {
  for (long n = 0; n < per_thread; n++)
    LWT_LOG_TO(shared, LWT_LEVEL_ERROR, NULL, "%d %ld one\n%d %ld two", (int)(intptr_t)data, n,
               (int)(intptr_t)data, n);
  return NULL;
}
static lwt_value detached(void *data) {
  logs(data);
  return LWT_UNIT;
}

static void check_lines(const char *path, long threads) {
  long next[2 * THREADS] = {0}, lines = 0;
  FILE *file = fopen(path, "r");
  char line[256];
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    int thread = -1;
    long n = -1;
    char word[8] = "";
    CHECK_INT(sscanf(line, "%d %ld %7s", &thread, &n, word), 3);
    if (thread < 0 || thread >= 2 * THREADS) continue;
    CHECK_INT(n, next[thread] / 2); /* in order, both lines together */
    CHECK_STR(word, next[thread] % 2 == 0 ? "one" : "two");
    next[thread]++;
    if (lines++ % 2 == 1) CHECK_STR(word, "two");
  }
  if (file != NULL) fclose(file);
  CHECK_INT(lines, threads * per_thread * 2);
}

TEST(threads_and_workers_log_to_one_file) {
  pthread_t threads[THREADS];
  lwt_t *workers[THREADS];
  const char *path = in_folder("threads.log");
  shared = logger_to(path, LWT_LOG_APPEND, "$(message)");
  CHECK_INT(lwt_logger_set_queue(shared, 4096, LWT_LOG_WAIT), LWT_OK);
  per_thread = scaled(5000);
  for (intptr_t n = 0; n < THREADS; n++) {
    CHECK_INT(pthread_create(&threads[n], NULL, logs, (void *)n), 0);
    workers[n] = lwt_preemptive_detach(detached, (void *)(n + THREADS), NULL);
  }
  for (int n = 0; n < THREADS; n++) {
    CHECK_INT(run(workers[n]), 0);
    CHECK_INT(pthread_join(threads[n], NULL), 0);
  }
  CHECK_GIVES(lwt_logger_close(shared), 0);
  CHECK_INT(lwt_logger_get_stats(shared).taken, 2 * THREADS * per_thread);
  lwt_logger_release(shared);
  check_lines(path, 2 * THREADS);
}

static pthread_t home;
static int at_home, elsewhere;
static lwt_t *count_where(const struct lwt_log_message *m, void *env) {
  (void)m, (void)env;
  if (pthread_equal(pthread_self(), home)) at_home++;
  else elsewhere++;
  return lwt_pause();
}
static void *logs_and_waits(void *data) {
  for (int n = 0; n < 100; n++) CHECK_INT(run(LWT_LOG_TO_P(shared, LWT_LEVEL_ERROR, NULL, "%d", n)), 0);
  logs(data);
  return NULL;
}
TEST(functions_of_a_users_logger_run_on_its_thread) {
  pthread_t other;
  home = pthread_self();
  per_thread = 100;
  shared = lwt_logger_make(count_where, NULL, NULL, NULL);
  CHECK_INT(pthread_create(&other, NULL, logs_and_waits, NULL), 0);
  WAIT_UNTIL(at_home == 200);
  CHECK_INT(pthread_join(other, NULL), 0);
  CHECK_INT(elsewhere, 0);
  CHECK_INT(run(lwt_logger_close(shared)), 0);
  lwt_logger_release(shared);
}

static struct notes theirs;
static void *makes_and_ends(void *data) {
  (void)data;
  shared = noting(&theirs);
  CHECK_RETURNS(LWT_LOG_TO_P(shared, LWT_LEVEL_ERROR, NULL, "there"), 0);
  return NULL;
}
TEST(a_logger_whose_thread_has_ended_is_as_good_as_closed) {
  pthread_t other;
  CHECK_INT(pthread_create(&other, NULL, makes_and_ends, NULL), 0);
  CHECK_INT(pthread_join(other, NULL), 0);
  CHECK_NOTES(&theirs, "main error [there]");
  CHECK_INT(theirs.drops, 1);
  CHECK_FAILS(LWT_LOG_TO_P(shared, LWT_LEVEL_ERROR, NULL, "here"), LWT_LOGGER_CLOSED);
  LWT_LOG_TO(shared, LWT_LEVEL_ERROR, NULL, "here");
  CHECK_INT(run(lwt_logger_close(shared)), -LWT_LOGGER_CLOSED);
  CHECK_INT(theirs.closes, 0);
  lwt_logger_release(shared);
  CHECK_INT(theirs.drops, 1);
}

static void *closes(void *data) {
  *(intptr_t *)data = run(lwt_logger_close(shared));
  return NULL;
}
TEST(whoever_closes_it_on_whatever_thread_learns_how_that_went) {
  pthread_t others[THREADS];
  intptr_t told[THREADS] = {1, 1, 1, 1};
  struct notes notes = {.fails = LWT_FAILURE};
  shared = noting(&notes);
  for (int n = 0; n < THREADS; n++)
    CHECK_INT(pthread_create(&others[n], NULL, closes, &told[n]), 0);
  WAIT_UNTIL(notes.closes == 1);
  CHECK_INT(run(lwt_logger_close(shared)), -LWT_FAILURE);
  for (int n = 0; n < THREADS; n++) {
    CHECK_INT(pthread_join(others[n], NULL), 0);
    CHECK_INT(told[n], -LWT_FAILURE);
  }
  CHECK_INT(notes.closes, 1);
  lwt_logger_release(shared);
}

TEST(a_channels_logger_takes_what_other_threads_log) {
  pthread_t other;
  const char *path = in_folder("channel.log");
  lwt_t *opened = ran(lwt_io_open_file(LWT_IO_OUTPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0));
  const lwt_io_channel *channel = (const lwt_io_channel *)lwt_value_of(opened);
  shared = lwt_logger_channel(channel, LWT_LOG_CLOSE, "$(message)");
  CHECK(shared != NULL);
  per_thread = 50;
  CHECK_INT(pthread_create(&other, NULL, logs, NULL), 0);
  WAIT_UNTIL(lwt_logger_get_stats(shared).taken == 50 && lwt_logger_get_stats(shared).queued == 0);
  CHECK_INT(pthread_join(other, NULL), 0);
  CHECK_INT(run(lwt_logger_close(shared)), 0);
  CHECK(lwt_io_is_closed(channel));
  check_lines(path, 1);
  lwt_release(opened);
  lwt_logger_release(shared);
}
