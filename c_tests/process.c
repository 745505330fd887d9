/* tsan: no (its own clone() knows no child that shares the memory until it has a program) */
/* Processes: their objects, commands, bad arguments, what is closed and reaped. */
#include "processes.h"

#include <pthread.h>
#include <sys/resource.h>

TEST(a_process_object_tells_its_state_and_what_it_has_used) {
  lwt_process *process = opened(lwt_process_open_process_out(sh("read end; exit 7"), NULL));
  int status = -5;
  CHECK(lwt_process_pid(process) > 0);
  CHECK_INT(lwt_process_state(process, &status), LWT_PROCESS_RUNNING);
  CHECK_INT(status, -5);
  CHECK_PTR(lwt_process_stdout(process), NULL);
  CHECK_PTR(lwt_process_stderr(process), NULL);
  CHECK_INT(run(lwt_process_close(process)), EXITED(7));
  CHECK_INT(run(lwt_process_status(process)), EXITED(7));
  CHECK_INT(lwt_process_state(process, &status), LWT_PROCESS_EXITED);
  CHECK_INT(status, EXITED(7));
  CHECK_INT(lwt_process_state(process, NULL), LWT_PROCESS_EXITED);
  lwt_t *used = lwt_process_rusage(process);
  CHECK_STATE(used, LWT_RETURN);
  const struct lwt_unix_resource_usage *usage = lwt_value_of(used);
  CHECK(usage->utime >= 0 && usage->stime >= 0 && usage->utime + usage->stime < 60);
  lwt_release(used);
  CHECK_INT(run(lwt_process_close(process)), EXITED(7));
  lwt_process_release(process);
  CHECK_INT(lwt_unix_wait_count(), 0);
}

TEST(kill_and_terminate_are_for_who_still_runs) {
  lwt_process *process = opened(lwt_process_open_process_none(sh("exec sleep 100"), NULL));
  CHECK_FAILS(lwt_process_kill(process, 1000), LWT_UNIX_ERROR);
  CHECK_RETURNS(lwt_process_kill(process, 0), 0);
  CHECK_RETURNS(lwt_process_kill(process, SIGTERM), 0);
  CHECK_INT(run(lwt_process_status(process)), SIGTERM);
  CHECK_RETURNS(lwt_process_kill(process, SIGTERM), 0);
  CHECK_RETURNS(lwt_process_terminate(process), 0);
  lwt_process_release(process);
  process = opened(lwt_process_open_process_none(sh("trap '' TERM; exec sleep 100"), NULL));
  CHECK_RETURNS(lwt_process_terminate(process), 0);
  CHECK_INT(run(lwt_process_status(process)), SIGKILL);
  lwt_process_release(process);
}

TEST(cancelling_status_does_not_cancel_the_wait) {
  lwt_process *process = opened(lwt_process_open_process_out(sh("cat >/dev/null; exit 2"), NULL));
  lwt_t *status = lwt_process_status(process), *usage = lwt_process_rusage(process);
  lwt_t *other = lwt_process_status(process);
  lwt_cancel(status);
  lwt_cancel(usage);
  CHECK_FAILS(status, LWT_CANCELED);
  CHECK_FAILS(usage, LWT_CANCELED);
  lwt_t *closed = lwt_process_close(process);
  lwt_cancel(closed);
  lwt_release(closed);
  CHECK_INT(run(other), EXITED(2));
  lwt_process_release(process);
}

TEST(the_channels_of_each_form_lead_where_they_should) {
  lwt_process *process = opened(lwt_process_open_process(sh("read line; echo got $line"), NULL));
  lwt_io_channel *to = lwt_process_stdin(process), *from = lwt_process_stdout(process);
  CHECK_PTR(lwt_process_stderr(process), NULL);
  CHECK_INT(run(lwt_io_write(to, "this\n", 5)), 0);
  CHECK_TEXT(lwt_io_read_line(from), "got this");
  lwt_io_channel_release(to);
  lwt_io_channel_release(from);
  CHECK_INT(run(lwt_process_close(process)), 0);
  lwt_process_release(process);

  process = opened(lwt_process_open_process_full(sh("cat; echo error >&2"), NULL));
  to = lwt_process_stdin(process);
  from = lwt_process_stdout(process);
  lwt_io_channel *errors = lwt_process_stderr(process);
  CHECK_INT(run(lwt_io_write(to, "text\n", 5)), 0);
  CHECK_INT(run(lwt_io_close(to)), 0);
  CHECK_TEXT(lwt_io_read_line(from), "text");
  CHECK_TEXT(lwt_io_read_line(errors), "error");
  CHECK_INT(run(lwt_process_close(process)), 0);
  CHECK_INT(run(lwt_io_read_line(from)), -LWT_CLOSED);
  lwt_io_channel_release(to);
  lwt_io_channel_release(from);
  lwt_io_channel_release(errors);
  lwt_process_release(process);
}

