/* https_server: serves the files of a directory by HTTPS.
 *
 *   cc -std=gnu99 -O2 -Iinclude examples_c/https_server.c -o https_server -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * https_server [--port PORT] [--patience SECONDS] CHAIN KEY DIRECTORY answers GET and HEAD at
 * that port of the loopback interface (without one: at any that is free, which it prints) until
 * it is killed. CHAIN and KEY are files of PEM. Each client has a fiber: its handshake, each of
 * its requests and each block of an answer has a time limit of 10 seconds, or so many, so that
 * who says nothing, or a byte now and then, or reads nothing, is sent away.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <lwt_direct.h>
#include <lwt_io.h>
#include <lwt_main.h>
#include <lwt_ssl.h>
#include <lwt_switch.h>
#include <lwt_unix.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

enum { BLOCK = 65536, PATH = 4096, HEADERS = 100 };
static double patience = 10; /* seconds: for a handshake, a request, a block of an answer */

static lwt_ssl_context *context;
static const char *directory;

/* Somebody who asks for files. */
struct client {
  lwt_unix_fd *fd;
  lwt_ssl_socket *socket;
  lwt_io_channel *in, *out;
  double until;     /* then the request that is being read is to be here */
  const char *next; /* what is being said, */
  size_t len;       /* and how long that is */
  bool stays;       /* there may be another request on this connection */
};

/* Waits for a promise, which is consumed. False: it has failed. */
static bool await(lwt_t *promise, lwt_value *value)
{
  lwt_exn *exn = NULL;
  lwt_value result = lwt_await(promise, &exn);

  if (value != NULL)
    *value = result;
  if (exn != NULL)
    lwt_exn_release(exn);
  return exn == NULL;
}

static lwt_t *shake_hands(void *env)
{
  struct client *c = env;
  return lwt_ssl_accept(c->fd, context);
}

/* ---- An answer */

static lwt_t *write_next(void *env)
{
  struct client *c = env;
  return lwt_io_write(c->out, c->next, c->len);
}

/* False: it can't be said, or nobody reads it. */
static bool say_bytes(struct client *c, const char *bytes, size_t len)
{
  c->next = bytes;
  c->len = len;
  return await(lwt_with_timeout(patience, write_next, c, NULL), NULL);
}

static bool say(struct client *c, const char *text)
{
  return say_bytes(c, text, strlen(text));
}

static bool head(struct client *c, const char *status, long long length, const char *type)
{
  char text[512];

  snprintf(text, sizeof text,
           "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %lld\r\nConnection: %s\r\n\r\n", status,
           type, length, c->stays ? "keep-alive" : "close");
  return say(c, text);
}

static bool refuse(struct client *c, const char *status)
{
  char text[128];

  snprintf(text, sizeof text, "%s\n", status);
  return head(c, status, (long long)strlen(text), "text/plain") && say(c, text);
}

static const char *type_of(const char *path)
{
  static const char *const known[][2] = { { ".html", "text/html" }, { ".txt", "text/plain" },
                                          { ".css", "text/css" },   { ".js", "text/javascript" },
                                          { ".png", "image/png" },  { ".svg", "image/svg+xml" } };
  const char *dot = strrchr(path, '.');

  for (size_t i = 0; dot != NULL && i < sizeof known / sizeof known[0]; i++)
    if (strcasecmp(dot, known[i][0]) == 0)
      return known[i][1];
  return "application/octet-stream";
}

/* Sends what is in a file, which has so many bytes. A file that becomes shorter meanwhile
 * ends the connection, without a goodbye. */
static bool send_file(struct client *c, lwt_unix_fd *file, long long length)
{
  char *block = malloc(BLOCK);
  bool ok = block != NULL;

  while (ok && length > 0) {
    lwt_value count;

    ok = await(lwt_unix_read(file, block, length < BLOCK ? (size_t)length : BLOCK), &count) &&
         LWT_TO_INT(count) > 0 && say_bytes(c, block, (size_t)LWT_TO_INT(count));
    length -= LWT_TO_INT(count);
  }
  free(block);
  return ok;
}

/* The path of a file below the directory; false: it is none, or would be outside. */
static bool path_of(const char *asked, char path[PATH])
{
  size_t length;

  if (*asked != '/' || strstr(asked, "/../") != NULL || strchr(asked, '%') != NULL)
    return false;
  length = strcspn(asked, "?#");
  if (length >= 3 && strncmp(asked + length - 3, "/..", 3) == 0)
    return false;
  return snprintf(path, PATH, "%s%.*s%s", directory, (int)length, asked,
                  asked[length - 1] == '/' ? "index.html" : "") < PATH;
}

static bool answer(struct client *c, const char *method, const char *asked)
{
  char path[PATH];
  bool ok, only_head = strcmp(method, "HEAD") == 0;
  lwt_value file, found;
  struct stat s;

  if (!only_head && strcmp(method, "GET") != 0)
    return refuse(c, "405 Method Not Allowed");
  if (!path_of(asked, path))
    return refuse(c, "400 Bad Request");
  if (!await(lwt_unix_openfile(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0), &file))
    return refuse(c, "404 Not Found");
  ok = await(lwt_unix_fstat(file), &found);
  memset(&s, 0, sizeof s);
  if (ok) {
    s = *(struct stat *)found;
    free(found);
  }
  if (!ok || !S_ISREG(s.st_mode))
    ok = refuse(c, "403 Forbidden");
  else
    ok = head(c, "200 OK", s.st_size, type_of(path)) && (only_head || send_file(c, file, s.st_size));
  lwt_release(lwt_unix_close(file));
  lwt_unix_fd_release(file);
  return ok;
}

