/* An echo server, on one main loop or on several.
 *
 *   cc -std=c99 -D_GNU_SOURCE -O2 -Iinclude examples_c/echo_server.c -o echo_server -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 *
 * echo_server [--threads N] [--hand-over] [--port PORT] sends back what comes to
 * that port of the loopback interface, until it is killed. With several threads
 * each has a listening socket of its own at that port, and the kernel spreads the
 * connections over them (SO_REUSEPORT); with --hand-over one thread accepts all,
 * and hands each connection over to the next thread. Without a port it checks
 * itself, with clients on threads of their own.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };

static int port, threads = 1;
static bool hand_over;

/* One thread with its main loop. */
struct loop {
  pthread_t id;
  lwt_main_thread *thread; /* by which others post to it */
  lwt_unix_fd *listener;   /* NULL: it is handed connections */
  lwt_u *stop;
  long connections;
};
static struct loop loops[MOST_THREADS];
static __thread struct loop *here;

/* ------------------------------------------------------ a connection --- */

struct connection {
  lwt_unix_fd *fd;
  size_t sent, got;
  char buffer[4096];
};

static lwt_t *next_message(struct connection *c);

static lwt_t *send_rest(lwt_value n, void *env)
{
  struct connection *c = env;
  c->sent += (size_t)LWT_TO_INT(n);
  if (c->sent == c->got)
    return next_message(c);
  return lwt_bind(lwt_unix_write(c->fd, c->buffer + c->sent, c->got - c->sent), send_rest, c,
                  NULL);
}

static lwt_t *send_back(lwt_value n, void *env)
{
  struct connection *c = env;
  if (LWT_TO_INT(n) == 0)
    return lwt_return(LWT_UNIT); /* the other end has no more to say */
  c->sent = 0;
  c->got = (size_t)LWT_TO_INT(n);
  return send_rest(LWT_INT(0), c);
}

/* Binds that go round like this take no more memory with each round. */
static lwt_t *next_message(struct connection *c)
{
  return lwt_bind(lwt_unix_read(c->fd, c->buffer, sizeof c->buffer), send_back, c, NULL);
}

static void drop_connection(void *env)
{
  struct connection *c = env;
  lwt_release(lwt_unix_close(c->fd));
  lwt_unix_fd_release(c->fd);
  free(c);
}

static lwt_t *nothing(void *env)
{
  (void)env;
  return lwt_return(LWT_UNIT);
}

/* Serves a connection, which it owns: what comes is sent back. */
static lwt_t *serve(lwt_unix_fd *fd, void *env)
{
  struct connection *c = malloc(sizeof *c);
  (void)env;
  if (c == NULL) {
    lwt_unix_fd_release(fd);
    return lwt_fail(lwt_exn_new(LWT_OUT_OF_MEMORY, "echo_server"));
  }
  c->fd = fd;
  here->connections++;
  lwt_release(lwt_unix_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, true));
  return lwt_finalize(next_message(c), nothing, c, drop_connection);
}

/* --------------------------------------------------------- accepting --- */

static lwt_t *accept_more(lwt_value unit, void *env);

static lwt_t *accepted(lwt_value value, void *env)
{
  static int next;
  lwt_unix_fd *fd = value; /* the promise's */

  /* Nobody waits for the end of a connection, nor asks why it ended. */
  if (hand_over) {
    next = next % (threads - 1) + 1;
    lwt_release(lwt_unix_fd_move(fd, loops[next].thread, serve, NULL, NULL));
  } else {
    lwt_release(serve(lwt_unix_fd_retain(fd), NULL));
  }
  return accept_more(LWT_UNIT, env);
}

/* A connection that is gone already is no reason to stop; if descriptors have
 * run out, some will be closed. */
static lwt_t *not_accepted(const lwt_exn *e, void *env)
{
  if (lwt_exn_kind(e) == LWT_CANCELED)
    return lwt_fail(lwt_exn_retain(e));
  fprintf(stderr, "echo_server: %s\n", lwt_exn_message(e));
  return lwt_bind(lwt_unix_sleep(0.1), accept_more, env, NULL);
}

static lwt_t *accept_more(lwt_value unit, void *env)
{
  struct loop *loop = env;
  (void)unit;
  return lwt_try_bind(lwt_unix_accept(loop->listener, NULL, SOCK_CLOEXEC), accepted, not_accepted,
                      loop, NULL);
}

static lwt_unix_fd *listen_at(int wanted)
{
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_port = htons((unsigned short)wanted);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (threads > 1 && !hand_over)
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, SOMAXCONN) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
    perror("echo_server");
    exit(EXIT_FAILURE);
  }
  port = ntohs(at.sin_port);
  return lwt_unix_of_fd(fd);
}

