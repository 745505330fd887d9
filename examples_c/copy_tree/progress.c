/* The bar on the terminal: a promise that draws ten times a second until it is
 * cancelled. It is drawn on stderr, and only when that is a terminal.
 */
#include "copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool drawn;

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

static void print_bar(double part, int width)
{
  putc('[', stderr);
  for (int i = 0; i < width; i++)
    putc(i < part * width ? '#' : '.', stderr);
  fputs("] ", stderr);
}

static void draw(struct progress *progress)
{
  char text[256];
  double part = how_far(progress, text, sizeof text);
  int length = (int)strlen(text), width = columns() - 1;

  fputs("\r\033[K", stderr);
  if (part >= 0 && width - length - 3 >= 10)
    print_bar(part, width - length - 3 > 40 ? 40 : width - length - 3);
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
  char text[512];

  summary(copy, text, sizeof text);
  puts(text);
}
