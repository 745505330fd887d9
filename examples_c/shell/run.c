/* Pipelines as processes: each reads from a pipe that the one before writes to.
 * The descriptors are moved to the processes, so that here none stays open. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What was started of a pipeline. */
struct running {
  lwt_process **processes;
  int count;
};

/* A pipeline in the background. */
struct job {
  int number;
  char *text;
  struct running running;
  struct job *next;
};
static struct job *jobs;

static struct running foreground;

/* As shells tell it. */
static int exit_code(int status)
{
  if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static struct lwt_process_redirection moved(int fd)
{
  struct lwt_process_redirection keep = {LWT_PROCESS_KEEP, 0};
  return fd < 0 ? keep : lwt_process_fd_move(fd);
}

/* Opens a file of a redirection in the place of *fd. False: it says why not. */
static bool open_file(const char *name, int flags, int *fd)
{
  if (name == NULL) return true;
  if (*fd >= 0) close(*fd);
  *fd = open(name, flags | O_CLOEXEC, 0666);
  if (*fd < 0) fprintf(stderr, "shell: %s: %s\n", name, strerror(errno));
  return *fd >= 0;
}

/* Starts a command that reads from `input` and writes to `output`, where these
 * are not -1; both are given away. NULL: it says why not. */
static lwt_process *start(const struct command *command, int input, int output, int group)
{
  struct lwt_process_options options = lwt_process_options_default();
  int error = -1, to_file = O_WRONLY | O_CREAT | (command->append ? O_APPEND : O_TRUNC);

  bool opened = open_file(command->input, O_RDONLY, &input) &&
                open_file(command->output, to_file, &output) &&
                open_file(command->error, O_WRONLY | O_CREAT | O_TRUNC, &error);
  if (!opened) {
    if (input >= 0) close(input);
    if (output >= 0) close(output);
    return NULL;
  }
  options.input = moved(input);
  options.output = moved(output);
  options.error = moved(error);
  if (command->error_to_output)
    options.error = output >= 0 ? lwt_process_fd_move(output) : lwt_process_fd_copy(1);
  options.group = group;
  const char *const *argv = (const char *const *)command->argv;
  lwt_exn *exn = NULL;
  lwt_t *started = lwt_process_open_process_none(lwt_process_program(argv), &options);
  lwt_process *process = lwt_await(started, &exn);
  if (exn == NULL) return process;
  fprintf(stderr, "shell: %s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
  return NULL;
}

/* Starts all of a pipeline. One that can't be started leaves a hole: the next
 * finds the end of its input. */
static struct running start_all(const struct pipeline *pipeline)
{
  struct running running = {NULL, 0};
  int input = -1, group = pipeline->background ? -1 : 0;

  running.processes = grow(NULL, (size_t)pipeline->count * sizeof *running.processes);
  for (int i = 0; i < pipeline->count; i++) {
    int ends[2] = {-1, -1};
    if (i + 1 < pipeline->count && pipe2(ends, O_CLOEXEC) != 0) {
      perror("shell: pipe");
      ends[0] = ends[1] = -1;
    }
    /* What runs in the background does not read what is typed. */
    if (i == 0 && pipeline->background) input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    lwt_process *process = start(&pipeline->commands[i], input, ends[1], group);
    if (process != NULL && group == -1) group = lwt_process_pid(process);
    running.processes[running.count++] = process;
    input = ends[0];
  }
  return running;
}

static void forget(struct running *running)
{
  for (int i = 0; i < running->count; i++) lwt_process_release(running->processes[i]);
  free(running->processes);
  running->processes = NULL;
  running->count = 0;
}

/* Waits for all of them; the status of the last, and 127 for who says that it
 * could not be run. */
static int wait_for(const struct pipeline *pipeline, const struct running *running)
{
  int code = 1;

  for (int i = 0; i < running->count; i++) {
    if (running->processes[i] == NULL) continue;
    lwt_exn *exn = NULL;
    lwt_value status = lwt_await(lwt_process_status(running->processes[i]), &exn);
    if (exn != NULL) {
      fprintf(stderr, "shell: %s\n", lwt_exn_message(exn));
      lwt_exn_release(exn);
      continue;
    }
    if (exit_code((int)LWT_TO_INT(status)) == 127 && pipeline != NULL)
      fprintf(stderr, "shell: %s: not found\n", pipeline->commands[i].argv[0]);
    if (i + 1 == running->count) code = exit_code((int)LWT_TO_INT(status));
  }
  return code;
}

int run_pipeline(const struct pipeline *pipeline)
{
  struct running running = start_all(pipeline);

  if (pipeline->background) {
    struct job **last = &jobs, *job = grow(NULL, sizeof *job);
    job->number = 1;
    for (; *last != NULL; last = &(*last)->next) job->number = (*last)->number + 1;
    job->text = copy(pipeline->text);
    job->running = running;
    job->next = NULL;
    *last = job;
    return 0;
  }
  foreground = running;
  int code = wait_for(pipeline, &running);
  foreground.count = 0;
  forget(&running);
  return code;
}

bool interrupt_foreground(int signum)
{
  for (int i = 0; i < foreground.count; i++)
    if (foreground.processes[i] != NULL)
      lwt_release(lwt_process_kill(foreground.processes[i], signum));
  return foreground.count > 0;
}

static bool is_running(const struct running *running)
{
  for (int i = 0; i < running->count; i++)
    if (running->processes[i] != NULL &&
        lwt_process_state(running->processes[i], NULL) == LWT_PROCESS_RUNNING)
      return true;
  return false;
}

static void forget_job(struct job **place)
{
  struct job *job = *place;
  *place = job->next;
  forget(&job->running);
  free(job->text);
  free(job);
}

void tell_jobs(bool all)
{
  for (struct job **place = &jobs; *place != NULL;) {
    bool runs = is_running(&(*place)->running);
    if (all || !runs)
      printf("[%d] %s: %s\n", (*place)->number, runs ? "running" : "done", (*place)->text);
    if (runs) {
      place = &(*place)->next;
    } else {
      forget_job(place);
    }
  }
  fflush(stdout);
}

int wait_for_jobs(void)
{
  int code = 0;

  while (jobs != NULL) {
    foreground = jobs->running; /* what is waited for can be interrupted */
    code = wait_for(NULL, &jobs->running);
    foreground.count = 0;
    forget_job(&jobs);
  }
  return code;
}

void forget_jobs(void)
{
  while (jobs != NULL) forget_job(&jobs);
}