/* -------------------------------------------------------------- loops --- */

static pthread_barrier_t ready;

static void *run(void *env)
{
  struct loop *loop = here = env;
  lwt_t *until = lwt_wait(&loop->stop);

  loop->thread = lwt_main_self();
  if (loop == loops || !hand_over)
    loop->listener = listen_at(port); /* the first one settles which port it is */
  if (loop->listener != NULL)
    until = lwt_pick((lwt_t *[]){until, accept_more(LWT_UNIT, loop)}, 2);
  pthread_barrier_wait(&ready);
  /* A loop that is only handed connections has none to wait for at first: it
   * goes on all the same, as others have a handle of its thread. */
  lwt_main_run(until, NULL);
  lwt_unix_fd_release(loop->listener);
  return NULL;
}

static void start(void)
{
  for (int i = 0; i < threads; i++) {
    /* One after the other: each but the first needs the port. */
    pthread_barrier_init(&ready, NULL, 2);
    if (pthread_create(&loops[i].id, NULL, run, &loops[i]) != 0) {
      perror("echo_server");
      exit(EXIT_FAILURE);
    }
    pthread_barrier_wait(&ready);
    pthread_barrier_destroy(&ready);
  }
}

static void stop_here(void *env)
{
  (void)env;
  lwt_wakeup(here->stop, LWT_UNIT);
}

static void stop(void)
{
  for (int i = 0; i < threads; i++) {
    lwt_main_post(loops[i].thread, stop_here, NULL, NULL);
    pthread_join(loops[i].id, NULL);
    lwt_main_thread_release(loops[i].thread);
  }
}

/* ------------------------------------------------------------ clients --- */

enum { CLIENTS = 16, MESSAGES = 100 };

/* Sends messages of all lengths, and counts those that come back as they were. */
static void *talk(void *count)
{
  struct sockaddr_in to;
  char sent[10000], got[sizeof sent];
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
    perror("no connection");
    return NULL;
  }
  for (int i = 1; i <= MESSAGES; i++) {
    size_t length = (size_t)(i * 97) % sizeof sent + 1, have = 0;
    memset(sent, 'a' + i % 26, length);
    if (send(fd, sent, length, MSG_NOSIGNAL) != (ssize_t)length)
      break;
    while (have < length) {
      ssize_t n = recv(fd, got + have, length - have, 0);
      if (n <= 0)
        break;
      have += (size_t)n;
    }
    *(int *)count += have == length && memcmp(sent, got, length) == 0;
  }
  close(fd);
  return NULL;
}

/* True: everything came back, over as many connections as there were clients. */
static bool check(int with_threads, bool with_hand_over)
{
  pthread_t clients[CLIENTS];
  int echoed[CLIENTS] = {0}, messages = 0;
  long connections = 0;

  memset(loops, 0, sizeof loops);
  port = 0;
  threads = with_threads;
  hand_over = with_hand_over;
  start();
  for (int i = 0; i < CLIENTS; i++)
    if (pthread_create(&clients[i], NULL, talk, &echoed[i]) != 0)
      return false;
  for (int i = 0; i < CLIENTS; i++) {
    pthread_join(clients[i], NULL);
    messages += echoed[i];
  }
  stop();
  printf("%d thread%s%s: %d of %d messages came back; connections:", threads,
         threads > 1 ? "s" : "", hand_over ? ", handing over" : "", messages, CLIENTS * MESSAGES);
  for (int i = 0; i < threads; i++) {
    printf(" %ld", loops[i].connections);
    connections += loops[i].connections;
  }
  printf("\n");
  return messages == CLIENTS * MESSAGES && connections == CLIENTS;
}

int main(int argc, char **argv)
{
  static const struct option options[] = {
    {"threads", required_argument, NULL, 't'},
    {"hand-over", no_argument, NULL, 'h'},
    {"port", required_argument, NULL, 'p'},
    {NULL, 0, NULL, 0},
  };
  int option;

  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option == 't')
      threads = atoi(optarg);
    else if (option == 'h')
      hand_over = true;
    else if (option == 'p')
      port = atoi(optarg);
    else
      return EXIT_FAILURE;
  }
  if (threads < 1 || threads > MOST_THREADS || (hand_over && threads < 2)) {
    fprintf(stderr, "echo_server: 1 to %d threads, and 2 or more to hand over\n", MOST_THREADS);
    return EXIT_FAILURE;
  }
  if (port != 0) {
    start();
    pthread_join(loops[0].id, NULL); /* for ever */
    return EXIT_SUCCESS;
  }
  bool all = check(1, false);
  all = check(3, false) && all;
  all = check(4, true) && all;
  return all ? EXIT_SUCCESS : EXIT_FAILURE;
}