TEST(a_process_that_is_dropped_is_closed_and_reaped) {
  lwt_process *process = opened(lwt_process_open_process(sh("cat"), NULL));
  CHECK_INT(lwt_unix_wait_count(), 1);
  lwt_process_release(process); /* cat finds the end of its input */
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  lwt_release(lwt_process_open_process_full(sh("cat"), NULL)); /* with its promise */
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
}

TEST(close_waits_until_what_was_written_is_sent) {
  static char much[300000]; /* more than a pipe holds */
  int go[2];
  CHECK_INT(pipe2(go, O_CLOEXEC), 0);
  struct lwt_process_options options = lwt_process_options_default();
  options.error = lwt_process_fd_copy(go[0]);
  /* The process ends at once; another one reads its input, when it is told to. */
  lwt_process *process = opened(lwt_process_open_process_out(
    sh("exec 3<&0; (read word <&2; cat <&3 >/dev/null) & exit 6"), &options));
  lwt_io_channel *to = lwt_process_stdin(process);
  lwt_t *written = lwt_io_write(to, much, sizeof much);
  lwt_t *closed = lwt_process_close(process);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  turns(5);
  CHECK_SLEEPS(closed);
  CHECK_INT(write(go[1], "go\n", 3), 3);
  CHECK_INT(run(closed), EXITED(6));
  CHECK_INT(run(written), 0);
  CHECK_INT(close(go[0]) + close(go[1]), 0);
  lwt_io_channel_release(to);
  lwt_process_release(process);
}

TEST(text_is_read_as_a_whole_by_lines_and_by_bytes) {
  CHECK_TEXT(lwt_process_pread(sh("echo a; echo b"), NULL), "a\nb\n");
  CHECK_TEXT(lwt_process_pread(sh("true"), NULL), "");
  CHECK_TEXT(lwt_process_pread_line(sh("echo a; echo b"), NULL), "a");
  CHECK_INT(run(lwt_process_pread_line(sh("true"), NULL)), -LWT_END_OF_FILE);
  CHECK_STR(lines_of(lwt_process_pread_lines(sh("echo a; echo b; printf c"), NULL)), "a|b|c|");
  lwt_stream *bytes = lwt_process_pread_chars(sh("printf xy"), NULL);
  CHECK_INT(run(lwt_stream_next(bytes)), 'x');
  CHECK_INT(run(lwt_stream_next(bytes)), 'y');
  CHECK_INT(run(lwt_stream_next(bytes)), -LWT_EMPTY);
  lwt_stream_release(bytes);
}

TEST(a_stream_that_is_given_up_closes_its_process) {
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  lwt_stream *lines = lwt_process_pread_lines(sh("echo a; exec cat /dev/zero"), NULL);
  lwt_t *first = lwt_stream_next(lines);
  lwt_main_run_until(first);
  CHECK_STATE(first, LWT_RETURN);
  lwt_release(first);
  CHECK_INT(lwt_unix_wait_count(), 1);
  lwt_stream_release(lines); /* it dies of SIGPIPE, although we ignore that */
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
}

