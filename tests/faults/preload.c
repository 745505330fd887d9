/* Preloaded by tests/faults: makes one call that the library makes fail, as if
 * the system had refused it. Calls of the test itself, and of the C library, are
 * left alone: only what returns into liblwt.so counts.
 *
 *     LWT_FAULT=KIND:N[:ERRNO]   the N-th call of that kind fails (from 1);
 *     LWT_FAULT=KIND:N+[:ERRNO]  that one and all after it do;
 *     LWT_FAULT=count            none does, but all are noted.
 *     LWT_FAULT_REPORT=FILE      where it is noted, for the runner to read
 *
 * KIND is a group (alloc, thread, call) or the name of one function.
 *
 * The report is a file that is mapped and shared, so that it is whole however the
 * process ends: `struct report`, which tests/faults/report.rs reads.
 *
 * System calls are passed on as seven words, whatever their parameters are: all are
 * integers and pointers, and come and go in registers of the same width on the
 * machines that the library runs on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef long word;

enum { ALLOC, THREAD, CALL, GROUPS };
static const char *const group_names[GROUPS] = {"alloc", "thread", "call"};

enum { FRAMES = 10, SITES = 8192 };
struct site {
  uint64_t hash; /* of the way to it; 0: an empty place */
  uint64_t group, first, last, count;
  uint64_t frames[FRAMES]; /* offsets in liblwt.so, the innermost first */
  char name[24];
};
struct report {
  uint64_t calls[GROUPS]; /* how many there were */
  uint64_t failed;        /* how many were made to fail */
  struct site fault;      /* the first of these */
  uint64_t crash;         /* the signal, if one came */
  uint64_t crash_in;      /* 1: nearest is the library, 2: the program */
  uint64_t crash_frames[FRAMES];
  struct site sites[SITES];
};
static struct report own_report, *report = &own_report;

/* ------------------------------------------------------------ what to do --- */
static bool counting, onwards, armed;
static char wanted[24];
static uint64_t wanted_n, named_calls;
static int wanted_errno;

/* The code of liblwt.so, and of the program. */
static uintptr_t library_base, library_begin, library_end, program_begin, program_end;

static __thread int inside __attribute__((tls_model("initial-exec")));

static bool in_library(uintptr_t at) { return at >= library_begin && at < library_end; }

static int look(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  int *seen = data;
  bool library = strstr(info->dlpi_name, "liblwt.so") != NULL;
  bool program = (*seen)++ == 0;
  for (int i = 0; (library || program) && i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    uintptr_t begin = info->dlpi_addr + part->p_vaddr;
    if (library) {
      library_base = info->dlpi_addr;
      library_begin = begin, library_end = begin + part->p_memsz;
    } else {
      program_begin = begin, program_end = begin + part->p_memsz;
    }
  }
  return 0;
}

/* ---------------------------------------------------------------- sites --- */
static int way(uint64_t *frames) {
  void *all[40];
  int n = backtrace(all, 40), kept = 0;
  for (int i = 0; i < n && kept < FRAMES; i++)
    if (in_library((uintptr_t)all[i])) frames[kept++] = (uintptr_t)all[i] - library_base;
  return kept;
}

static void describe(struct site *site, const char *name, int group, uint64_t n) {
  site->group = (uint64_t)group, site->first = n;
  strncpy(site->name, name, sizeof site->name - 1);
}

static void note(const char *name, int group, uint64_t n) {
  uint64_t frames[FRAMES] = {0}, hash = 1469598103934665603u;
  int kept = way(frames);
  for (int i = 0; i < kept; i++) hash = (hash ^ frames[i]) * 1099511628211u;
  for (const char *c = name; *c != '\0'; c++) hash = (hash ^ (uint64_t)*c) * 1099511628211u;
  if (hash == 0) hash = 1;
  for (size_t step = 0; step < SITES; step++) {
    struct site *site = &report->sites[(hash + step) % SITES];
    uint64_t empty = 0;
    if (__atomic_compare_exchange_n(&site->hash, &empty, hash, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      describe(site, name, group, n);
      memcpy(site->frames, frames, sizeof frames);
    } else if (empty != hash) {
      continue;
    }
    site->last = n;
    __atomic_add_fetch(&site->count, 1, __ATOMIC_RELAXED);
    return;
  }
}

/* Does this call have to fail? */
static bool fails(const char *name, int group, const void *caller) {
  if (!armed || inside || !in_library((uintptr_t)caller)) return false;
  uint64_t n = __atomic_add_fetch(&report->calls[group], 1, __ATOMIC_ACQ_REL);
  if (counting) {
    inside = 1;
    note(name, group, n);
    inside = 0;
    return false;
  }
  if (strcmp(wanted, group_names[group]) != 0) {
    if (strcmp(wanted, name) != 0) return false;
    n = __atomic_add_fetch(&named_calls, 1, __ATOMIC_ACQ_REL);
  }
  if (n != wanted_n && !(onwards && n > wanted_n)) return false;
  if (__atomic_fetch_add(&report->failed, 1, __ATOMIC_ACQ_REL) == 0) {
    inside = 1;
    describe(&report->fault, name, group, n);
    way(report->fault.frames);
    inside = 0;
  }
  return true;
}

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) abort();
  return found;
}

