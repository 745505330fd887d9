#include <lwt_all.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* What one call needs, until it is done. */
struct peek {
  char buf[64];
};

/* A system call that the library has no function for: it looks at what has arrived
 * and leaves it there. It must not block, and says what became of it. */
static int peek_once(int fd, lwt_value *value, void *env) {
  struct peek *peek = env;
  ssize_t n = recv(fd, peek->buf, sizeof peek->buf - 1, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0) return -1; /* EAGAIN: it is called again when there is something */
  peek->buf[n] = '\0';
  *value = lwt_owned(lwt_unix_strdup(peek->buf), free);
  return LWT_UNIX_DONE;
}

static lwt_t *peek(const lwt_unix_fd *fd) {
  return lwt_unix_wrap_syscall(LWT_UNIX_READ, fd, peek_once, lwt_unix_new(struct peek), free);
}

int main(void) {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) return 1;
  lwt_unix_fd *reader = lwt_unix_of_fd(fds[0]);
  lwt_unix_fd *writer = lwt_unix_of_fd(fds[1]);

  lwt_t *peeked = peek(reader); /* waits, for nothing is there yet */
  lwt_release(lwt_unix_write_string(writer, "hello"));
  char *text = lwt_main_run(peeked, NULL);
  printf("there is \"%s\"\n", text);
  free(text);
  lwt_unix_fd_release(reader);
  lwt_unix_fd_release(writer);
  return 0;
}
