/* The bar on the terminal: a promise that draws ten times a second until it is
 * cancelled. It is drawn on stderr, and only when that is a terminal.
 */
#include "copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* A file costs about as much as this many bytes of content, however small it
 * is: with that, the time left is right for small files and for large ones. */
enum { BYTES_PER_FILE = 64 << 10 };

struct progress {
  struct copy *copy;
  struct survey *survey;
  double seen_at, seen_cost; /* when we drew last, and how much was done then */
  double rate;               /* cost a second, the last seconds counting most */
};

static bool drawn;

double now(void)
{
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

bool progress_possible(void)
{
  const char *terminal = getenv("TERM");

  return isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void clear_progress(void)
{
  if (drawn)
    fputs("\r\033[K", stderr);
  drawn = false;
}

static int columns(void)
{
  struct winsize size;

  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col;
}

/* 1234567 as 1,234,567 */
static const char *grouped(char text[32], uint64_t number)
{
  char digits[32];
  int length = snprintf(digits, sizeof digits, "%" PRIu64, number), at = 0;

  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      text[at++] = ',';
    text[at++] = digits[i];
  }
  text[at] = '\0';
  return text;
}

static double megabytes(uint64_t bytes)
{
  return (double)bytes / 1e6;
}

static uint64_t files_done(const struct tally *tally)
{
  return tally->files + tally->hard_links + tally->symlinks + tally->specials;
}

static double cost(uint64_t files, uint64_t bytes)
{
  return (double)files * BYTES_PER_FILE + (double)bytes;
}

static void follow_rate(struct progress *progress, double done, double time)
{
  double passed = time - progress->seen_at;

  if (passed <= 0)
    return;
  double rate = (done - progress->seen_cost) / passed;
  double weight = passed < 3.0 ? passed / 3.0 : 1.0;
  progress->rate = progress->rate == 0 ? rate : progress->rate * (1 - weight) + rate * weight;
  progress->seen_at = time;
  progress->seen_cost = done;
}

static void time_left(char text[32], const struct progress *progress, double left)
{
  double seconds = progress->rate > 0 ? left / progress->rate : 0;

  if (progress->rate <= 0 || seconds > 359999)
    strcpy(text, "-:--");
  else if (seconds >= 3600)
    snprintf(text, 32, "%d:%02d:%02d", (int)seconds / 3600, (int)seconds / 60 % 60,
             (int)seconds % 60);
  else
    snprintf(text, 32, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
}

static void print_bar(double part, int width)
{
  putc('[', stderr);
  for (int i = 0; i < width; i++)
    putc(i < part * width ? '#' : '.', stderr);
  fputs("] ", stderr);
}

static void draw(struct progress *progress)
{
  const struct tally *tally = &progress->copy->tally;
  uint64_t files = files_done(tally), all_files = 0, all_bytes = 0;
  bool counted = survey_result(progress->survey, &all_files, &all_bytes);
  double done = cost(files, tally->bytes), all = cost(all_files, all_bytes), time = now();
  double speed = megabytes(tally->bytes) / (time - progress->copy->started + 1e-9);
  char text[256], left[32], a[32], b[32];
  int length, width = columns() - 1;

  follow_rate(progress, done, time);
  time_left(left, progress, all > done ? all - done : 0);
  if (counted)
    length = snprintf(text, sizeof text, "%s/%s files  %.1f/%.1f MB  %.1f MB/s  %s left",
                      grouped(a, files), grouped(b, all_files), megabytes(tally->bytes),
                      megabytes(all_bytes), speed, left);
  else
    length = snprintf(text, sizeof text, "%s files  %.1f MB  %.1f MB/s  (%s counted)",
                      grouped(a, files), megabytes(tally->bytes), speed,
                      grouped(b, all_files));

  fputs("\r\033[K", stderr);
  if (counted && width - length - 3 >= 10)
    print_bar(all > 0 ? done / all : 1, width - length - 3 > 40 ? 40 : width - length - 3);
  fprintf(stderr, "%.*s", width > 0 ? width : 0, text);
  fflush(stderr);
  drawn = true;
}

static lwt_t *draw_on(lwt_value value, void *env)
{
  (void)value;
  draw(env);
  return lwt_bind(lwt_unix_sleep(0.1), draw_on, env, NULL);
}

lwt_t *show_progress(struct copy *copy, struct survey *survey)
{
  struct progress *progress = lwt_unix_new(struct progress);

  *progress = (struct progress){ .copy = copy, .survey = survey, .seen_at = copy->started };
  lwt_t *drawing = draw_on(LWT_UNIT, progress);
  lwt_on_termination(drawing, free, progress, NULL);
  return drawing;
}

void print_summary(const struct copy *copy)
{
  const struct tally *tally = &copy->tally;
  double seconds = now() - copy->started;
  char text[32];

  printf("%s files", grouped(text, tally->files));
  printf(", %s directories", grouped(text, tally->directories));
  if (tally->symlinks > 0)
    printf(", %s symbolic links", grouped(text, tally->symlinks));
  if (tally->hard_links > 0)
    printf(", %s hard links", grouped(text, tally->hard_links));
  if (tally->specials > 0)
    printf(", %s special files", grouped(text, tally->specials));
  printf(", %.1f MB in %.2f s (%.1f MB/s)", megabytes(tally->bytes), seconds,
         megabytes(tally->bytes) / (seconds + 1e-9));
  if (tally->failed > 0)
    printf("; %s not copied", grouped(text, tally->failed));
  putchar('\n');
}
