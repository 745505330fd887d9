/* dashboard: 100,000 events a second arrive, and what they come to is drawn ten times a
 * second at most.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/dashboard.c -o dashboard -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * The readings are an event; how many there were, and the highest, are signals derived
 * from it, each updated at every reading. What is drawn is one more signal, limited by a
 * tenth of a second's sleep: in between it takes the latest value only, and the last one
 * always gets through. On a terminal the line is drawn over itself, else there are many. */
#include <lwt_engine.h>
#include <lwt_event.h>
#include <lwt_main.h>
#include <lwt_signal.h>
#include <lwt_term.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double PER_SECOND = 100000, REDRAW = 0.1, TICK = 0.002;

static const char usage[] =
  "usage: dashboard [--seconds N]\n"
  "Takes in 100,000 readings a second for N seconds (1), and draws ten times a second\n"
  "how many there were, and the highest. Ends with how often it has drawn.\n";

static lwt_event_sender *reading;
static lwt_signal *highest;
static double began;
static long sent, redraws;
static unsigned noise = 1;
static bool terminal;

static lwt_value one_more(lwt_value count, lwt_value value, void *env)
{
  (void)value, (void)env;
  return LWT_INT(LWT_TO_INT(count) + 1);
}

static lwt_value larger(lwt_value a, lwt_value b, void *env)
{
  (void)env;
  return LWT_TO_INT(a) > LWT_TO_INT(b) ? a : b;
}

static lwt_t *a_moment(void *env)
{
  (void)env;
  return lwt_unix_sleep(REDRAW);
}

/* The readings of another tick: as many as the clock says. */
static lwt_t *tick(void *env)
{
  (void)env;
  long due = (long)((lwt_engine_now() - began) * PER_SECOND);
  for (; sent < due; sent++) {
    noise = noise * 1664525u + 1013904223u;
    lwt_event_send(reading, LWT_INT(noise >> 12));
  }
  return lwt_unix_sleep(TICK);
}

static void draw(lwt_value count, void *env)
{
  (void)env;
  redraws++;
  long events = (long)LWT_TO_INT(count), top = (long)LWT_TO_INT(lwt_signal_value(highest));
  if (!terminal) {
    printf("%ld events, highest %ld\n", events, top);
    return;
  }
  /* Written in this order, each as soon as it can be. */
  lwt_release(lwt_term_goto_beginning_of_line(0));
  lwt_release(lwt_term_clear_line());
  lwt_release(lwt_term_printc(LWT_STYLED(LWT_BOLD, LWT_TEXTF("%ld", events), LWT_RESET,
                                         LWT_TEXTF(" events, highest %ld", top))));
}

int main(int argc, char **argv)
{
  double seconds = 1;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return fputs(usage, stdout) < 0;
    char *end = NULL;
    if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) seconds = strtod(argv[++i], &end);
    if (end == NULL || *end != '\0' || !(seconds >= 0 && seconds <= 86400)) {
      fputs(usage, stderr);
      return 2;
    }
  }
  terminal = isatty(STDOUT_FILENO);
  began = lwt_engine_now();

  lwt_event *readings = lwt_event_create(&reading);
  lwt_signal *count = lwt_signal_fold(one_more, NULL, NULL, LWT_INT(0), NULL, readings);
  highest = lwt_signal_fold(larger, NULL, NULL, LWT_INT(0), NULL, readings);
  lwt_signal *limited = lwt_signal_limit(count, a_moment, NULL, NULL);
  lwt_signal *drawn = lwt_signal_trace(limited, NULL, draw, NULL, NULL);

  lwt_event *ticks = lwt_event_from(tick, NULL, NULL); /* for as long as it is held */
  lwt_main_run(lwt_unix_sleep(seconds), NULL);
  lwt_event_release(ticks);
  lwt_main_run(lwt_unix_sleep(1.5 * REDRAW), NULL); /* the last value gets through */

  bool right = LWT_TO_INT(lwt_signal_value(limited)) == sent &&
               redraws <= (long)((lwt_engine_now() - began) / REDRAW) + 2;
  if (terminal)
    lwt_main_run(lwt_term_printlc(LWT_STYLED(LWT_TEXTF("\n%ld events, %ld redraws", sent, redraws))),
                 NULL);
  else
    printf("%ld events, %ld redraws\n", sent, redraws);
  lwt_signal_release(drawn);
  lwt_signal_release(limited);
  lwt_signal_release(highest);
  lwt_signal_release(count);
  lwt_event_release(readings);
  lwt_event_sender_release(reading);
  return right ? 0 : 1;
}