TEST(text_is_written_in_each_form) {
  char path[] = "/tmp/lwt_process_XXXXXX", line[300], text[100] = "";
  int fd = mkstemp(path);
  struct lwt_process_options options = lwt_process_options_default();
  options.output = lwt_process_fd_copy(fd);
  const char *const lines[] = {"c", "d"};
  snprintf(line, sizeof line, "cat");
  CHECK_INT(run(lwt_process_pwrite(sh(line), &options, "a\n", 2)), 0);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  CHECK_INT(run(lwt_process_pwrite_line(sh(line), &options, "b")), 0);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  CHECK_INT(run(lwt_process_pwrite_lines(sh(line), &options, stream_of(lines, 2))), 0);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  lwt_value bytes[] = {LWT_INT('e'), LWT_INT('\n')};
  CHECK_INT(run(lwt_process_pwrite_chars(sh(line), &options, lwt_stream_of_list(bytes, 2))), 0);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
  CHECK(pread(fd, text, sizeof text - 1, 0) > 0);
  CHECK_STR(text, "a\nb\nc\nd\ne\n");
  close(fd);
  unlink(path);
}

TEST(bytes_are_mapped) {
  lwt_value bytes[] = {LWT_INT('a'), LWT_INT('b')};
  lwt_stream *upper =
      lwt_process_pmap_chars(sh("tr a-z A-Z"), NULL, lwt_stream_of_list(bytes, 2));
  CHECK_INT(run(lwt_stream_next(upper)), 'A');
  CHECK_INT(run(lwt_stream_next(upper)), 'B');
  CHECK_INT(run(lwt_stream_next(upper)), -LWT_EMPTY);
  lwt_stream_release(upper);
}

static lwt_t *fails_at_once(void *env) {
  (void)env;
  return lwt_fail(exn(LWT_FULL));
}
TEST(a_stream_tells_once_that_feeding_failed) {
  lwt_stream *source = lwt_stream_from(fails_at_once, NULL, NULL);
  lwt_stream *lines = lwt_process_pmap_lines(sh("cat; echo a; echo b"), NULL, source);
  int elements = 0, failures = 0;
  for (bool more = true; more;) { /* before, between or after them: as it happens */
    lwt_t *p = lwt_stream_get(lines);
    lwt_main_run_until(p);
    if (lwt_state(p) == LWT_FAIL) {
      CHECK_INT(kind_of(p), LWT_FULL);
      failures++;
    } else if (lwt_value_of(p) == LWT_NONE) {
      more = false;
    } else {
      CHECK_STR(((const struct lwt_string *)lwt_value_of(p))->data, elements++ == 0 ? "a" : "b");
    }
    lwt_release(p);
  }
  CHECK_INT(elements, 2);
  CHECK_INT(failures, 1);
  lwt_stream_release(lines);
}

TEST(cancelling_closes_the_channels_of_both_directions) {
  lwt_t *p = lwt_process_pmap(sh("exec cat - /dev/zero"), NULL, "a", 1);
  turns(2);
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  WAIT_UNTIL(lwt_unix_wait_count() == 0); /* it has died of SIGPIPE */
  p = lwt_process_pread(sh("exec cat /dev/zero"), NULL);
  turns(2);
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
}
TEST(cancelling_does_not_wait_for_a_program_that_does_not_read) {
  static char much[1 << 20];
  int gate[2];
  CHECK_INT(pipe2(gate, O_CLOEXEC), 0);
  CHECK_INT(dup2(gate[0], 9), 9); /* the program has it, and its input */
  lwt_t *p = lwt_process_pwrite(sh("head -c1 <&9 >/dev/null; true"), NULL, much, sizeof much);
  turns(2);
  close(9);
  close(gate[0]);
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  CHECK_INT(lwt_unix_wait_count(), 1);
  close(gate[1]);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
}

