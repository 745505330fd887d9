/* A chat: whatever one says, all others hear. Streams of lines, a mailbox, and
 * channels whose water marks keep a client that does not read from taking memory.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/chat_server.c -o chat_server -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * With a port it serves there, until Ctrl-C: then all are told, and it ends when they
 * have been. Without one it plays a scene by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <lwt_direct.h>
#include <lwt_io.h>
#include <lwt_main.h>
#include <lwt_mvar.h>
#include <lwt_stream.h>
#include <lwt_unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HIGH = 64 << 10, LOW = 16 << 10 };

struct client {
  struct client *next;
  int number;
  lwt_input_channel *in;
  lwt_output_channel *out;
  lwt_t *slow; /* what was said last to one who does not read, or NULL */
  int missed;
};

static struct client *clients;
static int visitors;
static lwt_mvar *spoken; /* the next line that all are to hear */
static lwt_t *herald, *accepting;
static lwt_u *closing_time;

/* ---- what is said, is said to all ---- */

/* Nobody is waited for: who has not read what came before misses a line. */
static void tell(struct client *client, const char *text, size_t len)
{
  if (client->slow != NULL) {
    if (lwt_state(client->slow) == LWT_SLEEP) {
      client->missed++;
      return;
    }
    lwt_release(client->slow);
    client->slow = NULL;
    if (client->missed > 0)
      lwt_release(lwt_io_fprintlf(client->out, "(you missed %d lines)", client->missed));
    client->missed = 0;
  }
  client->slow = lwt_io_write_line(client->out, text, len);
}

static lwt_t *announce(void);

static lwt_t *spread(lwt_value value, void *env)
{
  const struct lwt_string *line = value;

  (void)env;
  for (struct client *client = clients; client != NULL; client = client->next)
    tell(client, line->data, line->len);
  return announce();
}

static lwt_t *announce(void)
{
  return lwt_bind(lwt_mvar_take(spoken), spread, NULL, NULL);
}

static void drop_string(void *string)
{
  lwt_string_release(string);
}

static lwt_t *say(struct client *client, const char *verb, const struct lwt_string *line)
{
  char text[1000];
  int len = snprintf(text, sizeof text, "%d %s%.*s", client->number, verb,
                     line != NULL ? (int)(line->len < 900 ? line->len : 900) : 0,
                     line != NULL ? line->data : "");

  return lwt_mvar_put_owned(spoken, lwt_string_new(text, (size_t)len), drop_string);
}

/* ---- a client, from coming to going ---- */

static lwt_t *speaks(lwt_value line, void *client)
{
  return say(client, "says: ", line);
}

static lwt_t *leave(struct client *client)
{
  for (struct client **place = &clients; *place != NULL; place = &(*place)->next)
    if (*place == client) {
      *place = client->next;
      break;
    }
  lwt_release(say(client, "has left", NULL));
  return lwt_io_close(client->out);
}

static lwt_t *left(lwt_value value, void *client)
{
  (void)value;
  return leave(client);
}

static lwt_t *lost(const lwt_exn *exn, void *client)
{
  (void)exn;
  return leave(client);
}

static void free_client(void *data)
{
  struct client *client = data;

  lwt_release(client->slow);
  lwt_io_channel_release(client->in);
  lwt_io_channel_release(client->out);
  free(client);
}

static lwt_t *keep_open(void *env)
{
  (void)env;
  return lwt_return(LWT_UNIT);
}

static void welcome(int socket)
{
  struct client *client = calloc(1, sizeof *client);
  lwt_unix_fd *fd = lwt_unix_of_fd(socket);
  lwt_stream *lines;

  if (client == NULL || fd == NULL)
    abort();
  client->number = ++visitors;
  /* The channel that is written to closes the socket. */
  client->in = lwt_io_of_fd_with(fd, LWT_IO_INPUT, 0, keep_open, NULL, NULL);
  client->out = lwt_io_of_fd(fd, LWT_IO_OUTPUT, 0);
  lwt_io_set_water_marks(client->out, HIGH, LOW);
  lwt_unix_fd_release(fd);
  lwt_release(say(client, "has come", NULL));
  client->next = clients;
  clients = client;
  lines = lwt_io_read_lines(client->in);
  lwt_release(lwt_try_bind(lwt_stream_iter_s(lines, speaks, client, NULL), left, lost, client,
                           free_client));
  lwt_stream_release(lines);
}

/* ---- the door ---- */

static lwt_t *open_door(lwt_unix_fd *door);

