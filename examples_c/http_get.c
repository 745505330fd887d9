/* http_get: fetches a page by HTTP/1.1, with encryption (https) or without.
 *
 *   cc -std=gnu99 -O2 -Iinclude examples_c/http_get.c -o http_get -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * The page is one fiber: it connects (to whichever address of the host answers
 * first), asks, and reads, in plain sequential code. The time limit is around
 * all of it: when it is over the fiber's promise is cancelled, and whatever it
 * waits for fails, on which it closes what it has opened.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_ssl.h>
#include <lwt_unix.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char usage[] =
  "Usage: http_get [OPTION]... http[s]://HOST[:PORT][/PATH]\n"
  "Fetches a page by HTTP/1.1 and writes it to standard output.\n"
  "\n"
  "  -o FILE           write it to FILE, which is removed if the page is not whole\n"
  "  -i                write the status and the headers, too\n"
  "  --timeout SECONDS give up after so long (30)\n"
  "  --redirects N     follow so many redirections (5)\n"
  "  --cacert FILE     trust the authorities in there, and not those of the system\n"
  "  --insecure        believe whoever answers, whatever certificate that shows\n"
  "  --help            say this\n"
  "\n"
  "The exit status is 0 for a page, 1 if there is none, 2 for a bad command line,\n"
  "and 22 if the server answers with an error (400 and above).\n";

enum { LINE = 8192, BLOCK = 65536, HEADERS = 200 };

struct options {
  const char *url, *file, *authorities;
  bool headers, insecure;
  double timeout;
  int redirects;
};

struct url {
  bool secure;
  char host[256], port[16], path[4096];
};

/* What is read from a connection; [start, end) of the buffer is not used yet. */
struct input {
  lwt_ssl_socket *socket; /* plain, or not */
  size_t start, end;
  char buffer[BLOCK];
};

struct response {
  int status;
  long long length; /* -1: not told */
  bool chunked;
  char location[4096];
};

struct page {
  const struct options *options;
  struct url url;
  struct input input;
  lwt_ssl_context *context; /* of all sessions; NULL until there is one */
  lwt_unix_fd *output; /* NULL until there is something to write */
  lwt_exn *failed;     /* the first thing that went wrong */
  int status;
};

/* ---- Failures. Functions that may fail return false, and page->failed says why. */

static bool fail(struct page *page, const char *format, ...)
{
  char text[5000];
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (page->failed == NULL)
    page->failed = lwt_exn_new(LWT_FAILURE, text);
  return false;
}

/* Waits for a promise, which is consumed. */
static bool await(struct page *page, lwt_t *promise, lwt_value *value)
{
  lwt_exn *exn = NULL;
  lwt_value result = lwt_await(promise, &exn);

  if (value != NULL)
    *value = result;
  if (exn == NULL)
    return true;
  if (page->failed == NULL)
    page->failed = exn;
  else
    lwt_exn_release(exn);
  return false;
}

/* ---- The address */

static bool parse_url(struct page *page, const char *text)
{
  struct url *url = &page->url;
  const char *host, *end, *port;
  bool literal = false;

  url->secure = strncasecmp(text, "https://", strlen("https://")) == 0;
  if (!url->secure && strncasecmp(text, "http://", strlen("http://")) != 0)
    return fail(page, "%s: only addresses that begin with http:// or https:// are fetched", text);
  host = strchr(text, ':') + strlen("://");
  end = host + strcspn(host, "/?#");
  if (*host == '[') { /* an address of IPv6 */
    literal = true;
    host++;
    port = memchr(host, ']', (size_t)(end - host));
    if (port == NULL)
      return fail(page, "%s: the bracket is not closed", text);
  } else {
    port = memchr(host, ':', (size_t)(end - host));
    if (port == NULL)
      port = end;
  }
  if (port == host || (size_t)(port - host) >= sizeof url->host)
    return fail(page, "%s: there is no name of a host", text);
  memcpy(url->host, host, (size_t)(port - host));
  url->host[port - host] = '\0';
  if (literal)
    port++;
  strcpy(url->port, url->secure ? "443" : "80");
  if (port < end && *port == ':' && port + 1 < end) {
    if ((size_t)(end - port) >= sizeof url->port || strspn(port + 1, "0123456789") < (size_t)(end - port - 1))
      return fail(page, "%s: the port is no number", text);
    memcpy(url->port, port + 1, (size_t)(end - port - 1));
    url->port[end - port - 1] = '\0';
  } else if (port < end && *port != ':') {
    return fail(page, "%s: what follows the host is no port", text);
  }
  if (snprintf(url->path, sizeof url->path, "%s%.*s", *end == '/' ? "" : "/", (int)strcspn(end, "#"),
               end) >= (int)sizeof url->path)
    return fail(page, "%s: that is too long", text);
  for (const char *c = url->path; *c != '\0'; c++)
    if (isspace((unsigned char)*c) || iscntrl((unsigned char)*c))
      return fail(page, "%s: there are blanks in it", text);
  return true;
}

