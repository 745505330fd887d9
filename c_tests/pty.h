/* A terminal for the tests, of the kernel's own (a pty), and what a shell does: a
 * function runs in a process whose standard input and output it is, and the test types
 * to it and reads what it shows. Standard error stays the test's, so that checks in the
 * child can be read; the child's exit code says whether one has failed.
 *
 *     static int shows(void) { printf("hello\n"); return 0; }
 *     TEST(it_shows) {
 *       struct pty pty;
 *       pty_run(&pty, 80, 25, shows);
 *       PTY_EXPECT(&pty, "hello");
 *       CHECK_INT(pty_over(&pty), 0);
 *     }
 *
 * The test itself must not have used the library before: the child is a fork. */
#ifndef PTY_H
#define PTY_H
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

struct pty {
  int master;
  pid_t shell, child;
  int ask, told;     /* pipes to the shell, and from it */
  char seen[262144]; /* what was shown, with a NUL behind it */
  size_t len, mark;  /* how much that is, and how much of it was expected */
  bool stopped, over;
  int status;
  struct termios before; /* how the terminal was set at first */
};
struct pty_told {
  int what, number; /* 'c': the child is number; 's': it has stopped; 'e': its status */
};

/* ------------------------------------------------------ in the shell --- */
static inline void pty_tell(int told, int what, int number) {
  struct pty_told message = {what, number};
  if (write(told, &message, sizeof message) != sizeof message) _exit(121);
}
static inline void pty_shell(int ask, int told, int (*run)(void)) {
  signal(SIGTTOU, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  pid_t child = fork();
  if (child < 0) _exit(120);
  if (child == 0) {
    setpgid(0, 0);
    tcsetpgrp(0, getpid());
    signal(SIGTTOU, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL); /* a shell has its background jobs ignore these two */
    signal(SIGQUIT, SIG_DFL);
    close(ask);
    close(told);
    check_failures = 0; /* those of the test are its own */
    exit(run() != 0 || check_failures != 0);
  }
  setpgid(child, child);
  tcsetpgrp(0, child);
  pty_tell(told, 'c', (int)child);
  for (;;) {
    int status;
    if (waitpid(child, &status, WUNTRACED) < 0) _exit(119);
    tcsetpgrp(0, getpgrp());
    if (!WIFSTOPPED(status)) {
      pty_tell(told, 'e', status);
      break;
    }
    pty_tell(told, 's', WSTOPSIG(status));
    char command;
    if (read(ask, &command, 1) != 1) {
      kill(-child, SIGKILL);
      continue;
    }
    if (command == 'f') tcsetpgrp(0, child);
    kill(-child, SIGCONT);
  }
  /* The terminal is still looked at. */
  char command;
  while (read(ask, &command, 1) < 0 && errno == EINTR) {
  }
  _exit(0);
}

/* ------------------------------------------------------- in the test --- */
static inline void pty_resize(struct pty *pty, int columns, int lines) {
  struct winsize size = {(unsigned short)lines, (unsigned short)columns, 0, 0};
  CHECK_INT(ioctl(pty->master, TIOCSWINSZ, &size), 0);
}
static inline struct termios pty_attributes(const struct pty *pty) {
  struct termios now;
  memset(&now, 0, sizeof now);
  CHECK_INT(tcgetattr(pty->master, &now), 0);
  return now;
}
/* Is it set as it was at first? */
static inline bool pty_is_as_before(const struct pty *pty) {
  struct termios now = pty_attributes(pty);
  return now.c_iflag == pty->before.c_iflag && now.c_oflag == pty->before.c_oflag &&
         now.c_cflag == pty->before.c_cflag && now.c_lflag == pty->before.c_lflag &&
         memcmp(now.c_cc, pty->before.c_cc, sizeof now.c_cc) == 0;
}
static inline bool pty_is_raw(const struct pty *pty) {
  return (pty_attributes(pty).c_lflag & (ICANON | ECHO | ISIG)) == 0;
}

/* Takes in what is shown and told, waiting for some of it up to so long. */
static inline void pty_look(struct pty *pty, int ms) {
  struct pollfd look[2] = {{pty->master, POLLIN, 0}, {pty->told, POLLIN, 0}};
  if (poll(look, 2, ms) <= 0) return;
  if (look[0].revents != 0 && pty->len + 1 < sizeof pty->seen) {
    ssize_t n = read(pty->master, pty->seen + pty->len, sizeof pty->seen - pty->len - 1);
    if (n > 0) pty->len += (size_t)n;
    pty->seen[pty->len] = '\0';
  }
  struct pty_told told;
  if (look[1].revents != 0 && read(pty->told, &told, sizeof told) == sizeof told) {
    if (told.what == 'c') pty->child = told.number;
    if (told.what == 's') pty->stopped = true;
    if (told.what == 'e') pty->status = told.number;
    pty->over = pty->over || told.what == 'e';
  }
}
/* Half a minute: a checker slows all down. */
#define PTY_UNTIL(pty, condition)                             \
  do {                                                        \
    int64_t pty_until = now_ns() + (int64_t)30000000000;      \
    while (!(condition) && now_ns() < pty_until) pty_look((pty), 20); \
  } while (0)

static inline void pty_run(struct pty *pty, int columns, int lines, int (*run)(void)) {
  memset(pty, 0, sizeof *pty);
  int ask[2], told[2], slave;
  pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (pty->master < 0 || grantpt(pty->master) != 0 || unlockpt(pty->master) != 0)
    SKIP("no terminals here");
  if (pipe(ask) != 0 || pipe(told) != 0) SKIP("no pipes here");
  pty_resize(pty, columns, lines);
  pty->before = pty_attributes(pty);
  fflush(NULL);
  pty->shell = fork();
  if (pty->shell == 0) {
    slave = -1;
    if (setsid() >= 0) slave = open(ptsname(pty->master), O_RDWR);
    if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) != 0) _exit(118);
    dup2(slave, 0);
    dup2(slave, 1);
    if (slave > 2) close(slave);
    close(pty->master);
    close(ask[1]);
    close(told[0]);
    pty_shell(ask[0], told[1], run);
  }
  close(ask[0]);
  close(told[1]);
  pty->ask = ask[1];
  pty->told = told[0];
  PTY_UNTIL(pty, pty->child != 0);
  CHECK(pty->child != 0);
}
static inline void pty_type_bytes(struct pty *pty, const char *bytes, size_t len) {
  while (len > 0) {
    struct pollfd look = {pty->master, POLLOUT, 0};
    poll(&look, 1, 100);
    pty_look(pty, 0);
    ssize_t n = write(pty->master, bytes, len > 512 ? 512 : len);
    if (n < 0 && errno != EAGAIN && errno != EINTR) break;
    if (n > 0) bytes += n, len -= (size_t)n;
  }
  CHECK_INT(len, 0);
}
static inline void pty_type(struct pty *pty, const char *text) {
  pty_type_bytes(pty, text, strlen(text));
}
/* Waits until the text has been shown, after what was expected before: also of a child that
 * is over, for what it wrote last may still be on its way. */
