/* tsan: no (its own clone() knows no child that shares the memory until it has a program) */
/* Scenario 38: redirections, timeout, feeding and reading at once. (What can't be
 * run is in a file of its own.) */
#include "processes.h"

static char folder[] = "/tmp/lwt_scenario_38_XXXXXX";

static const char *in_folder(const char *name) {
  static char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}
static int file(const char *name, int flags) {
  int fd = open(in_folder(name), flags | O_CREAT | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  return fd;
}
static const char *content(const char *name) {
  static char text[4096];
  int fd = open(in_folder(name), O_RDONLY);
  ssize_t n = read(fd, text, sizeof text - 1);
  text[n > 0 ? n : 0] = '\0';
  close(fd);
  return text;
}

TEST(redirections_keep) {
  /* What it writes to the error that it keeps is ours. */
  int saved = dup(2), fd = file("kept", O_WRONLY | O_TRUNC);
  dup2(fd, 2);
  int status = (int)run(lwt_process_exec(sh("echo kept >&2"), NULL));
  dup2(saved, 2);
  close(saved);
  close(fd);
  CHECK_INT(status, 0);
  CHECK_STR(content("kept"), "kept\n");
}

TEST(redirections_dev_null) {
  struct lwt_process_options options = lwt_process_options_default();
  options.input = lwt_process_dev_null();
  CHECK_TEXT(lwt_process_pread(sh("cat; echo end"), &options), "end\n");
  options.output = options.error = lwt_process_dev_null();
  CHECK_INT(run(lwt_process_exec(sh("echo to nobody; echo to nobody >&2; exit 5"), &options)),
            EXITED(5));
}

TEST(redirections_close) {
  struct lwt_process_options options = lwt_process_options_default();
  options.input = lwt_process_close_stream();
  options.error = lwt_process_dev_null();
  CHECK_TEXT(lwt_process_pread(sh("cat <&0 || echo closed"), &options), "closed\n");
}

TEST(a_child_that_writes_to_a_closed_stream_fails_by_itself) {
  struct lwt_process_options options = lwt_process_options_default();
  options.output = lwt_process_close_stream();
  options.error = lwt_process_dev_null();
  CHECK(run(lwt_process_exec(sh("/bin/echo nobody reads this"), &options)) != 0);
  options.error = lwt_process_close_stream();
  CHECK(run(lwt_process_exec(sh("/bin/echo nobody reads this"), &options)) != 0);
}

TEST(redirections_fd_copy_leaves_the_descriptor_open) {
  int fd = file("copied", O_WRONLY | O_TRUNC);
  struct lwt_process_options options = lwt_process_options_default();
  options.output = options.error = lwt_process_fd_copy(fd);
  CHECK_INT(run(lwt_process_exec(sh("echo out; echo error >&2"), &options)), 0);
  CHECK_INT(write(fd, "ours\n", 5), 5);
  close(fd);
  CHECK_STR(content("copied"), "out\nerror\nours\n");
}

TEST(redirections_fd_move_closes_it) {
  int out = file("moved", O_WRONLY | O_TRUNC), in = file("input", O_RDWR | O_TRUNC);
  dup2(in, 500); /* numbers that nothing else gets */
  dup2(out, 501);
  close(in);
  close(out);
  in = 500;
  out = 501;
  CHECK_INT(write(in, "from a file\n", 12), 12);
  lseek(in, 0, SEEK_SET);
  struct lwt_process_options options = lwt_process_options_default();
  options.input = lwt_process_fd_move(in);
  options.output = options.error = lwt_process_fd_move(out); /* the same for two streams */
  lwt_t *p = lwt_process_exec(sh("cat; echo error >&2"), &options);
  CHECK_INT(fcntl(in, F_GETFD), -1);
  CHECK_INT(fcntl(out, F_GETFD), -1);
  CHECK_INT(run(p), 0);
  CHECK_STR(content("moved"), "from a file\nerror\n");
}

TEST(standard_streams_may_be_exchanged) {
  int saved = dup(1), fd = file("exchanged", O_WRONLY | O_TRUNC);
  dup2(fd, 1);
  close(fd);
  struct lwt_process_options options = lwt_process_options_default();
  options.output = lwt_process_fd_copy(2); /* each is the parent's as it was */
  options.error = lwt_process_fd_copy(1);
  int status = (int)run(lwt_process_exec(sh("echo error >&2"), &options));
  dup2(saved, 1);
  close(saved);
  CHECK_INT(status, 0);
  CHECK_STR(content("exchanged"), "error\n");
}

TEST(a_timeout_kills_the_process_and_closes_it) {
  struct lwt_process_options options = lwt_process_options_default();
  options.timeout = 0.05;
  CHECK_INT(run(lwt_process_exec(sh("exec sleep 100"), &options)), SIGKILL);
  /* One that ends before is not touched by it. */
  options.timeout = 60;
  CHECK_INT(run(lwt_process_exec(sh("exit 3"), &options)), EXITED(3));
}

TEST(a_timeout_does_not_break_who_reads) {
  struct lwt_process_options options = lwt_process_options_default();
  lwt_process *process;
  lwt_io_channel *from;
  for (options.timeout = 0.05;; options.timeout *= 2) {
    process = opened(lwt_process_open_process_in(sh("echo one; exec sleep 100"), &options));
    from = lwt_process_stdout(process);
    lwt_t *line = lwt_io_read_line(from);
    lwt_main_run_until(line);
    if (lwt_state(line) == LWT_RETURN || options.timeout > 20) {
      CHECK_TEXT(line, "one");
      break;
    }
    /* On a busy machine its time was over before it wrote. */
    lwt_release(line);
    lwt_io_channel_release(from);
    lwt_process_release(process);
  }
  lwt_t *next = lwt_io_read_line(from); /* waits when the time is over */
  lwt_main_run_until(next);
  CHECK_STATE(next, LWT_FAIL); /* the channel is closed, or its other end is */
  CHECK(kind_of(next) == LWT_CLOSED || kind_of(next) == LWT_END_OF_FILE);
  lwt_release(next);
  CHECK_INT(run(lwt_process_status(process)), SIGKILL);
  CHECK_INT(run(lwt_process_close(process)), SIGKILL);
  lwt_io_channel_release(from);
  lwt_process_release(process);
}

TEST(a_process_is_fed_and_read_at_once) {
  /* More than the pipes hold, so that one after the other would never end. */
  enum { SIZE = 1 << 20 };
  char *text = malloc(SIZE);
  for (int i = 0; i < SIZE; i++) text[i] = (char)(i % 64 == 63 ? '\n' : 'a' + i % 26);
  lwt_t *p = lwt_process_pmap(sh("cat"), NULL, text, SIZE);
  lwt_main_run_until(p);
  CHECK_STATE(p, LWT_RETURN);
  const struct lwt_string *back = lwt_value_of(p);
  CHECK_INT(back->len, SIZE);
  CHECK(memcmp(back->data, text, SIZE) == 0);
  lwt_release(p);
  free(text);
  CHECK_TEXT(lwt_process_pmap(sh("sort"), NULL, "b\nc\na\n", 6), "a\nb\nc\n");
  CHECK_TEXT(lwt_process_pmap_line(sh("tr a-z A-Z"), NULL, "a line"), "A LINE");
  const char *const lines[] = {"b", "c", "a"};
  CHECK_STR(lines_of(lwt_process_pmap_lines(sh("sort -r"), NULL, stream_of(lines, 3))), "c|b|a|");
}

TEST(feeding_a_process_that_does_not_read_is_told) {
  enum { SIZE = 1 << 20 };
  char *text = calloc(1, SIZE);
  CHECK_ERRNO(lwt_process_pmap(sh("exec true"), NULL, text, SIZE), "write", EPIPE);
  CHECK_ERRNO(lwt_process_pwrite(sh("exec true"), NULL, text, SIZE), "write", EPIPE);
  free(text);
}

TEST(a_little_that_cannot_be_sent_is_told_too) {
  const char *missing[] = {"lwt_no_such_program", NULL};
  lwt_stream_push *push;
  lwt_stream *lines = lwt_stream_create(&push);
  lwt_t *p = lwt_process_pwrite_lines(lwt_process_program(missing), NULL, lines);
  WAIT_UNTIL(lwt_unix_wait_count() == 0); /* nobody reads any more */
  lwt_stream_push_owned(push, lwt_string_new("a", 1), string_drop); /* fits into the buffer */
  lwt_stream_push_close(push);
  lwt_stream_push_release(push);
  CHECK_ERRNO(p, "write", EPIPE);
}

__attribute__((constructor)) static void before(void) {
  signal(SIGPIPE, SIG_IGN);
  if (mkdtemp(folder) == NULL) abort();
}
__attribute__((destructor)) static void after(void) {
  const char *names[] = {"kept", "copied", "moved", "input", "exchanged"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(in_folder(names[i]));
  if (rmdir(folder) != 0) _exit(1);
}