/* A redirection may name a whole address, a path, or one beside this one. */
static bool redirect(struct page *page, const char *to)
{
  char path[sizeof page->url.path];

  if (*to == '\0')
    return fail(page, "a redirection without an address");
  if (strstr(to, "://") != NULL)
    return parse_url(page, to);
  if (*to == '/') {
    snprintf(path, sizeof path, "%s", to);
  } else {
    size_t directory = strcspn(page->url.path, "?");

    while (directory > 0 && page->url.path[directory - 1] != '/')
      directory--;
    if (snprintf(path, sizeof path, "%.*s%s", (int)directory, page->url.path, to) >= (int)sizeof path)
      return fail(page, "a redirection to an address that is too long");
  }
  strcpy(page->url.path, path);
  return true;
}

/* ---- Reading */

/* More bytes behind those that are there; *more is false at the end. */
static bool fill(struct page *page, bool *more)
{
  struct input *input = &page->input;
  lwt_value count;

  if (input->start > 0) {
    memmove(input->buffer, input->buffer + input->start, input->end - input->start);
    input->end -= input->start;
    input->start = 0;
  }
  if (!await(page, lwt_ssl_read(input->socket, input->buffer + input->end, BLOCK - input->end), &count))
    return false;
  input->end += (size_t)LWT_TO_INT(count);
  *more = LWT_TO_INT(count) > 0;
  return true;
}

/* A line without its end. */
static bool read_line(struct page *page, char line[LINE])
{
  struct input *input = &page->input;
  bool more = true;

  for (;;) {
    char *begin = input->buffer + input->start;
    size_t held = input->end - input->start;
    char *end = memchr(begin, '\n', held);
    size_t length = end != NULL ? (size_t)(end - begin) : held;

    if (length >= LINE)
      return fail(page, "the server's line is too long");
    if (end != NULL) {
      memcpy(line, begin, length);
      if (length > 0 && line[length - 1] == '\r')
        length--;
      line[length] = '\0';
      input->start += (size_t)(end - begin) + 1;
      return true;
    }
    if (!fill(page, &more))
      return false;
    if (!more)
      return fail(page, "the server has closed the connection in the middle of its answer");
  }
}

/* ---- Writing */

static bool write_all(struct page *page, const char *bytes, size_t count)
{
  if (page->output == NULL && page->options->file == NULL)
    page->output = lwt_unix_stdout();
  if (page->output == NULL) {
    int fd = open(page->options->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0)
      return fail(page, "%s: %s", page->options->file, strerror(errno));
    page->output = lwt_unix_of_fd(fd);
  }
  while (count > 0) {
    lwt_value written;

    if (!await(page, lwt_unix_write(page->output, bytes, count), &written))
      return false;
    bytes += LWT_TO_INT(written);
    count -= (size_t)LWT_TO_INT(written);
  }
  return true;
}

/* Passes on `count` bytes of the body; -1: all until the end. */
static bool pass_on(struct page *page, long long count)
{
  struct input *input = &page->input;
  long long left = count;
  bool more = true;

  while (left != 0) {
    size_t held = input->end - input->start;

    if (held == 0) {
      if (!fill(page, &more))
        return false;
      if (!more && count < 0)
        return true;
      if (!more)
        return fail(page, "the server has closed the connection %lld bytes before the end of the page", left);
      continue;
    }
    if (left > 0 && held > (unsigned long long)left)
      held = (size_t)left;
    if (!write_all(page, input->buffer + input->start, held))
      return false;
    input->start += held;
    if (left > 0)
      left -= (long long)held;
  }
  return true;
}

static bool pass_on_chunks(struct page *page)
{
  char line[LINE];

  for (;;) {
    char *end;
    long long size;

    if (!read_line(page, line))
      return false;
    errno = 0;
    size = strtoll(line, &end, 16);
    if (end == line || size < 0 || errno != 0)
      return fail(page, "the server's chunk has no size: %s", line);
    if (size == 0)
      break;
    if (!pass_on(page, size) || !read_line(page, line))
      return false;
    if (line[0] != '\0')
      return fail(page, "the server's chunk is longer than it says");
  }
  do /* trailers */
    if (!read_line(page, line))
      return false;
  while (line[0] != '\0');
  return true;
}