/* ---------------------------------------------------- with_process_* --- */
static lwt_process *seen;
static lwt_t *uses(const lwt_process *process, void *env) {
  seen = lwt_process_retain(process);
  return env_thunk(env);
}
TEST(with_process_closes_it_whatever_happens) {
  lwt_t *(*forms[])(struct lwt_process_command, const struct lwt_process_options *,
                    lwt_process_fn, void *, lwt_drop_fn) = {
      lwt_process_with_process_none, lwt_process_with_process_in, lwt_process_with_process_out,
      lwt_process_with_process, lwt_process_with_process_full};
  for (size_t i = 0; i < 5; i++) {
    ENV(fine);
    fine.value = LWT_INT(9);
    CHECK_INT(run(forms[i](sh("exit 1"), NULL, uses, &fine, env_drop)), 9);
    CHECK_ENV(fine, 1, 1);
    int status;
    CHECK_INT(lwt_process_state(seen, &status), LWT_PROCESS_EXITED);
    CHECK_INT(status, EXITED(1));
    CHECK_PTR(lwt_process_stdin(seen) != NULL ? &fine : NULL, i >= 2 ? &fine : NULL);
    lwt_process_release(seen);
    ENV_RAISING(bad, LWT_FULL);
    CHECK_INT(run(forms[i](sh("exit 1"), NULL, uses, &bad, env_drop)), -LWT_FULL);
    CHECK_ENV(bad, 1, 1);
    CHECK_INT(lwt_process_state(seen, NULL), LWT_PROCESS_EXITED);
    lwt_process_release(seen);
    ENV(unused);
    CHECK_FAILS(forms[i](sh("exit 1"), NULL, NULL, &unused, env_drop), INVALID);
    CHECK_ENV(unused, 0, 1);
  }
  trace_text[0] = '\0';
}

/* ---------------------------------------------------------- commands --- */
TEST(a_program_is_found_in_path_and_named_as_the_caller_wants) {
  const char *argv[] = {"another name", "-c", "echo \"$0\"", NULL};
  struct lwt_process_command command = lwt_process_program(argv);
  command.program = "sh";
  CHECK_TEXT(lwt_process_pread(command, NULL), "another name\n");
  command.program = "/bin/sh";
  CHECK_TEXT(lwt_process_pread(command, NULL), "another name\n");
  const char *plain[] = {"echo", "a b", "", "c", NULL};
  command = lwt_process_program(plain);
  command.program = "";
  CHECK_TEXT(lwt_process_pread(command, NULL), "a b  c\n");
}

TEST(a_script_without_an_interpreter_is_run_by_the_shell) {
  char folder[] = "/tmp/lwt_process_XXXXXX", path[100];
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/script", folder);
  int fd = open(path, O_WRONLY | O_CREAT, 0700);
  CHECK_INT(write(fd, "echo script $1\n", 15), 15);
  close(fd);
  const char *argv[] = {path, "argument", NULL};
  CHECK_TEXT(lwt_process_pread(lwt_process_program(argv), NULL), "script argument\n");
  const char *name[] = {"script", "found", NULL};
  char before[2000], with[2200];
  snprintf(before, sizeof before, "%s", getenv("PATH"));
  snprintf(with, sizeof with, "/no/such/folder:/etc/passwd:%s:%s", folder, before);
  setenv("PATH", with, 1);
  CHECK_TEXT(lwt_process_pread(lwt_process_program(name), NULL), "script found\n");
  unsetenv("PATH");
  const char *usual[] = {"echo", "still", NULL};
  CHECK_TEXT(lwt_process_pread(lwt_process_program(usual), NULL), "still\n");
  setenv("PATH", before, 1);
  unlink(path);
  rmdir(folder);
}

TEST(environment_and_folder_are_what_the_options_say) {
  const char *env[] = {"A=1", "B=two", NULL}, *none[] = {NULL};
  struct lwt_process_options options = lwt_process_options_default();
  options.cwd = "/usr";
  CHECK_TEXT(lwt_process_pread(sh("pwd"), &options), "/usr\n");
  options.env = env;
  CHECK_TEXT(lwt_process_pread(sh("echo $A $B $HOME"), &options), "1 two\n");
  options.env = none;
  CHECK_TEXT(lwt_process_pread(sh("echo .$A.$HOME."), &options), "...\n");
  setenv("LWT_TEST_VARIABLE", "inherited", 1);
  CHECK_TEXT(lwt_process_pread(sh("echo $LWT_TEST_VARIABLE"), NULL), "inherited\n");
}

TEST(a_process_may_have_a_group_of_its_own) {
  struct lwt_process_options options = lwt_process_options_default();
  options.group = -1;
  options.input = lwt_process_dev_null();
  lwt_process *process = opened(lwt_process_open_process_none(sh("exec sleep 100"), &options));
  int pid = lwt_process_pid(process);
  CHECK_INT(getpgid(pid), pid);
  options.group = pid;
  lwt_process *member = opened(lwt_process_open_process_none(sh("exec sleep 100"), &options));
  CHECK_INT(getpgid(lwt_process_pid(member)), pid);
  CHECK_INT(kill(-pid, SIGTERM), 0);
  CHECK_INT(run(lwt_process_status(process)), SIGTERM);
  CHECK_INT(run(lwt_process_status(member)), SIGTERM);
  lwt_process_release(process);
  lwt_process_release(member);
}

