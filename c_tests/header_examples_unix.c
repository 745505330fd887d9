/* tsan: no (its own clone() knows no child that shares the memory until it has a program) */
/* The examples in the comments of lwt_main.h, lwt_unix.h, lwt_io.h, lwt_bytes.h,
 * lwt_process.h, lwt_fmt.h and lwt_gc.h, made whole. */
#include "io_kit.h"
#include "threads.h"

#include <poll.h>

/* ---------------------------------------------------------- lwt_main.h --- */
static lwt_t *serve(void) { return lwt_pause(); }
TEST(the_main_loop_is_run) { lwt_main_run(serve(), NULL); }

static lwt_value say_so(lwt_value unit, void *pipe) {
  CHECK_INT(write(((int *)pipe)[1], "x", 1), 1);
  return unit;
}
TEST(another_loop_drives_ours) {
  int ends[2];
  CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
  int mine = ends[0];
  lwt_t *later = lwt_map(lwt_unix_sleep(0.001), say_so, ends, NULL);
  struct pollfd fds[2] = {{lwt_main_fd(), POLLIN, 0}, {mine, POLLIN, 0}};
  while (poll(fds, 2, -1) >= 0 && fds[1].revents == 0)
    lwt_main_iter(false);
  CHECK_RETURNS(later, 0);
  CHECK_INT(close(ends[0]) + close(ends[1]), 0);
}

static int shown;
static void show(void *progress) { shown = *(int *)progress; }
static lwt_t *count(void *env) { return (void)env, lwt_return(LWT_INT(shown + 1)); }
static void *works(void *main_thread) {
  int *progress = (int *)malloc(sizeof *progress);
  *progress = 41;
  CHECK_INT(lwt_main_post(main_thread, show, progress, free), LWT_OK);
  lwt_t *p = lwt_main_run_on(main_thread, count, NULL, NULL);
  lwt_main_thread_release(main_thread);
  return (void *)run(p);
}
TEST(a_thread_asks_another) {
  pthread_t id;
  void *counted;
  lwt_main_thread *main_thread = lwt_main_self();
  CHECK_INT(pthread_create(&id, NULL, works, main_thread), 0);
  /* The other one needs our loop for its answer. */
  while (pthread_tryjoin_np(id, &counted) != 0) run(lwt_unix_sleep(0.001));
  CHECK_INT((intptr_t)counted, 42);
}

/* ---------------------------------------------------------- lwt_unix.h --- */
TEST(a_file_is_asked_for) {
  lwt_t *p = lwt_unix_stat("/etc/passwd");
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK(((struct stat *)lwt_value_of(p))->st_size > 0);
  lwt_release(p);
}
TEST(an_address_is_made_of_text) {
  lwt_unix_fd *fd = (lwt_unix_fd *)lwt_main_run(lwt_unix_socket(AF_INET, SOCK_STREAM, 0), NULL);
  struct lwt_unix_sockaddr a;
  lwt_unix_sockaddr_of_text(&a, "127.0.0.1:7");
  lwt_t *p = lwt_unix_connect(fd, (struct sockaddr *)&a.address, a.len);
  lwt_main_run_until(p); /* with whom, or that nobody is there, is not said here */
  CHECK(lwt_state(p) != LWT_SLEEP);
  lwt_release(p);
  lwt_unix_fd_release(fd);
}
TEST(the_header_has_what_its_flags_are_of) {
  CHECK(O_CLOEXEC != 0 && SOCK_STREAM != 0 && SIGCHLD != 0 && WNOHANG != 0 && TCP_NODELAY != 0);
}

/* ------------------------------------------------------------ lwt_io.h --- */
static lwt_t *greet(lwt_value line, void *out) {
  const struct lwt_string *name = (const struct lwt_string *)line;
  (void)out;
  return lwt_io_printf("hello %s\n", name->data);
}
TEST(a_line_is_answered) {
  int ends[2];
  CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
  CHECK_INT(write(ends[1], "you\n", 4), 4);
  CHECK_INT(dup2(ends[0], 0), 0);
  lwt_t *p = lwt_bind(lwt_io_read_line(lwt_io_stdin()), greet, NULL, NULL);
  CHECK_INT(run(p), 0);
  lwt_release(lwt_io_printf("who is not waited for is released\n"));
  CHECK_INT(close(ends[0]) + close(ends[1]), 0);
}

/* --------------------------------------------------------- lwt_bytes.h --- */
TEST(bytes_are_kept_while_they_are_read_to) {
  lwt_unix_fd *fd = (lwt_unix_fd *)lwt_main_run(lwt_unix_openfile("/etc/passwd", O_RDONLY, 0), NULL);
  lwt_bytes *b = lwt_bytes_create(65536);
  lwt_t *p = lwt_bytes_read(fd, b, 0, lwt_bytes_length(b));
  lwt_bytes_release(b); /* freed after the read */
  CHECK(run(p) > 0);
  lwt_unix_fd_release(fd);
}

/* ------------------------------------------------------- lwt_process.h --- */
TEST(a_program_sorts) {
  const char *text = "b\na\n";
  size_t len = strlen(text);
  lwt_t *sorted = lwt_process_pmap(lwt_process_shell("sort"), NULL, text, len);
  CHECK_TEXT(sorted, "a\nb\n");
}
TEST(a_program_is_run_with_options) {
  const char *const argv[] = {"pwd", NULL};
  struct lwt_process_options options = lwt_process_options_default();
  options.cwd = "/tmp";
  options.error = lwt_process_dev_null();
  options.output = lwt_process_dev_null();
  options.timeout = 60;
  lwt_t *status = lwt_process_exec(lwt_process_program(argv), &options);
  CHECK_INT(run(status), 0);
}

/* ----------------------------------------------------------- lwt_fmt.h --- */
TEST(text_is_put_together) {
  int i = 1, n = 2;
  lwt_t *p;
  lwt_fmt *out = lwt_fmt_stdout();
  lwt_fmt_put(out, "[", 1);                      /* queued */
  p = lwt_fmt_fprintf(out, "%d of %d]\n", i, n); /* queued, and all of it written */
  CHECK_INT(run(p), 0);
  lwt_fmt_release(out);
}

/* ------------------------------------------------------------ lwt_gc.h --- */
static lwt_t *sign_off(lwt_value log, void *env) { /* log: a channel */
  (void)env;
  return lwt_io_fprintl((lwt_io_channel *)log, "that was all");
}
TEST(a_log_signs_off) {
  struct device *d = device_writing();
  lwt_io_channel *log = channel_of(d, 0);
  lwt_gc_finalise_or_exit(log, sign_off, NULL, NULL);
  lwt_io_channel_release(log);
  WAIT_UNTIL(d->drops == 1);
  CHECK_STR(wrote(d), "that was all\n");
  free(d);
}
