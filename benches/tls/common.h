/* What the servers of this comparison share: they are told "p", and say a byte back;
 * "r" and 20 digits, and send as many bytes; "w" and 20 digits, and say a byte back when
 * they have read as many. SIGTERM ends them: they print the seconds of processor time
 * that they have used. */
#ifndef TLS_COMMON_H
#define TLS_COMMON_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, HEAD = 21 };
static char block[BLOCK];

struct talk {
  char head[HEAD + 1];
  size_t have;
  long long left; /* to be sent, or to be read */
  char what;      /* 0: not known yet */
};

/* What came. Returns how much is to be sent now; -1: read on. */
static inline long long talk_heard(struct talk *t, const char *data, size_t len) {
  while (len > 0) {
    if (t->what == 'w') {
      t->left -= (long long)len;
      len = 0;
    } else {
      t->head[t->have++] = *data++;
      len--;
      if (t->head[0] == 'p') {
        t->have = 0;
        return 1;
      }
      if (t->have == HEAD) {
        t->what = t->head[0];
        t->left = atoll(t->head + 1);
        if (t->what == 'r') return t->left;
      }
    }
  }
  if (t->what == 'w' && t->left <= 0) {
    t->what = 0, t->have = 0;
    return 1;
  }
  return -1;
}

static inline void cpu_used(int signal) {
  struct rusage u;
  char text[64];
  (void)signal;
  getrusage(RUSAGE_SELF, &u);
  int n = snprintf(text, sizeof text, "%.6f\n",
                   (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                     (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
  if (write(1, text, (size_t)n) != n) _exit(1);
  _exit(0);
}
static inline void serving(int port) {
  signal(SIGTERM, cpu_used);
  signal(SIGPIPE, SIG_IGN);
  printf("%d\n", port);
  fflush(stdout);
}
static inline struct sockaddr_in loopback(void) {
  struct sockaddr_in a = {.sin_family = AF_INET};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}
#endif
