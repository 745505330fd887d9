/* valgrind: no (it does not tell the descriptors of parent and child apart) */
/* tsan: no (it does not follow threads into a fork) */
/* The child of a fork logs itself, and writes nothing of what its parent had in the queue; a
 * fork in the midst of logging finds no lock held. */
#include "log_kit.h"

#include <pthread.h>
#include <sys/wait.h>

static lwt_logger *logger;
static int stop;
static void *logs(void *data) {
  (void)data;
  while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
    LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "noise");
    lwt_logger *null = lwt_logger_null();
    lwt_log_section_level(lwt_log_section_make("noise"));
    lwt_logger_release(null);
  }
  return NULL;
}

TEST(parent_and_child_log_to_the_same_file_and_each_line_is_there_once) {
  const char *path = in_folder("fork.log");
  pthread_t other;
  logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  CHECK_INT(lwt_logger_set_queue(logger, 1 << 16, LWT_LOG_DROP), LWT_OK);
  CHECK_INT(pthread_create(&other, NULL, logs, NULL), 0);
  int children = (int)scaled(20);
  for (int n = 0; n < children; n++) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
      alarm(20);
      LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "child %d", n);
      lwt_log_section_level(lwt_log_section_make("child"));
      _exit(run(lwt_logger_flush(logger)) == 0 ? 0 : 1);
    }
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
  }
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  CHECK_INT(pthread_join(other, NULL), 0);
  CHECK_INT(run(lwt_logger_close(logger)), 0);
  unsigned long noise = (unsigned long)lwt_logger_get_stats(logger).taken;
  lwt_logger_release(logger);
  FILE *file = fopen(path, "r");
  char line[256];
  int seen = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (strcmp(line, "noise\n") == 0) noise--;
    else if (strncmp(line, "child ", 6) == 0) CHECK_INT(atoi(line + 6), seen++);
    else CHECK_HAS(line, "dropped: the queue of the logger was full");
  }
  fclose(file);
  CHECK_INT(seen, children);
  CHECK_INT(noise, 0);
}

TEST(who_waits_for_the_parents_thread_is_told_in_the_child) {
  const char *path = in_folder("stuck");
  CHECK_INT(mkfifo(path, 0600), 0);
  int reader = open(path, O_RDONLY | O_NONBLOCK);
  static char text[100000];
  memset(text, 'x', sizeof text - 1);
  logger = logger_to(path, LWT_LOG_APPEND, "$(message)");
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "%s", text);
  lwt_t *flushed = lwt_logger_flush(logger);
  CHECK_SLEEPS(flushed);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    alarm(20);
    _exit(run(flushed) == -LWT_FORKED ? 0 : 1);
  }
  int status = -1;
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  char buf[4096];
  WAIT_UNTIL((read(reader, buf, sizeof buf), lwt_state(flushed) != LWT_SLEEP));
  CHECK_RETURNS(flushed, 0);
  lwt_logger_release(logger);
  close(reader);
}
