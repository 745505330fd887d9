/* One copying, seen from the window: places, progress, errors, the end. */
#include "window.h"

#include <stdio.h>
#include <stdlib.h>

enum { JOBS = 32, SLOW_JOBS = 4 };

struct run {
  struct copy copy; /* first: what copy_tree gives back leads to the run */
  struct window *window;
  struct survey *survey;
  struct progress progress;
};

static void say(struct copy *copy, const char *line)
{
  show_error(((struct run *)copy)->window, line);
}

static lwt_t *draw(lwt_value value, void *env)
{
  struct run *run = env;
  char text[256];

  (void)value;
  show_part(run->window, how_far(&run->progress, text, sizeof text));
  show_state(run->window, text);
  return lwt_bind(lwt_unix_sleep(0.1), draw, run, NULL);
}

static void show_end(struct run *run)
{
  char text[512];

  summary(&run->copy, text, sizeof text);
  if (should_stop() && !run->copy.full) {
    char *line = g_strdup_printf("Cancelled: the copy is not complete. %s", text);
    show_state(run->window, line);
    g_free(line);
    return;
  }
  if (run->copy.tally.failed == 0)
    show_part(run->window, 1);
  show_state(run->window, text);
}

/* The counting has ended too, and nothing uses the run any more. */
static lwt_t *ended(lwt_value value, void *env)
{
  struct run *run = env;
  bool whole = run->copy.tally.failed == 0 && !should_stop();

  (void)value;
  close_lanes();
  hard_link_forget_all();
  leave_places(&run->copy);
  free(run->survey);
  return lwt_return(LWT_INT(whole ? 0 : 1));
}

static lwt_t *copied(lwt_value value, void *env)
{
  struct run *run = env;

  (void)value;
  show_end(run);
  end_survey(run->survey);
  return lwt_return(LWT_UNIT);
}

lwt_t *run_copy(struct window *window, const char *source, const char *target)
{
  struct run *run = lwt_unix_new(struct run);
  const char *about, *refusal;
  lwt_t *counted;

  *run = (struct run){ .copy = { .source = source,
                                 .target = target,
                                 .most_in_flight = window->delay > 0 ? SLOW_JOBS : JOBS,
                                 .target_fd = -1,
                                 .delay = window->delay,
                                 .say = say },
                       .window = window };
  refusal = find_places(&run->copy, &about);
  if (refusal == NULL && !open_lanes(run->copy.most_in_flight)) {
    close_lanes();
    leave_places(&run->copy);
    about = source;
    refusal = "there are no threads to copy with";
  }
  if (refusal != NULL) {
    char *line = g_strdup_printf("\"%s\": %s", about, refusal);
    show_error(window, line);
    g_free(line);
    free(run);
    return lwt_return(LWT_INT(1));
  }
  start_over();
  allow_descriptors(&run->copy);
  run->copy.started = now();
  run->survey = start_survey(run->copy.source_fd, &counted);
  run->progress = (struct progress){ .copy = &run->copy,
                                     .survey = run->survey,
                                     .seen_at = run->copy.started };

  lwt_t *copying[] = { copy_root(&run->copy), draw(LWT_UNIT, run) };
  lwt_t *both[] = { lwt_bind(lwt_pick(copying, 2), copied, run, NULL), counted };
  return lwt_bind(lwt_join(both, 2), ended, run, free);
}
