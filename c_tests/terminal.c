/* Terminals, on a pair of the kernel's own. */
#include "folder.h"

#include <termios.h>

static int master = -1;
static lwt_unix_fd *terminal(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) SKIP("no terminals here");
  int fd = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) SKIP("no terminals here");
  return lwt_unix_of_fd(fd);
}
static void over(lwt_unix_fd *fd) {
  CHECK_GIVES(lwt_unix_close(fd), 0);
  lwt_unix_fd_release(fd);
  close(master);
}
static struct termios attributes(const lwt_unix_fd *fd) {
  struct termios got = {0};
  lwt_t *p = ran(lwt_unix_tcgetattr(fd));
  if (CHECK_INT(kind_of(p), LWT_OK)) got = *(const struct termios *)lwt_value_of(p);
  lwt_release(p);
  return got;
}

TEST(a_terminal_is_one) {
  lwt_unix_fd *fd = terminal();
  CHECK_GIVES(lwt_unix_isatty(fd), 1);
  CHECK_GIVES(lwt_unix_blocking(fd), 1);
  over(fd);
}

TEST(what_is_set_is_what_is_told) {
  static const int when[] = {TCSANOW, TCSADRAIN, TCSAFLUSH};
  lwt_unix_fd *fd = terminal();
  struct termios want = attributes(fd), now;
  for (int i = 0; i < 3; i++) {
    want.c_lflag ^= ECHO;
    struct termios given = want;
    lwt_t *p = lwt_unix_tcsetattr(fd, when[i], &given);
    memset(&given, 0, sizeof given); /* it was copied */
    CHECK_GIVES(p, 0);
    now = attributes(fd);
    CHECK_INT(now.c_lflag & ECHO, want.c_lflag & ECHO);
    CHECK(tcgetattr(lwt_unix_unix_file_descr(fd), &now) == 0);
    CHECK_INT(now.c_lflag, want.c_lflag);
  }
  CHECK_ERRNO(lwt_unix_tcsetattr(fd, 77, &want), EINVAL, "tcsetattr", "");
  CHECK_REFUSED(lwt_unix_tcsetattr(fd, TCSANOW, NULL), INVALID);
  over(fd);
}

TEST(attributes_that_were_moved_out_are_the_callers_to_free) {
  lwt_unix_fd *fd = terminal();
  free(lwt_take(ran(lwt_unix_tcgetattr(fd))));
  over(fd);
}

TEST(flushing_drops_what_was_received) {
  lwt_unix_fd *fd = terminal();
  char byte;
  CHECK_INT(write(master, "lost\n", 5), 5);
  CHECK_GIVES(lwt_unix_tcflush(fd, TCIFLUSH), 0);
  CHECK_INT(write(master, "a\n", 2), 2);
  CHECK_GIVES(lwt_unix_read(fd, &byte, 1), 1);
  CHECK_INT(byte, 'a');
  CHECK_GIVES(lwt_unix_tcflush(fd, TCIOFLUSH), 0);
  CHECK_ERRNO(lwt_unix_tcflush(fd, 77), EINVAL, "tcflush", "");
  over(fd);
}

TEST(a_line_is_drained_broken_held_and_goes_on) {
  lwt_unix_fd *fd = terminal();
  CHECK_GIVES(lwt_unix_tcdrain(fd), 0);
  CHECK_GIVES(lwt_unix_tcsendbreak(fd, 0), 0);
  CHECK_GIVES(lwt_unix_tcflow(fd, TCOOFF), 0);
  CHECK_GIVES(lwt_unix_tcflow(fd, TCOON), 0);
  CHECK_ERRNO(lwt_unix_tcflow(fd, 77), EINVAL, "tcflow", "");
  over(fd);
}

TEST(what_is_no_terminal_says_so) {
  lwt_unix_fd *fd = lwt_unix_of_fd(open("/dev/null", O_RDWR | O_CLOEXEC));
  struct termios any = {0};
  CHECK_ERRNO(lwt_unix_tcgetattr(fd), ENOTTY, "tcgetattr", "");
  CHECK_ERRNO(lwt_unix_tcsetattr(fd, TCSANOW, &any), ENOTTY, "tcsetattr", "");
  CHECK_ERRNO(lwt_unix_tcsendbreak(fd, 0), ENOTTY, "tcsendbreak", "");
  CHECK_ERRNO(lwt_unix_tcdrain(fd), ENOTTY, "tcdrain", "");
  CHECK_ERRNO(lwt_unix_tcflush(fd, TCIFLUSH), ENOTTY, "tcflush", "");
  CHECK_ERRNO(lwt_unix_tcflow(fd, TCOON), ENOTTY, "tcflow", "");
  CHECK_GIVES(lwt_unix_close(fd), 0);
  lwt_unix_fd_release(fd);
  CHECK_REFUSED(lwt_unix_tcgetattr(NULL), INVALID);
}
