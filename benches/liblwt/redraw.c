/* redraw_L: how long the line editor takes from a key to the last byte of what it then draws,
 * with L characters of text. The editor is this process; another one, made before the library
 * is used, is the terminal: it types a key, reads until the redraw is whole, and keeps a screen
 * of its own, on which the text and the words must be right after each key.
 *
 * Keys are typed at the end of the text, by turns a letter and Backspace. "words": 20 words are
 * completed as one types, ten of which fit after each letter. "front": at the beginning. */
#include "bench.h"

#include <lwt_read_line.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

enum { COLUMNS = 80, LINES = 24, MOST = 2000, SENT = 16384, KEYS = 4 };

static const char *const words[] = {
  "walk", "wall", "want", "ward", "warm", "wash", "wasp", "wave", "wax", "way",
  "wolf", "woman", "wood", "wool", "word", "work", "world", "worm", "worse", "wound",
};
enum { WORDS = sizeof words / sizeof *words };

/* ------------------------------------------------------------ the screen --- */
static char cells[LINES + 1][COLUMNS + 1];
static int row, column;

static void clear(int of, int from) { memset(cells[of] + from, ' ', (size_t)(COLUMNS - from)); }
static void sequence(int number, char last) {
  int n = number < 1 ? 1 : number;
  if (last != 'm' && column == COLUMNS) column = COLUMNS - 1;
  if (last == 'A') row -= n;
  else if (last == 'B') row += n;
  else if (last == 'G') column = n - 1;
  else if (last == 'K') clear(row, column);
  else if (last == 'J') {
    clear(row, column);
    for (int below = row + 1; below < LINES; below++) clear(below, 0);
  } else if (last != 'm' && last != 'h' && last != 'l') die("the editor sent ESC[%d%c", number, last);
  if (row < 0 || row >= LINES || column > COLUMNS) die("the cursor has left the screen");
}
static void feed(const char *bytes, size_t len) {
  for (const char *end = bytes + len; bytes < end; bytes++) {
    if (*bytes == '\x1b') {
      int number = 0;
      for (bytes += 2; bytes < end && (*bytes < '@' || *bytes > '~'); bytes++)
        number = *bytes >= '0' && *bytes <= '9' ? number * 10 + *bytes - '0' : number;
      if (bytes < end) sequence(number, *bytes);
    } else if (*bytes == '\r') {
      column = 0;
    } else if ((*bytes & 0xc0) != 0x80) { /* of a line of the box one byte stands for all three */
      if (*bytes == '\n' || column == COLUMNS) {
        row++;
        if (*bytes != '\n') column = 0;
      }
      if (row >= LINES) die("the screen was to hold it all");
      if (*bytes != '\n') cells[row][column++] = *bytes;
    }
  }
}

/* ---------------------------------------------------------- the terminal --- */
static char text[MOST];
static size_t len, at;
static const char keys[KEYS] = {'a', '\x7f', 'o', '\x7f'};

static void type(int master, char key) {
  if (key == '\x7f') {
    memmove(text + at - 1, text + at, len - at);
    at--, len--;
  } else {
    memmove(text + at + 1, text + at, len - at);
    text[at++] = key, len++;
  }
  if (write(master, &key, 1) != 1) die("typing: %s", strerror(errno));
}
/* The prompt and the text, and below it just the words that fit. */
static void check_screen(void) {
  char wanted[LINES * COLUMNS + 1];
  int used = (int)((len + 2) / COLUMNS) + 1;
  memset(wanted, ' ', sizeof wanted);
  memcpy(wanted, "# ", 2);
  memcpy(wanted + 2, text, len);
  for (int i = 0; i < used; i++)
    if (memcmp(cells[i], wanted + i * COLUMNS, COLUMNS))
      die("row %d is \"%.80s\", not \"%.80s\"", i, cells[i], wanted + i * COLUMNS);
  CHECK_EQ(row * COLUMNS + column, at + 2);
  size_t start = at;
  while (start > 0 && text[start - 1] != ' ') start--;
  for (int i = 0; i < WORDS; i++) {
    bool seen = false, fits = VARIANT("words") && !strncmp(words[i], text + start, at - start);
    for (int below = used; below < LINES; below++) seen = seen || strstr(cells[below], words[i]);
    if (seen != fits) die("\"%s\" is %s", words[i], seen ? "shown" : "not shown");
  }
}
/* What comes until nothing has come for so long. */
static size_t listen_ms(int master, char *bytes, int ms) {
  struct pollfd look = {master, POLLIN, 0};
  size_t n = 0;
  for (int wait = 10000; poll(&look, 1, wait) > 0; wait = ms) {
    ssize_t more = read(master, bytes + n, SENT - n);
    if (more <= 0) die("the editor has gone");
    n += (size_t)more;
  }
  if (n == 0) die("nothing was drawn");
  feed(bytes, n);
  return n;
}

