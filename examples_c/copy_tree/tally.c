/* How far the copying is and how long it will take, in words. */
#include "copy.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A file costs about as much as this many bytes of content, however small it
 * is: with that, the time left is right for small files and for large ones. */
enum { BYTES_PER_FILE = 64 << 10 };

double now(void)
{
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
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

double how_far(struct progress *progress, char *text, size_t size)
{
  const struct tally *tally = &progress->copy->tally;
  uint64_t files = files_done(tally), all_files = 0, all_bytes = 0;
  bool counted = survey_result(progress->survey, &all_files, &all_bytes);
  double done = cost(files, tally->bytes), all = cost(all_files, all_bytes), time = now();
  double speed = megabytes(tally->bytes) / (time - progress->copy->started + 1e-9);
  char left[32], a[32], b[32];

  follow_rate(progress, done, time);
  time_left(left, progress, all > done ? all - done : 0);
  if (!counted) {
    snprintf(text, size, "%s files  %.1f MB  %.1f MB/s  (%s counted)", grouped(a, files),
             megabytes(tally->bytes), speed, grouped(b, all_files));
    return -1;
  }
  snprintf(text, size, "%s/%s files  %.1f/%.1f MB  %.1f MB/s  %s left", grouped(a, files),
           grouped(b, all_files), megabytes(tally->bytes), megabytes(all_bytes), speed, left);
  return all <= 0 || done >= all ? 1 : done / all;
}

/* A buffer that is written on. */
struct line {
  char *text;
  size_t size, length;
};

static void add(struct line *line, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  int length = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
  va_end(arguments);
  if (length > 0)
    line->length += (size_t)length;
  if (line->length >= line->size)
    line->length = line->size - 1;
}

void summary(const struct copy *copy, char *text, size_t size)
{
  const struct tally *tally = &copy->tally;
  double seconds = now() - copy->started;
  struct line line = { text, size, 0 };
  char number[32];

  add(&line, "%s files", grouped(number, tally->files));
  add(&line, ", %s directories", grouped(number, tally->directories));
  if (tally->symlinks > 0)
    add(&line, ", %s symbolic links", grouped(number, tally->symlinks));
  if (tally->hard_links > 0)
    add(&line, ", %s hard links", grouped(number, tally->hard_links));
  if (tally->specials > 0)
    add(&line, ", %s special files", grouped(number, tally->specials));
  add(&line, ", %.1f MB in %.2f s (%.1f MB/s)", megabytes(tally->bytes), seconds,
      megabytes(tally->bytes) / (seconds + 1e-9));
  if (tally->failed > 0)
    add(&line, "; %s not copied", grouped(number, tally->failed));
}
