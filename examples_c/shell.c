/* shell [-c LINE | FILE]: a small shell: pipelines, redirections, background
 * jobs, && and ||, and a ^C that ends what runs but not the shell.
 *
 *   cc -std=c99 -O2 -D_GNU_SOURCE -Iinclude -o shell examples_c/shell.c \
 *     examples_c/shell/parse.c examples_c/shell/run.c \
 *     -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * The shell is one fiber, which reads a line, runs it, and reads the next; while
 * it waits, for a line or a process, the main loop tells it of signals. Lines come
 * from LINE, from FILE, or from standard input, there with a prompt if that is a
 * terminal. It understands '...', "...", \, $NAME, $?, <, >, >>, 2>, 2>&1, |, &,
 * ;, && and ||, and does cd, exit, jobs and wait itself.
 */
#include "shell/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shell {
  const char *line; /* of -c; NULL: lines are read */
  lwt_io_channel *script;
  bool prompts;
  bool done;
  int status;
};

void *grow(void *block, size_t size)
{
  block = realloc(block, size > 0 ? size : 1);
  if (block == NULL) {
    fputs("shell: out of memory\n", stderr);
    abort();
  }
  return block;
}

char *copy(const char *text)
{
  return strcpy(grow(NULL, strlen(text) + 1), text);
}

/* What the shell does itself. False: it is none of that. */
static bool run_here(struct shell *shell, const struct command *command, int *status)
{
  const char *name = command->argv[0], *argument = command->argv[1];

  *status = 0;
  if (strcmp(name, "cd") == 0) {
    const char *folder = argument != NULL ? argument : getenv("HOME");
    if (chdir(folder != NULL ? folder : "/") != 0) {
      fprintf(stderr, "shell: cd: %s: %s\n", folder, strerror(errno));
      *status = 1;
    }
  } else if (strcmp(name, "exit") == 0) {
    *status = argument != NULL ? atoi(argument) & 255 : shell->status;
    shell->done = true;
  } else if (strcmp(name, "jobs") == 0) {
    tell_jobs(true);
  } else if (strcmp(name, "wait") == 0) {
    *status = wait_for_jobs();
  } else {
    return false;
  }
  return true;
}

static void run_parsed(struct shell *shell, const struct pipeline *pipeline)
{
  int status;
  bool alone = pipeline->count == 1 && !pipeline->background;

  if (pipeline->when == AFTER_SUCCESS && shell->status != 0) return;
  if (pipeline->when == AFTER_FAILURE && shell->status == 0) return;
  if (!alone || !run_here(shell, &pipeline->commands[0], &status))
    status = run_pipeline(pipeline);
  shell->status = status;
}

/* The line is read anew for each pipeline: what $NAME and $? stand for, the one
 * before may have changed. */
static void run_line(struct shell *shell, const char *text)
{
  bool more = true;

  for (int i = 0; more && !shell->done; i++) {
    struct line line;
    const char *wrong = parse(text, shell->status, &line);
    if (wrong != NULL) {
      fprintf(stderr, "shell: %s\n", wrong);
      shell->status = 2;
      return;
    }
    if (i < line.count) run_parsed(shell, &line.pipelines[i]);
    more = i + 1 < line.count;
    free_line(&line);
  }
}

static void prompt(void)
{
  fputs("$ ", stdout);
  fflush(stdout);
}

/* Reads lines up to the end. */
static void run_lines(struct shell *shell)
{
  const lwt_io_channel *from = shell->script != NULL ? shell->script : lwt_io_stdin();

  while (!shell->done) {
    if (shell->prompts) {
      tell_jobs(false);
      prompt();
    }
    lwt_exn *exn = NULL;
    lwt_value line = lwt_await(lwt_io_read_line_opt(from), &exn);
    if (exn != NULL) {
      fprintf(stderr, "shell: %s\n", lwt_exn_message(exn));
      lwt_exn_release(exn);
      shell->status = 2;
      return;
    }
    if (line == LWT_NONE) return;
    struct lwt_string *text = line;
    run_line(shell, text->data);
    lwt_string_release(text);
  }
}

static lwt_value run_shell(void *env)
{
  struct shell *shell = env;

  if (shell->line != NULL) {
    run_line(shell, shell->line);
  } else {
    run_lines(shell);
  }
  forget_jobs();
  return LWT_UNIT;
}

/* ^C: ends what runs in the foreground, or begins a new line. */
static void on_interrupt(int signum, void *env)
{
  struct shell *shell = env;

  if (interrupt_foreground(signum)) return;
  if (!shell->prompts) exit(128 + signum);
  putchar('\n');
  prompt();
}

int main(int argc, char **argv)
{
  struct shell shell = {NULL, NULL, false, false, 0};

  if (argc == 3 && strcmp(argv[1], "-c") == 0) {
    shell.line = argv[2];
  } else if (argc == 2 && argv[1][0] != '-') {
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd >= 0) shell.script = lwt_io_of_unix_fd(fd, LWT_IO_INPUT, 0);
    if (shell.script == NULL) {
      fprintf(stderr, "shell: %s: %s\n", argv[1], strerror(errno));
      return 127;
    }
  } else if (argc != 1) {
    fputs("usage: shell [-c LINE | FILE]\n", stderr);
    return 2;
  }
  shell.prompts = argc == 1 && isatty(0);
  lwt_unix_signal_handler *handler;
  if (lwt_unix_on_signal(SIGINT, on_interrupt, &shell, NULL, &handler) != LWT_OK) return 2;
  lwt_main_run(lwt_spawn(run_shell, &shell, NULL, 0), NULL);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  lwt_io_channel_release(shell.script);
  return shell.status;
}