/* ---- Request and response */

static bool ask(struct page *page)
{
  char request[LINE];
  bool literal = strchr(page->url.host, ':') != NULL;
  bool usual = strcmp(page->url.port, "80") == 0;
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\n"
                        "Host: %s%s%s%s%s\r\n"
                        "User-Agent: liblwt-http_get\r\n"
                        "Accept: */*\r\n"
                        "Connection: close\r\n\r\n",
                        page->url.path, literal ? "[" : "", page->url.host, literal ? "]" : "",
                        usual ? "" : ":", usual ? "" : page->url.port);
  const char *rest = request;

  while (length > 0) {
    lwt_value sent;

    if (!await(page, lwt_ssl_write(page->input.socket, rest, (size_t)length), &sent))
      return false;
    rest += LWT_TO_INT(sent);
    length -= (int)LWT_TO_INT(sent);
  }
  return true;
}

/* The value of a header if the line is that one. */
static const char *header(const char *line, const char *name)
{
  size_t length = strlen(name);

  if (strncasecmp(line, name, length) != 0 || line[length] != ':')
    return NULL;
  line += length + 1;
  return line + strspn(line, " \t");
}

static bool read_head(struct page *page, struct response *response, char *head, size_t room)
{
  char line[LINE];
  size_t used = 0;

  do { /* what is below 200 comes before the answer */
    memset(response, 0, sizeof *response);
    response->length = -1;
    if (!read_line(page, line))
      return false;
    if (sscanf(line, "HTTP/1.%*1[01] %3d", &response->status) != 1 || response->status < 100)
      return fail(page, "that is no answer by HTTP/1.1: %s", line);
    used = (size_t)snprintf(head, room, "%s\n", line);
    for (int count = 0;; count++) {
      const char *value;

      if (!read_line(page, line))
        return false;
      if (used + strlen(line) + 2 > room || count > HEADERS)
        return fail(page, "the server's headers are too many");
      used += (size_t)snprintf(head + used, room - used, "%s\n", line);
      if (line[0] == '\0')
        break;
      if ((value = header(line, "Content-Length")) != NULL) {
        char *end;

        errno = 0;
        response->length = strtoll(value, &end, 10);
        if (end == value || *end != '\0' || response->length < 0 || errno != 0)
          return fail(page, "the server tells no length: %s", line);
      } else if ((value = header(line, "Transfer-Encoding")) != NULL) {
        if (strcasecmp(value, "chunked") != 0)
          return fail(page, "the page comes in a way that is not known: %s", line);
        response->chunked = true;
      } else if ((value = header(line, "Location")) != NULL) {
        snprintf(response->location, sizeof response->location, "%s", value);
      }
    }
  } while (response->status < 200);
  return true;
}

static bool read_body(struct page *page, const struct response *response)
{
  if (response->status == 204 || response->status == 304)
    return true;
  if (response->chunked)
    return pass_on_chunks(page);
  return pass_on(page, response->length);
}