typedef struct { uint64_t median, p99, most, cpu, sent; } told_t;

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}
static uint64_t clock_ns(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t)) die("clock_gettime: %s", strerror(errno));
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}
static told_t terminal(int master, pid_t editor, size_t characters) {
  static char bytes[SENT], drawn[KEYS][SENT];
  size_t sent[KEYS];
  told_t told = {0, 0, 0, 0, 0};
  for (int i = 0; i < LINES; i++) clear(i, 0);
  listen_ms(master, bytes, 200);
  len = at = characters;
  for (size_t i = 0; i < len; i++) text[i] = i % 6 == 5 ? ' ' : (char)('c' + i % 7);
  memcpy(text + len - 2, " w", 2);
  if (write(master, text, len) != (ssize_t)len) die("typing: %s", strerror(errno));
  listen_ms(master, bytes, 200);
  if (VARIANT("front")) {
    at = 0;
    if (write(master, "\x01", 1) != 1) die("typing: %s", strerror(errno));
    listen_ms(master, bytes, 50);
  }
  check_screen();
  /* How a redraw ends is learned once: the same key in the same text draws the same. */
  for (int i = 0; i < 2 * KEYS; i++) {
    type(master, keys[i % KEYS]);
    sent[i % KEYS] = listen_ms(master, drawn[i % KEYS], 50);
    check_screen();
  }
  clockid_t cpu;
  if (clock_getcpuclockid(editor, &cpu)) die("the editor has no clock");
  uint64_t *took = (uint64_t *)calloc(n_ops, sizeof *took), before = clock_ns(cpu);
  if (!took) die("out of memory");
  for (uint64_t i = 0; i < n_ops; i++) {
    size_t key = i % KEYS, n = 0;
    struct pollfd look = {master, POLLIN, 0};
    uint64_t since = now_ns();
    type(master, keys[key]);
    while (n < sent[key]) {
      if (poll(&look, 1, 10000) != 1) die("of key %zu only %zu bytes came of %zu", key, n, sent[key]);
      ssize_t more = read(master, bytes + n, SENT - n);
      if (more <= 0) die("the editor has gone");
      n += (size_t)more;
    }
    took[i] = now_ns() - since;
    if (n != sent[key] || memcmp(bytes, drawn[key], n)) die("key %zu was drawn in another way", key);
    feed(bytes, n);
    check_screen();
    told.sent += n;
  }
  told.cpu = clock_ns(cpu) - before;
  qsort(took, n_ops, sizeof *took, by_size);
  told.median = took[n_ops / 2];
  told.p99 = took[n_ops * 99 / 100];
  told.most = took[n_ops - 1];
  free(took);
  if (write(master, "\n", 1) != 1) die("typing: %s", strerror(errno));
  return told;
}

/* ------------------------------------------------------------ the editor --- */
static lwt_t *complete(const char *before, const char *after, void *env) {
  char head[MOST];
  size_t start = strlen(before);
  (void)env;
  while (start > 0 && before[start - 1] != ' ') start--;
  memcpy(head, before, start);
  head[start] = '\0';
  return lwt_return_owned(lwt_read_line_complete(head, before + start, after, words, WORDS, ""),
                          (lwt_drop_fn)lwt_read_line_completion_release);
}

void redraw_cases(void) {
  size_t characters = strtoul(cas + strlen("redraw_"), NULL, 10);
  if (characters < 3 || characters > MOST / 2) die("unknown case %s", cas);
  setenv("TERM", "xterm", 1);
  int told[2], master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct winsize size = {LINES, COLUMNS, 0, 0};
  if (master < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &size) || pipe(told))
    die("no terminal: %s", strerror(errno));
  pid_t editor = getpid(), child = fork();
  if (child < 0) die("fork: %s", strerror(errno));
  if (child == 0) {
    close(told[0]);
    told_t all = terminal(master, editor, characters);
    if (write(told[1], &all, sizeof all) != sizeof all) die("telling: %s", strerror(errno));
    /* The editor ends when it likes, and what it draws then is taken from it. */
    char last[SENT];
    while (read(master, last, sizeof last) > 0) {
    }
    _exit(0);
  }
  close(told[1]);
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC), in = dup(0), out = dup(1);
  close(master);
  if (slave < 0 || in < 0 || out < 0 || dup2(slave, 0) < 0 || dup2(slave, 1) < 0) die("no terminal to edit in");
  close(slave);

  struct lwt_read_line_options options = lwt_read_line_options_default();
  if (VARIANT("words")) options.complete = complete;
  lwt_t *line = lwt_read_line_read_line(&options);
  lwt_main_run_until(line);
  dup2(in, 0);
  dup2(out, 1);
  close(in);
  close(out);
  if (lwt_exn_of(line)) die("%s: %s", cas, lwt_exn_message(lwt_exn_of(line)));
  /* The keys by turns: an even number of them leaves the text as it was. */
  CHECK_EQ(((const struct lwt_string *)lwt_value_of(line))->len, characters + n_ops % 2);
  lwt_release(line);
  told_t all;
  int status;
  if (read(told[0], &all, sizeof all) != sizeof all) die("the terminal has told nothing");
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  report(PEER, variant, cas, n_ops, n_ops, all.median * n_ops, all.cpu, "p99_ns=%llu max_ns=%llu sent=%.1f",
         (unsigned long long)all.p99, (unsigned long long)all.most, (double)all.sent / (double)n_ops);
}
