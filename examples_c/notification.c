/* A thread of the program's own tells the main loop of what it has done, by
 * notifications: the one call that any thread, and a signal handler, may make.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/notification.c -o notification -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 *
 * Every send is one call on the main thread, so the handler takes exactly one
 * item off the queue each time.
 */
#include <lwt_main.h>
#include <lwt_unix.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

enum { ITEMS = 1000 };

struct channel {
  pthread_mutex_t lock; /* guards `items` and `put` */
  int items[ITEMS];
  int put;

  /* What follows is the main thread's alone. */
  pthread_t main_thread;
  int got;
  long sum;
  bool elsewhere; /* was the handler ever called on another thread? */
  lwt_u *finished;
};

static struct channel channel = { .lock = PTHREAD_MUTEX_INITIALIZER };
static intptr_t item_ready;

/* On the producer's thread: no promise is touched here. */
static void *produce(void *unused)
{
  (void)unused;
  for (int i = 1; i <= ITEMS; i++) {
    pthread_mutex_lock(&channel.lock);
    channel.items[channel.put++] = i;
    pthread_mutex_unlock(&channel.lock);
    lwt_unix_send_notification(item_ready);
  }
  return NULL;
}

/* On the main loop. */
static void take_item(void *env)
{
  struct channel *from = env;

  pthread_mutex_lock(&from->lock);
  int item = from->items[from->got++];
  pthread_mutex_unlock(&from->lock);

  from->sum += item;
  from->elsewhere = from->elsewhere || !pthread_equal(pthread_self(), from->main_thread);
  if (from->got == ITEMS)
    lwt_wakeup(from->finished, LWT_UNIT);
}

int main(void)
{
  pthread_t producer;
  lwt_t *finished = lwt_wait(&channel.finished);

  channel.main_thread = pthread_self();
  item_ready = lwt_unix_make_notification(take_item, &channel, NULL, false);
  if (pthread_create(&producer, NULL, produce, NULL) != 0) {
    fprintf(stderr, "notification: cannot start a thread\n");
    return 1;
  }
  lwt_main_run(finished, NULL);
  pthread_join(producer, NULL);
  lwt_unix_stop_notification(item_ready);

  printf("%d items, sum %ld\n", channel.got, channel.sum);
  return channel.sum == (long)ITEMS * (ITEMS + 1) / 2 && !channel.elsewhere ? 0 : 1;
}