static lwt_t *somebody_knocks(lwt_value value, void *env)
{
  lwt_unix_fd *door = env;
  int socket;

  (void)value;
  while ((socket = accept4(lwt_unix_unix_file_descr(door), NULL, NULL,
                           SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    welcome(socket);
  if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
    return lwt_fail(lwt_exn_unix(errno, "accept", ""));
  return open_door(door);
}

static lwt_t *open_door(lwt_unix_fd *door)
{
  return lwt_bind(lwt_unix_wait_read(door), somebody_knocks, door, NULL);
}

static lwt_unix_fd *listen_on(int port, struct sockaddr_in *address)
{
  socklen_t size = sizeof *address;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_port = htons((uint16_t)port);
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
      bind(fd, (struct sockaddr *)address, size) < 0 || listen(fd, 128) < 0 ||
      getsockname(fd, (struct sockaddr *)address, &size) < 0) {
    perror("chat_server");
    exit(1);
  }
  return lwt_unix_of_fd(fd);
}

static void interrupted(int signum, void *env)
{
  (void)signum, (void)env;
  lwt_wakeup(closing_time, LWT_UNIT); /* the second time it does nothing */
}

/* ---- a scene, played when there is nobody else ---- */

static const char *heard(lwt_input_channel *in)
{
  static char text[200];
  lwt_value line = lwt_await(lwt_io_read_line_opt(in), NULL);

  if (line == LWT_NONE || line == LWT_UNIT)
    return "(nothing more)";
  snprintf(text, sizeof text, "%s", ((struct lwt_string *)line)->data);
  lwt_string_release(line);
  return text;
}

static lwt_io_channel *visit(const struct sockaddr_in *address, lwt_output_channel **out)
{
  int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  lwt_io_channel *in;
  lwt_unix_fd *fd;

  if (connect(socket_fd, (const struct sockaddr *)address, sizeof *address) < 0)
    abort();
  fd = lwt_unix_of_fd(socket_fd);
  in = lwt_io_of_fd_with(fd, LWT_IO_INPUT, 0, keep_open, NULL, NULL);
  *out = lwt_io_of_fd(fd, LWT_IO_OUTPUT, 0);
  lwt_unix_fd_release(fd);
  return in;
}

static lwt_value scene(void *env)
{
  lwt_output_channel *ann_out, *bob_out;
  lwt_input_channel *ann = visit(env, &ann_out), *bob;

  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  lwt_await(lwt_io_write_line(ann_out, "is anybody here?", 16), NULL);
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  bob = visit(env, &bob_out);
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  lwt_release(lwt_io_printlf("bob hears: %s", heard(bob)));
  lwt_await(lwt_io_write_line(bob_out, "I am", 4), NULL);
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  lwt_release(lwt_io_printlf("bob hears: %s", heard(bob)));
  lwt_await(lwt_io_close(bob_out), NULL);
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  raise(SIGINT);
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  lwt_release(lwt_io_printlf("ann hears: %s", heard(ann)));
  lwt_await(lwt_io_close(ann_out), NULL);
  lwt_io_channel_release(ann);
  lwt_io_channel_release(ann_out);
  lwt_io_channel_release(bob);
  lwt_io_channel_release(bob_out);
  return LWT_UNIT;
}

/* ---- from opening to closing ---- */

int main(int argc, char **argv)
{
  struct sockaddr_in address;
  lwt_unix_fd *door = listen_on(argc > 1 ? atoi(argv[1]) : 0, &address);
  lwt_unix_signal_handler *handler;
  lwt_t *closed = lwt_wait(&closing_time), *played = NULL, *farewells[2];

  signal(SIGPIPE, SIG_IGN);
  spoken = lwt_mvar_create_empty();
  lwt_unix_on_signal(SIGINT, interrupted, NULL, NULL, &handler);
  herald = announce();
  accepting = open_door(door);
  if (argc > 1)
    lwt_release(lwt_io_printlf("port %d", ntohs(address.sin_port)));
  else
    played = lwt_spawn(scene, &address, NULL, 0);
  lwt_main_run(closed, NULL);

  /* No more visitors; all are told, and hear it before they are shown out. */
  lwt_cancel(accepting);
  lwt_release(accepting);
  lwt_cancel(herald);
  lwt_release(herald);
  for (struct client *client = clients; client != NULL; client = client->next)
    tell(client, "the chat is over", 16);
  while (clients != NULL) {
    lwt_output_channel *out = lwt_io_channel_retain(clients->out);

    clients = clients->next;
    farewells[0] = lwt_io_close(out);
    farewells[1] = lwt_unix_sleep(2.0); /* not for ever */
    lwt_main_run(lwt_choose(farewells, 2), NULL);
    lwt_release(lwt_io_abort(out));
    lwt_io_channel_release(out);
  }
  if (played != NULL)
    lwt_main_run(played, NULL);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  lwt_wakener_forget(closing_time);
  lwt_main_run(lwt_unix_close(door), NULL);
  lwt_unix_fd_release(door);
  lwt_mvar_release(spoken);
  return 0;
}
