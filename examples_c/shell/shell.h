/* The parts of the example `shell`:
 *
 *   parse.c   a line as a list of pipelines
 *   run.c     pipelines as processes; jobs in the background
 *   shell.c   reading lines, and what the shell does itself
 */
#ifndef SHELL_H
#define SHELL_H
#include <lwt.h>
#include <lwt_direct.h>
#include <lwt_io.h>
#include <lwt_main.h>
#include <lwt_process.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stddef.h>

/* A program, or something that the shell does itself. */
struct command {
  char **argv; /* with a NULL behind them */
  int argc;
  char *input, *output, *error; /* names of files, or NULL */
  bool append, error_to_output;
};

/* When a pipeline is run. */
enum when { ALWAYS, AFTER_SUCCESS, AFTER_FAILURE };

struct pipeline {
  struct command *commands;
  int count;
  enum when when;
  bool background;
  char *text; /* for people */
};

struct line {
  struct pipeline *pipelines;
  int count;
};

/* Reads a line; `status` stands for $?. NULL, or what is wrong with it: then
 * there is nothing to be freed. */
const char *parse(const char *text, int status, struct line *line);
void free_line(struct line *line);

/* All on a fiber. Runs a pipeline, and returns its status; that of one in the
 * background is 0. */
int run_pipeline(const struct pipeline *pipeline);
/* Sends a signal to what runs in the foreground. False: nothing does. */
bool interrupt_foreground(int signum);
/* Tells of the jobs in the background: all, or those that have ended, which are
 * forgotten then. */
void tell_jobs(bool all);
/* Waits for all jobs; returns the status of the last one. */
int wait_for_jobs(void);
void forget_jobs(void);

/* Memory that is there, or the end. */
void *grow(void *block, size_t size);
char *copy(const char *text);
#endif
