#include <lwt_all.h>
#include <pthread.h>
#include <stdio.h>

static intptr_t notification;

/* A thread that knows nothing of promises. */
static void *work(void *env) {
  for (int i = 0; i < 3; i++) lwt_unix_send_notification(notification);
  return env;
}

struct progress {
  int steps;
  lwt_u *done;
};

/* Called by the main loop, once for each that was sent. */
static void told(void *env) {
  struct progress *progress = env;
  printf("step %d\n", ++progress->steps);
  if (progress->steps == 3) lwt_wakeup(progress->done, LWT_UNIT);
}

int main(void) {
  pthread_t thread;
  struct progress progress = {0, NULL};
  lwt_t *done = lwt_wait(&progress.done);

  notification = lwt_unix_make_notification(told, &progress, NULL, false);
  pthread_create(&thread, NULL, work, NULL);
  lwt_main_run(done, NULL);
  lwt_unix_stop_notification(notification);
  pthread_join(thread, NULL);
  return 0;
}