static bool is_redirection(int status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Begins a session on a connection that is there. What the certificate has to be for is the
 * host that was asked for. */
static bool secure(struct page *page, const lwt_unix_fd *fd)
{
  const struct options *options = page->options;
  lwt_value socket;

  if (page->context == NULL) {
    page->context = lwt_ssl_context_create_client();
    if (options->insecure)
      lwt_ssl_context_danger_accept_any_certificate(page->context);
    if (options->authorities != NULL &&
        !await(page, lwt_ssl_context_trust_file(page->context, options->authorities), NULL))
      return false;
  }
  if (!await(page, lwt_ssl_connect(fd, page->context, page->url.host), &socket))
    return false;
  page->input.socket = socket;
  return true;
}

/* Connects to the host. */
static bool connect_to(struct page *page)
{
  lwt_value fd;
  bool ok = true;

  if (!await(page, lwt_unix_connect_name(page->url.host, page->url.port, 0), &fd))
    return false;
  if (page->url.secure)
    ok = secure(page, fd);
  else
    page->input.socket = lwt_ssl_plain(fd);
  if (!ok)
    lwt_release(lwt_unix_close(fd));
  lwt_unix_fd_release(fd); /* the socket has it */
  return ok;
}

/* One request. *again: the answer was a redirection, and page->url is where to. */
static bool fetch(struct page *page, bool may_redirect, bool *again)
{
  static char head[4 * LINE];
  struct response response;
  bool ok;

  *again = false;
  if (!connect_to(page))
    return false;
  page->input.start = page->input.end = 0;
  ok = ask(page) && read_head(page, &response, head, sizeof head);
  if (ok && is_redirection(response.status)) {
    *again = true;
    ok = may_redirect ? redirect(page, response.location)
                      : fail(page, "that is one redirection too many, to %s", response.location);
  } else if (ok) {
    page->status = response.status;
    ok = (!page->options->headers || write_all(page, head, strlen(head))) &&
         write_all(page, "", 0) && read_body(page, &response);
  }
  /* Also when it was cancelled: closing needs no waiting. */
  lwt_release(lwt_ssl_close(page->input.socket));
  lwt_ssl_socket_release(page->input.socket);
  return ok;
}

/* The fiber. */
static lwt_value get(void *env)
{
  struct page *page = env;
  bool again = true, ok = parse_url(page, page->options->url);

  for (int left = page->options->redirects; ok && again; left--)
    ok = fetch(page, left > 0, &again);
  if (page->output != NULL && page->options->file != NULL) {
    bool closed = await(page, lwt_unix_close(page->output), NULL);

    lwt_unix_fd_release(page->output);
    if (!ok || !closed)
      unlink(page->options->file);
  } else {
    lwt_unix_fd_release(page->output);
  }
  lwt_ssl_context_release(page->context);
  if (page->failed != NULL)
    return lwt_raise(page->failed);
  return LWT_INT(page->status);
}

static lwt_t *share(void *work)
{
  return lwt_retain(work);
}

/* ---- The command line */

static int misused(const char *what)
{
  fprintf(stderr, "http_get: %s\nTry http_get --help\n", what);
  exit(2);
}

static const char *argument(char **argv, int *i)
{
  if (argv[*i + 1] == NULL)
    misused("the option wants an argument");
  return argv[++*i];
}

static double number(const char *text, double least)
{
  char *end;
  double value = strtod(text, &end);

  if (end == text || *end != '\0' || !(value >= least) || value > 1e9)
    misused("that is no number for it");
  return value;
}

static struct options parse(char **argv)
{
  struct options options = { NULL, NULL, NULL, false, false, 30, 5 };

  for (int i = 1; argv[i] != NULL; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      fputs(usage, stdout);
      exit(0);
    } else if (strcmp(argv[i], "-o") == 0) {
      options.file = argument(argv, &i);
    } else if (strcmp(argv[i], "-i") == 0) {
      options.headers = true;
    } else if (strcmp(argv[i], "--cacert") == 0) {
      options.authorities = argument(argv, &i);
    } else if (strcmp(argv[i], "--insecure") == 0) {
      options.insecure = true;
    } else if (strcmp(argv[i], "--timeout") == 0) {
      options.timeout = number(argument(argv, &i), 0.001);
    } else if (strcmp(argv[i], "--redirects") == 0) {
      options.redirects = (int)number(argument(argv, &i), 0);
    } else if (argv[i][0] == '-') {
      misused("there is no such option");
    } else if (options.url != NULL) {
      misused("one address at a time");
    } else {
      options.url = argv[i];
    }
  }
  if (options.url == NULL)
    misused("an address is wanted");
  return options;
}

int main(int argc, char **argv)
{
  static struct page page; /* too large for the stack of a fiber */
  struct options options = parse(argv);
  lwt_exn *exn = NULL;
  lwt_t *work;
  intptr_t status;

  (void)argc;
  page.options = &options;
  work = lwt_spawn(get, &page, NULL, 0);
  status = LWT_TO_INT(lwt_main_run(lwt_unix_with_timeout(options.timeout, share, work, NULL), &exn));
  /* A fiber that was cancelled has to clean up yet. */
  lwt_main_run_until(work);
  lwt_release(work);
  if (exn != NULL) {
    if (lwt_exn_kind(exn) == LWT_TIMEOUT)
      fprintf(stderr, "http_get: %s: not within %g seconds\n", options.url, options.timeout);
    else
      fprintf(stderr, "http_get: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    return 1;
  }
  if (status >= 400) {
    fprintf(stderr, "http_get: %s: the server answers %d\n", options.url, (int)status);
    return 22;
  }
  return 0;
}