static inline bool pty_expect(const char *file, int line, struct pty *pty, const char *text) {
  PTY_UNTIL(pty, strstr(pty->seen + pty->mark, text) != NULL);
  const char *found = strstr(pty->seen + pty->mark, text);
  if (found == NULL) return check_has(file, line, "what was shown", pty->seen + pty->mark, text);
  pty->mark = (size_t)(found - pty->seen) + strlen(text);
  return true;
}
#define PTY_EXPECT(pty, text) pty_expect(__FILE__, __LINE__, (pty), (text))

/* Waits until the child has stopped; then it can go on, before all others or not. */
static inline bool pty_stops(struct pty *pty) {
  PTY_UNTIL(pty, pty->stopped || pty->over);
  return pty->stopped;
}
static inline void pty_goes_on(struct pty *pty, bool in_foreground) {
  pty->stopped = false;
  CHECK_INT(write(pty->ask, in_foreground ? "f" : "b", 1), 1);
}
static inline void pty_signal(const struct pty *pty, int signal) {
  CHECK_INT(kill(pty->child, signal), 0);
}
/* Waits for the child's end. */
static inline void pty_wait(struct pty *pty) {
  PTY_UNTIL(pty, pty->over);
  if (!CHECK(pty->over)) kill(pty->child, SIGKILL);
}
/* The same, and takes all away. The exit code of the child, or 1000 and the signal. */
static inline int pty_over(struct pty *pty) {
  pty_wait(pty);
  close(pty->ask);
  close(pty->told);
  close(pty->master);
  waitpid(pty->shell, NULL, 0);
  return WIFSIGNALED(pty->status) ? 1000 + WTERMSIG(pty->status) : WEXITSTATUS(pty->status);
}
#endif