/* ---------------------------------------------------------------- calls --- */
#define WORDS word a, word b, word c, word d, word e, word f, word g
#define PASSED a, b, c, d, e, f, g
#define CALLER __builtin_return_address(0)

/* Under a name of our own in C, so that no declaration is in the way; and passed on
 * by a jump (it takes -O2), so that who returns twice, as vfork does, finds the frame
 * of its caller as it was. */
#define FUNCTION(call)                       \
  word faulty_##call(WORDS) __asm__(#call);  \
  word faulty_##call(WORDS)

/* Fails with -1 and errno. */
#define REFUSED(call, number)                                         \
  FUNCTION(call) {                                                    \
    static word (*real)(WORDS);                                       \
    if (fails(#call, CALL, CALLER)) {                                 \
      errno = wanted_errno != 0 ? wanted_errno : (number);            \
      return -1;                                                      \
    }                                                                 \
    if (real == NULL) real = (word(*)(WORDS))next(#call);             \
    return real(PASSED);                                              \
  }
/* Does it, and fails all the same. */
#define SPOILT(call, number)                                          \
  FUNCTION(call) {                                                    \
    static word (*real)(WORDS);                                       \
    if (real == NULL) real = (word(*)(WORDS))next(#call);             \
    bool failing = fails(#call, CALL, CALLER);                        \
    word result = real(PASSED);                                       \
    if (!failing) return result;                                      \
    errno = wanted_errno != 0 ? wanted_errno : (number);              \
    return -1;                                                        \
  }
/* Returns its error. */
#define ANSWERS(call, group, number)                                  \
  FUNCTION(call) {                                                    \
    static word (*real)(WORDS);                                       \
    if (fails(#call, group, CALLER)) return wanted_errno != 0 ? wanted_errno : (number); \
    if (real == NULL) real = (word(*)(WORDS))next(#call);             \
    return real(PASSED);                                              \
  }
/* Returns NULL. */
#define NOTHING(call, number)                                         \
  FUNCTION(call) {                                                    \
    static word (*real)(WORDS);                                       \
    if (fails(#call, CALL, CALLER)) {                                 \
      errno = wanted_errno != 0 ? wanted_errno : (number);            \
      return 0;                                                       \
    }                                                                 \
    if (real == NULL) real = (word(*)(WORDS))next(#call);             \
    return real(PASSED);                                              \
  }
#include "calls.h"

/* By its number: who waits on a futex may be interrupted, who wakes another never
 * fails, nor does a signal mask, and what else is called so may be missing in the
 * kernel. */
#if defined __x86_64__
enum { CALL_FUTEX = 202, CALL_SIGPROCMASK = 14 };
#else
enum { CALL_FUTEX = 98, CALL_SIGPROCMASK = 135 };
#endif
enum { FUTEX_WAITS = 0, FUTEX_WAITS_BITSET = 9, FUTEX_OPERATION = 0x7f };
FUNCTION(syscall) {
  static word (*real)(WORDS);
  bool futex = a == CALL_FUTEX;
  word operation = c & FUTEX_OPERATION;
  bool waits = operation == FUTEX_WAITS || operation == FUTEX_WAITS_BITSET;
  bool may_fail = futex ? waits : a != CALL_SIGPROCMASK;
  if (may_fail && fails(futex ? "futex" : "syscall", CALL, CALLER)) {
    errno = futex ? EINTR : wanted_errno != 0 ? wanted_errno : ENOSYS;
    return -1;
  }
  if (real == NULL) real = (word(*)(WORDS))next("syscall");
  return real(PASSED);
}

/* --------------------------------------------------------------- memory --- */
/* dlsym may want memory before it has found where that comes from. */
static char early[4096];
static size_t early_used;
static void *(*real_malloc)(size_t), *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static int (*real_memalign)(void **, size_t, size_t);
static bool finding;

static void find_memory(void) {
  finding = true;
  real_calloc = (void *(*)(size_t, size_t))next("calloc");
  real_realloc = (void *(*)(void *, size_t))next("realloc");
  real_free = (void (*)(void *))next("free");
  real_memalign = (int (*)(void **, size_t, size_t))next("posix_memalign");
  real_malloc = (void *(*)(size_t))next("malloc");
  finding = false;
}
static void *take_early(size_t size) {
  size_t at = early_used;
  early_used += (size + 15) & ~(size_t)15;
  return early_used <= sizeof early ? early + at : NULL;
}
#define REFUSE_MEMORY(call)                  \
  if (fails(call, ALLOC, CALLER)) {          \
    errno = ENOMEM;                          \
    return NULL;                             \
  }
void *malloc(size_t size) {
  if (real_malloc == NULL) {
    if (finding) return take_early(size);
    find_memory();
  }
  REFUSE_MEMORY("malloc")
  return real_malloc(size);
}
void *calloc(size_t n, size_t size) {
  if (real_malloc == NULL) {
    if (finding) return take_early(n * size);
    find_memory();
  }
  REFUSE_MEMORY("calloc")
  return real_calloc(n, size);
}
void *realloc(void *old, size_t size) {
  if (real_malloc == NULL) find_memory();
  REFUSE_MEMORY("realloc")
  return real_realloc(old, size);
}
int posix_memalign(void **result, size_t alignment, size_t size) {
  if (real_malloc == NULL) find_memory();
  if (fails("posix_memalign", ALLOC, CALLER)) return ENOMEM;
  return real_memalign(result, alignment, size);
}
void free(void *old) {
  if ((char *)old >= early && (char *)old < early + sizeof early) return;
  if (real_malloc == NULL) find_memory();
  real_free(old);
}

/* ---------------------------------------------------------------- crash --- */
/* Notes where a crash was: what is nearest decides whose it is. */
struct action {
  void (*handler)(int);
  unsigned long mask[16];
  int flags;
  void (*restorer)(void);
};
extern word raise(word);
static void crashed(int number) {
  void *all[40];
  inside = 1;
  if (report->crash == 0) {
    report->crash = (uint64_t)number;
    int n = backtrace(all, 40), kept = 0;
    for (int i = 0; i < n; i++) {
      uintptr_t at = (uintptr_t)all[i];
      bool program = at >= program_begin && at < program_end;
      if (report->crash_in == 0) report->crash_in = in_library(at) ? 1 : program ? 2 : 0;
      if (in_library(at) && kept < FRAMES) report->crash_frames[kept++] = at - library_base;
    }
  }
  raise(number); /* the handler was for one time */
}

/* ---------------------------------------------------------------- start --- */
static word raw(const char *name, WORDS) { return ((word(*)(WORDS))next(name))(PASSED); }

__attribute__((constructor)) static void start(void) {
  const char *plan = getenv("LWT_FAULT"), *file = getenv("LWT_FAULT_REPORT");
  void *warm[2];
  int seen = 0;
  if (plan == NULL) return;
  inside = 1;
  backtrace(warm, 2); /* the first time it loads what it needs */
  dl_iterate_phdr(look, &seen);
  if (file != NULL) {
    enum { READ_WRITE_CREATE = 02 | 0100, READ_AND_WRITE = 3, SHARED = 1 };
    word fd = raw("open", (word)file, READ_WRITE_CREATE, 0600, 0, 0, 0, 0) & 0xffff;
    raw("ftruncate", fd, sizeof *report, 0, 0, 0, 0, 0);
    word at = raw("mmap", 0, sizeof *report, READ_AND_WRITE, SHARED, fd, 0, 0);
    raw("close", fd, 0, 0, 0, 0, 0, 0);
    if (at == -1) abort();
    report = (struct report *)at;
  }
  if (strcmp(plan, "count") == 0) {
    counting = true;
  } else {
    const char *colon = strchr(plan, ':');
    if (colon == NULL || (size_t)(colon - plan) >= sizeof wanted) abort();
    memcpy(wanted, plan, (size_t)(colon - plan));
    char *rest;
    wanted_n = strtoull(colon + 1, &rest, 10);
    if (*rest == '+') onwards = true, rest++;
    if (*rest == ':') wanted_errno = (int)strtol(rest + 1, NULL, 10);
  }
  /* On a stack of its own, should the other one be full. Once: the second time it is
   * deadly, as it would have been. */
  static char stack[65536];
  struct {
    void *at;
    int flags;
    size_t size;
  } other = {stack, 0, sizeof stack};
  enum { ON_STACK = 0x08000000, RESET = (int)0x80000000, SEGV = 11, BUS = 7, ILL = 4, FPE = 8 };
  raw("sigaltstack", (word)&other, 0, 0, 0, 0, 0, 0);
  struct action action = {crashed, {0}, ON_STACK | RESET, NULL};
  const int deadly[] = {SEGV, BUS, ILL, FPE};
  for (int i = 0; i < 4; i++) raw("sigaction", deadly[i], (word)&action, 0, 0, 0, 0, 0);
  inside = 0;
  armed = library_end != 0;
}