/* ---- A request */

static lwt_t *next_line(void *env)
{
  struct client *c = env;
  return lwt_io_read_line_opt(c->in);
}

static double now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A line; NULL: there is none, or it took too long. */
static struct lwt_string *line(struct client *c)
{
  lwt_value text;
  double left = c->until - now();

  if (left <= 0 || !await(lwt_with_timeout(left, next_line, c, NULL), &text) || text == LWT_NONE)
    return NULL;
  return text;
}

static lwt_t *send_all(void *env)
{
  struct client *c = env;
  return lwt_io_flush(c->out);
}

static lwt_t *hang_up(lwt_value unit, void *env)
{
  struct client *c = env;

  (void)unit;
  return lwt_ssl_close(c->socket);
}

/* False: the connection is over. */
static bool request(struct client *c)
{
  char method[16], path[PATH - 256], version[16];
  struct lwt_string *first;
  bool asked, done = false;

  c->until = now() + patience;
  first = line(c);
  if (first == NULL)
    return false;
  asked = sscanf(first->data, "%15s %3839s %15s", method, path, version) == 3;
  lwt_string_release(first);
  c->stays = asked && strcmp(version, "HTTP/1.1") == 0;
  for (int i = 0; i < HEADERS && !done; i++) {
    struct lwt_string *header = line(c);

    if (header == NULL)
      return false;
    done = header->len == 0;
    if (strncasecmp(header->data, "connection:", 11) == 0 && strcasestr(header->data, "close") != NULL)
      c->stays = false;
    lwt_string_release(header);
  }
  if (!asked || !done) {
    c->stays = false;
    return refuse(c, "400 Bad Request") && false;
  }
  return answer(c, method, path) && await(lwt_with_timeout(patience, send_all, c, NULL), NULL) &&
         c->stays;
}

/* The fiber of a client. */
static lwt_value serve(void *env)
{
  struct client *c = env;
  lwt_exn *exn = NULL;
  lwt_t *limit;
  lwt_value socket = lwt_await(lwt_with_timeout(patience, shake_hands, c, NULL), &exn);

  if (exn != NULL) {
    fprintf(stderr, "https_server: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    return LWT_UNIT;
  }
  c->socket = socket;
  c->in = lwt_ssl_in_channel_of(c->socket, 0);
  c->out = lwt_ssl_out_channel_of(c->socket, BLOCK);
  while (request(c))
    ;
  /* Sends what is left, and says goodbye, which can't be cancelled: who does not read it is
   * hung up on. */
  limit = lwt_bind(lwt_unix_sleep(patience), hang_up, c, NULL);
  await(lwt_io_close(c->out), NULL);
  lwt_cancel(limit);
  lwt_release(limit);
  return LWT_UNIT;
}

static void drop_client(void *env)
{
  struct client *c = env;

  lwt_io_channel_release(c->in);
  lwt_io_channel_release(c->out);
  lwt_ssl_socket_release(c->socket);
  lwt_unix_fd_release(c->fd);
  free(c);
}

static lwt_t *welcome(const struct sockaddr *address, socklen_t len, const lwt_unix_fd *fd, void *env)
{
  struct client *c = calloc(1, sizeof *c);

  (void)address, (void)len, (void)env;
  if (c == NULL)
    return lwt_fail(lwt_exn_new(LWT_OUT_OF_MEMORY, "https_server"));
  c->fd = lwt_unix_fd_retain(fd);
  return lwt_spawn(serve, c, drop_client, 0);
}

/* ---- The program */

static lwt_value finish(lwt_t *promise)
{
  lwt_exn *exn = NULL;
  lwt_value value = lwt_main_run(promise, &exn);

  if (exn != NULL) {
    fprintf(stderr, "https_server: %s\n", lwt_exn_message(exn));
    exit(1);
  }
  return value;
}

int main(int argc, char **argv)
{
  struct sockaddr_in address;
  struct lwt_unix_sockaddr here;
  char text[128];
  int port = 0, first = 1;
  lwt_io_server *server;
  lwt_u *never;

  for (; argc - first > 4; first += 2) {
    if (strcmp(argv[first], "--port") == 0)
      port = atoi(argv[first + 1]);
    else if (strcmp(argv[first], "--patience") == 0)
      patience = atof(argv[first + 1]);
    else
      break;
  }
  if (argc - first != 3 || port < 0 || port > 65535 || !(patience > 0)) {
    fprintf(stderr, "Usage: https_server [--port PORT] [--patience SECONDS] CHAIN KEY DIRECTORY\n");
    return 2;
  }
  directory = argv[first + 2];
  context = lwt_ssl_context_create_server();
  finish(lwt_ssl_context_use_certificate_file(context, argv[first], argv[first + 1]));
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server = finish(lwt_io_establish_server_with_client_socket((struct sockaddr *)&address, sizeof address,
                                                             NULL, welcome, NULL, NULL));
  lwt_io_server_address(server, &here);
  lwt_unix_sockaddr_to_text((struct sockaddr *)&here.address, here.len, text, sizeof text);
  printf("serving %s at https://%s/\n", directory, text);
  fflush(stdout);
  finish(lwt_wait(&never));
  return 0;
}
