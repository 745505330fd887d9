/* Descriptors handed over to another thread's main loop, and given back to the
 * program. */
#include "threads.h"

#include "fds.h"

static struct looper other;
static char buffer[16]; /* used by one thread at a time: what is awaited orders them */

static lwt_t *got(lwt_value n, void *fd) {
  CHECK(pthread_equal(pthread_self(), other.id));
  CHECK_INT(LWT_TO_INT(n), 4);
  lwt_t *p = lwt_unix_write((lwt_unix_fd *)fd, "pong", 4);
  return p;
}
static void close_fd(void *fd) {
  lwt_release(lwt_unix_close((lwt_unix_fd *)fd));
  lwt_unix_fd_release((lwt_unix_fd *)fd);
}
static lwt_t *serve(lwt_unix_fd *fd, void *env) {
  ++*(int *)env;
  return lwt_bind(lwt_unix_read(fd, buffer, 4), got, fd, close_fd);
}
TEST(a_socket_is_served_by_another_thread_and_is_closed_here) {
  looper_start(&other);
  struct pair pair = socket_pair();
  int served = 0;
  lwt_t *done = lwt_unix_fd_move(pair.in, other.thread, serve, &served, NULL);
  CHECK_ERRNO(lwt_unix_read(pair.in, buffer, 1), EBADF, "check_descriptor");
  CHECK_INT(run(lwt_unix_write(pair.out, "ping", 4)), 4);
  CHECK_INT(run(done), 4);
  CHECK_INT(served, 1);
  char answer[5] = "";
  CHECK_INT(run(lwt_unix_read(pair.out, answer, 4)), 4);
  CHECK_STR(answer, "pong");
  CHECK_INT(run(lwt_unix_read(pair.out, answer, 4)), 0); /* closed there */
  CHECK_INT(run(lwt_unix_close(pair.out)), 0);
  pair_release(pair);
  looper_end(&other);
}
TEST(it_may_have_been_waited_for_before_and_comes_back) {
  looper_start(&other);
  struct pair pair = socket_pair();
  char c;
  lwt_t *read = lwt_unix_read(pair.in, &c, 1);
  CHECK_SLEEPS(read);
  int served = 0;
  struct token token = {0};
  /* Refused while somebody waits; it is as it was. */
  CHECK_ERRNO(lwt_unix_fd_move(pair.in, other.thread, serve, &token, token_drop), EBUSY, "fd_move");
  CHECK_INT(token.dropped, 1);
  errno = 0;
  CHECK_INT(lwt_unix_fd_detach(pair.in), -1);
  CHECK_INT(errno, EBUSY);
  CHECK_INT(run(lwt_unix_write(pair.out, "x", 1)), 1);
  CHECK_INT(run(read), 1);
  CHECK_INT(c, 'x');
  lwt_t *cancelled = lwt_unix_read(pair.in, &c, 1);
  lwt_cancel(cancelled);
  CHECK_FAILS(cancelled, LWT_CANCELED);
  CHECK_INT(run(lwt_unix_write(pair.out, "ping", 4)), 4);
  CHECK_INT(run(lwt_unix_fd_move(pair.in, other.thread, serve, &served, NULL)), 4);
  CHECK_INT(run(lwt_unix_close(pair.out)), 0);
  pair_release(pair);
  looper_end(&other);
}
static lwt_t *never(lwt_unix_fd *fd, void *env) {
  (void)fd, (void)env;
  CHECK(false);
  return lwt_return(LWT_UNIT);
}
TEST(mistakes_leave_it_as_it_was) {
  looper_start(&other);
  struct looper ended;
  looper_start(&ended);
  lwt_main_thread *gone = lwt_main_thread_retain(ended.thread);
  looper_end(&ended);
  struct pair pair = socket_pair();
  struct token token = {0};
  CHECK_FAILS(lwt_unix_fd_move(pair.in, gone, never, &token, token_drop), LWT_CLOSED);
  CHECK_FAILS(lwt_unix_fd_move(pair.in, NULL, never, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_unix_fd_move(pair.in, other.thread, NULL, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_unix_fd_move(NULL, other.thread, never, &token, token_drop), INVALID);
  CHECK_INT(token.dropped, 4);
  CHECK_INT(run(lwt_unix_write(pair.in, "y", 1)), 1); /* as it was */
  CHECK_INT(run(lwt_unix_close(pair.in)), 0);
  CHECK_ERRNO(lwt_unix_fd_move(pair.in, other.thread, never, &token, token_drop), EBADF,
              "check_descriptor");
  errno = 0;
  CHECK_INT(lwt_unix_fd_detach(pair.in), -1);
  CHECK_INT(errno, EBADF);
  CHECK_INT(lwt_unix_fd_detach(NULL), -1);
  lwt_unix_abort(pair.out, exn(LWT_FULL));
  CHECK_FAILS(lwt_unix_fd_move(pair.out, other.thread, never, NULL, NULL), LWT_FULL);
  CHECK_INT(run(lwt_unix_close(pair.out)), 0);
  pair_release(pair);
  lwt_main_thread_release(gone);
  looper_end(&other);
}
static sem_t gate;
static void block_there(void *env) { (void)env, sem_wait(&gate); }
TEST(cancelled_before_it_arrives_the_file_is_closed) {
  looper_start(&other);
  sem_init(&gate, 0, 0);
  struct pair pair = socket_pair();
  struct token token = {0};
  CHECK_INT(lwt_main_post(other.thread, block_there, NULL, NULL), LWT_OK);
  lwt_t *move = lwt_unix_fd_move(pair.in, other.thread, never, &token, token_drop);
  lwt_cancel(move);
  sem_post(&gate);
  CHECK_INT(run(move), -LWT_CANCELED);
  CHECK_INT(token.dropped, 1);
  char c;
  CHECK_INT(run(lwt_unix_read(pair.out, &c, 1)), 0);
  CHECK_INT(run(lwt_unix_close(pair.out)), 0);
  pair_release(pair);
  looper_end(&other);
  sem_destroy(&gate);
}
TEST(a_descriptor_given_back_is_the_programs) {
  struct pair pair = socket_pair();
  int number = lwt_unix_unix_file_descr(pair.in);
  CHECK_INT(lwt_unix_fd_detach(pair.in), number);
  CHECK_ERRNO(lwt_unix_write(pair.in, "z", 1), EBADF, "check_descriptor");
  lwt_unix_fd_release(pair.in);
  CHECK_INT(write(number, "z", 1), 1);
  pair.in = lwt_unix_of_fd(number);
  char c = 0;
  CHECK_INT(run(lwt_unix_read(pair.out, &c, 1)), 1);
  CHECK_INT(c, 'z');
  pair_close(pair);
}