static void wants_nothing(int signum, void *env) { (void)signum, (void)env; }
static unsigned long long mask_in(const char *status, const char *name) {
  const char *at = strstr(status, name);
  return at != NULL ? strtoull(at + strlen(name), NULL, 16) : 0;
}
TEST(signals_of_the_program_are_not_the_childs) {
  /* Handlers are gone, SIGPIPE kills, what is blocked stays blocked. */
  char own[4096] = "";
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &before);
  signal(SIGUSR2, SIG_IGN);
  lwt_unix_signal_handler *handler;
  CHECK_INT(lwt_unix_on_signal(SIGHUP, wants_nothing, NULL, NULL, &handler), LWT_OK);
  int fd = open("/proc/self/status", O_RDONLY);
  CHECK(read(fd, own, sizeof own - 1) > 0);
  close(fd);
  const char *argv[] = {"cat", "/proc/self/status", NULL};
  lwt_t *p = lwt_process_pread(lwt_process_program(argv), NULL);
  lwt_main_run_until(p);
  CHECK_STATE(p, LWT_RETURN);
  const char *its = ((const struct lwt_string *)lwt_value_of(p))->data;
  unsigned long long pipe_bit = 1ull << (SIGPIPE - 1);
  CHECK(mask_in(own, "SigIgn:") & pipe_bit);
  CHECK_INT(mask_in(its, "SigIgn:"), mask_in(own, "SigIgn:") & ~pipe_bit);
  CHECK_INT(mask_in(its, "SigBlk:"), mask_in(own, "SigBlk:"));
  CHECK(mask_in(own, "SigCgt:") != 0);
  CHECK_INT(mask_in(its, "SigCgt:"), 0);
  lwt_release(p);
  sigprocmask(SIG_SETMASK, &before, NULL);
  signal(SIGUSR2, SIG_DFL);
  lwt_unix_disable_signal_handler(handler);
  lwt_unix_signal_handler_release(handler);
  CHECK_INT(run(lwt_process_exec(sh("kill -PIPE $$"), NULL)), SIGPIPE);
}

TEST(descriptors_of_the_library_do_not_go_with_a_child) {
  const char *line = "ls /proc/self/fd | tr '\\n' ' '";
  char want[200] = "";
  FILE *plain = popen(line, "r"); /* what whoever runs the test has left open is there, too */
  CHECK(fgets(want, sizeof want, plain) != NULL);
  pclose(plain);
  lwt_process *other = opened(lwt_process_open_process_full(sh("cat"), NULL));
  CHECK_TEXT(lwt_process_pread(sh(line), NULL), want);
  lwt_process_release(other);
  WAIT_UNTIL(lwt_unix_wait_count() == 0);
}

/* ------------------------------------------------------ bad arguments --- */
TEST(bad_commands_and_options_are_refused) {
  const char *nothing[] = {NULL};
  struct lwt_process_command command = lwt_process_program(NULL);
  CHECK_FAILS(lwt_process_exec(command, NULL), INVALID);
  CHECK_FAILS(lwt_process_exec(lwt_process_program(nothing), NULL), INVALID);
  CHECK_FAILS(lwt_process_pread(lwt_process_program(nothing), NULL), INVALID);
  struct lwt_process_options good = lwt_process_options_default(), bad = good;
  bad.size = 0;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad.size = sizeof bad + 8;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad = good;
  bad.timeout = -1;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad.timeout = 0.0 / 0.0;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad = good;
  bad.output.kind = 5;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad.output = lwt_process_fd_copy(-1);
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  bad.output = lwt_process_dev_null(); /* is a channel */
  CHECK_FAILS(lwt_process_pread(sh("true"), &bad), INVALID);
  bad = good;
  bad.group = -2;
  CHECK_FAILS(lwt_process_exec(sh("true"), &bad), INVALID);
  CHECK_FAILS(lwt_process_pwrite(sh("true"), NULL, NULL, 3), INVALID);
  CHECK_FAILS(lwt_process_pwrite_line(sh("true"), NULL, NULL), INVALID);
  CHECK_FAILS(lwt_process_pwrite_lines(sh("true"), NULL, NULL), INVALID);
  CHECK_STR(lines_of(lwt_process_pread_lines(command, NULL)), "fails 2|");
  CHECK_STR(lines_of(lwt_process_pmap_lines(sh("true"), NULL, NULL)), "fails 2|");
  const char *const lines[] = {"a"};
  CHECK_STR(lines_of(lwt_process_pmap_lines(command, NULL, stream_of(lines, 1))), "fails 2|");
  CHECK_INT(lwt_unix_wait_count(), 0);
}

