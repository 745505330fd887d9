/* Limits: the same cases with nothing but system calls and pthreads. */
#include "common.h"
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#if __has_include(<liburing.h>)
#define HAVE_URING 1
#include <liburing.h>
#endif

static const char *P = "raw", *V, *cas;

/* ---------- jobs: mutex + condvar queue, eventfd + epoll for the way back ---------- */
typedef struct job { struct job *next; } job;
static pthread_mutex_t jm = PTHREAD_MUTEX_INITIALIZER, dm = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t jc = PTHREAD_COND_INITIALIZER;
static job *jhead, **jtail = &jhead, *dhead, **dtail = &dhead;
static int jefd, jstop;
static long jcount;
static int jidle, jbatch = 1;
static void *worker(void *a) {
  (void)a;
  for (;;) {
    pthread_mutex_lock(&jm);
    while (!jhead && !jstop) { jidle++; pthread_cond_wait(&jc, &jm); jidle--; }
    if (!jhead) { pthread_mutex_unlock(&jm); return 0; }
    job *j = jhead, *last = j;
    int k = 1;
    while (k < jbatch && last->next) { last = last->next; k++; }
    if (!(jhead = last->next)) jtail = &jhead;
    pthread_mutex_unlock(&jm);
    last->next = 0;
    for (job *x = j; x; x = x->next) __atomic_fetch_add(&jcount, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(&dm);
    int first = !dhead;
    *dtail = j; dtail = &last->next;
    pthread_mutex_unlock(&dm);
    uint64_t one = 1;
    if (first && write(jefd, &one, 8) != 8) die("write");
  }
}
static void submit(job *j) {      /* like libuv: signal only when somebody sleeps */
  j->next = 0;
  pthread_mutex_lock(&jm);
  *jtail = j; jtail = &j->next;
  if (jidle) pthread_cond_signal(&jc);
  pthread_mutex_unlock(&jm);
}
static void jobs(uint64_t n, int window, int pool) {
  pthread_t t[64];
  if (!strcmp(V, "batch")) jbatch = 16;      /* up to 16 jobs taken and handed back under one lock */
  job *js = calloc(window, sizeof *js);
  uint64_t submitted = 0, done = 0, v;
  int ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  jefd = eventfd(0, EFD_NONBLOCK);
  epoll_ctl(ep, EPOLL_CTL_ADD, jefd, &e);
  bench_t b = bench_begin();
  for (int i = 0; i < pool; i++) pthread_create(&t[i], 0, worker, 0);
  for (int i = 0; i < window && submitted < n; i++, submitted++) submit(&js[i]);
  while (done < n) {
    epoll_wait(ep, &e, 1, -1);
    if (read(jefd, &v, 8) != 8) continue;
    pthread_mutex_lock(&dm);
    job *d = dhead; dhead = 0; dtail = &dhead;
    pthread_mutex_unlock(&dm);
    while (d) {
      job *nx = d->next;
      done++;
      if (submitted < n) { submitted++; submit(d); }
      d = nx;
    }
  }
  b = bench_end(b);
  pthread_mutex_lock(&jm); jstop = 1; pthread_cond_broadcast(&jc); pthread_mutex_unlock(&jm);
  for (int i = 0; i < pool; i++) pthread_join(t[i], 0);
  CHECK_EQ(jcount, n);
  report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

/* ---------- spawn ---------- */
static void do_spawn(uint64_t n, uint64_t window) {
  extern char **environ;
  char *argv[] = {"/bin/true", 0};
  uint64_t started = 0, ended = 0;
  int status;
  pid_t pid;
  if (!strcmp(V, "big")) grow_big();
  bench_t b = bench_begin();
  while (ended < n) {
    if (started < n && started - ended < window) {
      CHECK(!posix_spawn(&pid, argv[0], 0, 0, argv, environ));
      started++;
      continue;
    }
    CHECK(waitpid(-1, &status, 0) > 0);
    CHECK_EQ(status, 0);
    ended++;
  }
  b = bench_end(b);
  report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

/* ---------- mkdir ---------- */
static void do_mkdir(uint64_t n) {
  char *d = scratch_dir(), p[600];
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n; i++) { snprintf(p, sizeof p, "%s/d%llu", d, (unsigned long long)i); CHECK(!mkdir(p, 0755)); }
  CHECK_EQ(subdirs(d), n);
  for (uint64_t i = 0; i < n; i++) { snprintf(p, sizeof p, "%s/d%llu", d, (unsigned long long)i); CHECK(!rmdir(p)); }
  b = bench_end(b);
  CHECK_EQ(subdirs(d), 0);
  rmdir(d);
  report(P, V, cas, n, 2 * n, b.wall, b.cpu, 0);
}
/* ---------- file ---------- */
static void do_file(uint64_t n, int size) {
  static char buf[65536];
  int fd = warm_file();
  uint64_t right = 0;
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n; i++) right += pread(fd, buf, size, i * size % FILE_SIZE) == size;
  b = bench_end(b);
  CHECK_EQ(right, n);
  report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

/* ---------- stat ---------- */
static void do_stat(uint64_t n) {
  char *d = files_dir(n), p[600];
  struct stat st;
  uint64_t empty = 0;
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n; i++) {
    snprintf(p, sizeof p, "%s/f%llu", d, (unsigned long long)i);
    CHECK(!stat(p, &st));
    empty += st.st_size == 0;
  }
  b = bench_end(b);
  CHECK_EQ(empty, n);
  remove_files_dir(d, n);
  report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

#ifndef HAVE_URING
static void do_mkdir_uring(uint64_t n) { (void)n; die("built without liburing"); }
#else
static void do_mkdir_uring(uint64_t n) {
  char *d = scratch_dir();
  static char p[64][600];
  struct io_uring ring;
  int r = io_uring_queue_init(64, &ring, 0);
  if (r < 0) { rmdir(d); die("io_uring_queue_init: %s", strerror(-r)); }
  bench_t b = bench_begin();
  for (int phase = 0; phase < 2; phase++) {
    uint64_t submitted = 0, done = 0;
    int free_[64], nfree = 64;
    for (int i = 0; i < 64; i++) free_[i] = i;
    while (done < n) {
      while (nfree && submitted < n) {
        int s = free_[--nfree];
        struct io_uring_sqe *q = io_uring_get_sqe(&ring);
        if (!q) { nfree++; break; }
        snprintf(p[s], sizeof p[s], "%s/d%llu", d, (unsigned long long)submitted++);
        if (!phase) io_uring_prep_mkdirat(q, AT_FDCWD, p[s], 0755);
        else io_uring_prep_unlinkat(q, AT_FDCWD, p[s], AT_REMOVEDIR);
        io_uring_sqe_set_data(q, (void *)(intptr_t)s);
      }
      io_uring_submit_and_wait(&ring, 1);
      struct io_uring_cqe *c;
      while (!io_uring_peek_cqe(&ring, &c)) {
        if (c->res) die("uring mkdir: %s", strerror(-c->res));
        free_[nfree++] = (int)(intptr_t)io_uring_cqe_get_data(c);
        io_uring_cqe_seen(&ring, c);
        done++;
      }
    }
    if (!phase) CHECK_EQ(subdirs(d), n);
  }
  b = bench_end(b);
  CHECK_EQ(subdirs(d), 0);
  rmdir(d);
  report(P, V, cas, n, 2 * n, b.wall, b.cpu, 0);
}
#endif

/* ---------- notify ---------- */
static int wfd;
static void efd_send(uint64_t i) { (void)i; uint64_t one = 1; if (write(wfd, &one, 8) != 8) die("write"); }
/* flag: the eventfd is written only when no notification is pending */
static uint32_t flag;
static void flag_send(uint64_t i) { if (!__atomic_exchange_n(&flag, 1, __ATOMIC_SEQ_CST)) efd_send(i); }
/* each + flag: a lock-free stack of preallocated nodes, taken as a whole */
typedef struct nd { struct nd *next; uint64_t v; } nd;
static nd *nds, *top;
static void each_send(uint64_t i) {
  nd *x = &nds[i - 1], *o = __atomic_load_n(&top, __ATOMIC_RELAXED);
  x->v = i;
  do x->next = o; while (!__atomic_compare_exchange_n(&top, &o, x, 1, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
  if (!o) efd_send(i);
}
static void do_each(uint64_t n) {
  uint64_t got = 0, sum = 0, v;
  int ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  wfd = eventfd(0, EFD_NONBLOCK);
  nds = calloc(n, sizeof *nds);
  memset(nds, 1, n * sizeof *nds);
  epoll_ctl(ep, EPOLL_CTL_ADD, wfd, &e);
  pthread_t t = notify_start(n, each_send, 0);
  while (got < n) {
    epoll_wait(ep, &e, 1, -1);
    if (read(wfd, &v, 8) != 8) continue;
    nd *x = __atomic_exchange_n(&top, 0, __ATOMIC_SEQ_CST), *r = 0, *nx;
    for (; x; x = nx) { nx = x->next; x->next = r; r = x; }      /* into the order of sending */
    for (; r; r = r->next) { CHECK_EQ(r->v, got + 1); got++; sum += r->v; }
  }
  uint64_t t2 = now_ns(), c2 = cpu_ns();
  CHECK_EQ(sum, n * (n + 1) / 2);
  notify_report(P, V, cas, t2, c2, got, t);
}
/* one epoll_wait(0) per round over k callbacks */
static uint64_t ycount;
static void __attribute__((noinline)) ycb(void) { ycount++; __asm__ volatile(""); }
static void (*volatile ycbp)(void) = ycb;
static void do_yield(uint64_t n, int k) {
  struct epoll_event e;
  int ep = epoll_create1(0);
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n / k; i++) { epoll_wait(ep, &e, 1, 0); for (int j = 0; j < k; j++) ycbp(); }
  b = bench_end(b);
  CHECK_EQ(ycount, n / k * k);
  report(P, V, cas, n, ycount, b.wall, b.cpu, 0);
}
static void do_notify(uint64_t n, int pong) {
  int fl = !strcmp(V, "flag");
  uint64_t wake = 0, v, got = 0;
  int ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN};
  wfd = eventfd(0, EFD_NONBLOCK);
  epoll_ctl(ep, EPOLL_CTL_ADD, wfd, &e);
  pthread_t t = notify_start(n, fl ? flag_send : efd_send, pong);
  bench_t b = bench_begin();
  if (pong) notify_ping();
  for (;;) {
    epoll_wait(ep, &e, 1, -1);
    if (read(wfd, &v, 8) != 8) continue;
    wake++;
    __atomic_exchange_n(&flag, 0, __ATOMIC_SEQ_CST);
    if (pong) { got++; if (got == n) break; notify_ping(); }
    else if (__atomic_load_n(&nt_counter, __ATOMIC_SEQ_CST) == n) break;
  }
  uint64_t t2 = now_ns(), c2 = cpu_ns();
  if (pong) {
    b.wall = t2 - b.wall; b.cpu = c2 - b.cpu;
    pthread_join(t, 0);
    CHECK_EQ(nt_counter, n);
    report(P, V, cas, n, n, b.wall, b.cpu, 0);
  } else notify_report(P, V, cas, t2, c2, wake, t);
}
/* both threads sleep in futex(2) */
static uint32_t fw[2];
static void fwait(uint32_t *f, uint32_t old) { while (__atomic_load_n(f, __ATOMIC_ACQUIRE) == old) syscall(SYS_futex, f, FUTEX_WAIT_PRIVATE, old, 0, 0, 0); }
static void fwake(uint32_t *f, uint32_t v) { __atomic_store_n(f, v, __ATOMIC_RELEASE); syscall(SYS_futex, f, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0); }
static void *futex_pong(void *a) {
  uint64_t n = *(uint64_t *)a;
  for (uint64_t i = 0; i < n; i++) { fwait(&fw[0], (uint32_t)i); nt_counter++; fwake(&fw[1], (uint32_t)i + 1); }
  return 0;
}
static void do_futex(uint64_t n) {
  pthread_t t;
  bench_t b = bench_begin();
  pthread_create(&t, 0, futex_pong, &n);
  for (uint64_t i = 0; i < n; i++) { fwake(&fw[0], (uint32_t)i + 1); fwait(&fw[1], (uint32_t)i); }
  b = bench_end(b);
  pthread_join(t, 0);
  CHECK_EQ(nt_counter, n);
  report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

/* ---------- timers: a 4-ary heap with back indices, nodes preallocated ---------- */
typedef struct { uint64_t at; uint32_t pos; } tm_t;
static tm_t *tms;
static struct hent { uint64_t at; uint32_t id; } *hp;
static uint32_t hn;
static inline void hset(uint32_t i, struct hent x) { hp[i] = x; tms[x.id].pos = i; }
static void hup(uint32_t i, struct hent x) {
  while (i) { uint32_t p = (i - 1) / 4; if (hp[p].at <= x.at) break; hset(i, hp[p]); i = p; }
  hset(i, x);
}
static void hdown(uint32_t i, struct hent x) {
  for (;;) {
    uint32_t c = 4 * i + 1, m, e;
    if (c >= hn) break;
    e = c + 4 < hn ? c + 4 : hn;
    for (m = c++; c < e; c++) if (hp[c].at < hp[m].at) m = c;
    if (hp[m].at >= x.at) break;
    hset(i, hp[m]); i = m;
  }
  hset(i, x);
}
static void hadd(uint32_t id) { struct hent x = {tms[id].at, id}; hup(hn++, x); }
static void hdel(uint32_t id) {
  uint32_t i = tms[id].pos;
  struct hent x = hp[--hn];
  if (i == hn) return;
  if (i && x.at < hp[(i - 1) / 4].at) hup(i, x); else hdown(i, x);
}
static void do_timers(uint64_t n) {
  uint64_t s = SEED, fired = 0, sumlate = 0, maxlate = 0, first = 0;
  tms = calloc(n, sizeof *tms); hp = calloc(n, sizeof *hp);
  bench_t b = bench_begin();
  if (IS("timers_cancel")) {
    for (uint64_t i = 0; i < n; i++) { tms[i].at = b.wall + 3600000000000ull + xs64(&s) % 3600000 * 1000000; hadd(i); }
    CHECK_EQ(hn, n);
    for (uint64_t i = 0; i < n; i++) hdel(i);
    CHECK_EQ(hn, 0);
  } else if (IS("timers_churn")) {
    for (uint64_t i = 0; i < n; i++) { tms[i].at = b.wall + 3600000000000ull + xs64(&s) % 3600000 * 1000000; hadd(i); hdel(i); fired++; }
    CHECK_EQ(fired, n);
  } else {
    for (uint64_t i = 0; i < n; i++) { tms[i].at = now_ns() + xs64(&s) % 1000000 * 1000; hadd(i); }
    first = now_ns() - b.wall;
    int ep = epoll_create1(0);
    struct epoll_event e;
    while (hn) {
      uint64_t t = now_ns();
      if (hp[0].at > t) { epoll_wait(ep, &e, 1, (int)((hp[0].at - t + 999999) / 1000000)); continue; }
      uint64_t late = t - hp[0].at;
      sumlate += late; if (late > maxlate) maxlate = late;
      hdel(hp[0].id); fired++;
    }
    CHECK_EQ(fired, n);
  }
  b = bench_end(b);
  if (IS("timers_fire"))
    report(P, V, cas, n, n, b.cpu, b.cpu, "wall_ms=%.0f create_ms=%.0f", b.wall / 1e6, first / 1e6);
  else report(P, V, cas, n, n, b.wall, b.cpu, 0);
}

/* ---------- echo ---------- */
static void echo_epoll(uint64_t conns, uint64_t bytes) {
  static char buf[65536];
  uint64_t closed = 0, total = 0;
  int one = 1, l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), ep = epoll_create1(0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t al = sizeof a;
  CHECK(!bind(l, (void *)&a, sizeof a) && !listen(l, 512) && !getsockname(l, (void *)&a, &al));
  printf("PORT %d\n", ntohs(a.sin_port)); fflush(stdout);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = l}, es[64];
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
  while (closed < conns) {
    int k = epoll_wait(ep, es, 64, -1);
    for (int i = 0; i < k; i++) {
      int fd = es[i].data.fd;
      if (fd == l) {
        int c = accept4(l, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (c < 0) continue;
        setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        e.events = EPOLLIN; e.data.fd = c; epoll_ctl(ep, EPOLL_CTL_ADD, c, &e);
      } else {
        ssize_t r = read(fd, buf, sizeof buf);
        if (r <= 0) { if (r < 0 && errno == EAGAIN) continue; close(fd); closed++; continue; }
        for (ssize_t o = 0; o < r;) { ssize_t w = write(fd, buf + o, r - o); if (w > 0) o += w; else if (errno != EAGAIN) die("write"); }
        total += r;
      }
    }
  }
  CHECK_EQ(total, bytes);
}
static void echo_blocking(uint64_t bytes) {   /* one connection, blocking read and write */
  static char buf[65536];
  uint64_t total = 0;
  int one = 1, l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t al = sizeof a;
  CHECK(!bind(l, (void *)&a, sizeof a) && !listen(l, 512) && !getsockname(l, (void *)&a, &al));
  printf("PORT %d\n", ntohs(a.sin_port)); fflush(stdout);
  int c = accept4(l, 0, 0, SOCK_CLOEXEC);
  setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  for (;;) {
    ssize_t r = read(c, buf, sizeof buf);
    if (r <= 0) break;
    CHECK_EQ(write(c, buf, r), r);
    total += r;
  }
  CHECK_EQ(total, bytes);
}

/* ---------- lines ---------- */
static void do_lines(uint64_t n) {
  uint64_t lines = 0, bytes = 0;
  bench_t b = bench_begin();
  if (V && !strcmp(V, "memchr")) {
    split_t s = {0};
    static char buf[65536];
    int fd = open(lines_file(), O_RDONLY);
    ssize_t r;
    while ((r = read(fd, buf, sizeof buf)) > 0) split_block(&s, buf, r);
    close(fd);
    lines = s.lines; bytes = s.bytes;
  } else {
    FILE *f = fopen(lines_file(), "r");
    char *l = 0; size_t cap = 0; ssize_t r;
    CHECK(f);
    while ((r = getline(&l, &cap, f)) > 0) { lines++; bytes += r - 1; }
    fclose(f);
  }
  lines_report(P, V, n, lines, bytes, bench_end(b));
}
/* writes $BENCH_LINES: N bytes at least, lines of 0..159 characters; prints the number of lines */
static void gen_lines(uint64_t n) {
  FILE *f = fopen(lines_file(), "w");
  uint64_t s = SEED, total = 0, lines = 0;
  char l[200];
  CHECK(f);
  while (total < n) {
    uint64_t r = xs64(&s);
    int len = (int)(r % 160);
    for (int i = 0; i < len; i++) l[i] = (char)('a' + ((r >> 8) + (uint64_t)i * 7) % 26);
    l[len] = '\n';
    fwrite(l, 1, len + 1, f);
    total += len + 1; lines++;
  }
  CHECK(!fclose(f));
  printf("%llu\n", (unsigned long long)lines);
}

int main(int argc, char **argv) {
  if (argc < 3) die("usage: raw CASE N [VARIANT]");
  cas = argv[1];
  uint64_t n = strtoull(argv[2], 0, 10);
  V = argc > 3 ? argv[3] : "";
  if (IS("calib")) {                     /* dependent multiply-adds: the speed of the core now */
    uint64_t x = 1;
    bench_t b = bench_begin();
    for (uint64_t i = 0; i < n; i++) { x = x * 6364136223846793005ull + 1442695040888963407ull; __asm__ volatile("" : "+r"(x)); }
    b = bench_end(b);
    CHECK(x != 0);
    report(P, V, cas, n, n, b.wall, b.cpu, 0);
  } else if (IS("syscall")) {
    uint64_t k = 0;
    bench_t b = bench_begin();
    for (uint64_t i = 0; i < n; i++) k += syscall(SYS_getppid) > 0;
    b = bench_end(b);
    CHECK_EQ(k, n);
    report(P, V, cas, n, n, b.wall, b.cpu, 0);
  }
  else if (IS("job_latency")) jobs(n, 1, 1);
  else if (IS("job_throughput_p4")) jobs(n, 1024, 4);
  else if (IS("mkdir") && !strcmp(V, "uring")) do_mkdir_uring(n);
  else if (IS("mkdir")) do_mkdir(n);
  else if (IS("stat")) do_stat(n);
  else if (IS("file_4k") || IS("file_4k_p32")) do_file(n, 4096);
  else if (IS("file_64k") || IS("file_64k_p32")) do_file(n, 65536);
  else if (IS("spawn")) do_spawn(n, 1);
  else if (IS("spawn_p8")) do_spawn(n, 8);
  else if (IS("notify_coalesce")) do_notify(n, 0);
  else if (IS("notify_pingpong") && !strcmp(V, "futex")) do_futex(n);
  else if (IS("notify_pingpong")) do_notify(n, 1);
  else if (IS("notify_each")) do_each(n);
  else if (IS("yield2")) do_yield(n, 2);
  else if (IS("yield1000")) do_yield(n, 1000);
  else if (!strncmp(cas, "timers_", 7)) do_timers(n);
  else if (IS("echo_server") && argc > 4 && !strcmp(argv[4], "blocking")) echo_blocking(strtoull(argv[3], 0, 10));
  else if (IS("echo_server")) echo_epoll(n, strtoull(argv[3], 0, 10));
  else if (IS("read_lines")) do_lines(n);
  else if (IS("gen_lines")) gen_lines(n);
  else die("unknown case %s", cas);
  return 0;
}