static void *foreign(void *process) {
  CHECK_FAILS(lwt_process_status(process), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_process_kill(process, 9), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_process_close(process), LWT_WRONG_THREAD);
  CHECK_INT(lwt_process_pid(process), 0);
  return NULL;
}
TEST(bad_handles_are_told) {
  CHECK_FAILS(lwt_process_status(NULL), INVALID);
  CHECK_FAILS(lwt_process_rusage(NULL), INVALID);
  CHECK_FAILS(lwt_process_close(NULL), INVALID);
  CHECK_FAILS(lwt_process_terminate(NULL), INVALID);
  CHECK_INT(lwt_process_pid(NULL), 0);
  int status = 0;
  CHECK_INT(lwt_process_state(NULL, &status), LWT_PROCESS_EXITED);
  CHECK_INT(status, -1);
  CHECK_PTR(lwt_process_stdout(NULL), NULL);
  CHECK_PTR(lwt_process_retain(NULL), NULL);
  lwt_process_release(NULL);
  lwt_process *process = opened(lwt_process_open_process_none(sh("true"), NULL));
  pthread_t thread;
  pthread_create(&thread, NULL, foreign, process);
  pthread_join(thread, NULL);
  CHECK_INT(run(lwt_process_close(process)), 0);
  lwt_process_release(process);
  CHECK_FAILS(lwt_process_status(process), INVALID);
}

/* ---------------------------------------------------------- shortage --- */
TEST(where_descriptors_run_out_nothing_is_left_open) {
  lwt_process *process = opened(lwt_process_open_process_in(sh("true"), NULL));
  CHECK_INT(run(lwt_process_close(process)), 0);
  lwt_process_release(process);
  int before = open_descriptors();
  struct rlimit old, few;
  getrlimit(RLIMIT_NOFILE, &old);
  for (int spare = 0; spare < 8; spare++) {
    few = old;
    few.rlim_cur = (rlim_t)(before + spare);
    setrlimit(RLIMIT_NOFILE, &few);
    lwt_t *p = lwt_process_open_process_full(sh("cat"), NULL);
    setrlimit(RLIMIT_NOFILE, &old);
    if (lwt_state(p) == LWT_FAIL) {
      CHECK_INT(lwt_exn_errno(lwt_exn_of(p)), EMFILE);
      CHECK_STR(lwt_exn_function(lwt_exn_of(p)), "pipe");
    }
    lwt_release(p);
    WAIT_UNTIL(lwt_unix_wait_count() == 0);
    CHECK_INT(open_descriptors(), before);
  }
}

TEST(many_processes_at_once) {
  enum { N = 50 };
  lwt_t *all[N];
  char line[50];
  for (int i = 0; i < N; i++) {
    snprintf(line, sizeof line, "exit %d", i);
    all[i] = lwt_process_exec(sh(line), NULL);
  }
  for (int i = 0; i < N; i++) CHECK_INT(run(all[i]), EXITED(i));
}

static void *runs_its_own(void *env) {
  (void)env;
  for (int i = 0; i < 5; i++) CHECK_TEXT(lwt_process_pmap(sh("cat"), NULL, "x", 1), "x");
  return NULL;
}
TEST(threads_run_processes_of_their_own) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, runs_its_own, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

__attribute__((constructor)) static void before(void) { signal(SIGPIPE, SIG_IGN); }
