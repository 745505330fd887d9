/* The examples in the comments of lwt_log.h, lwt_event.h, lwt_signal.h, lwt_text.h,
 * lwt_term.h, lwt_read_line.h and lwt_ssl.h, made whole. Those of lwt_daemon.h and
 * lwt/log.hpp are in files of their own. */
/* timeout: 120 */
/* flags: -DLWT_LOG_DEBUG */
#include "rl_screen.h"
#include "tls.h"

/* What runs in a terminal comes first: the child of a fork begins to use the library. */
__attribute__((constructor)) static void terminal(void) {
  setenv("TERM", "xterm-256color", 1);
  setenv("LC_ALL", "C", 1);
  unsetenv("NO_COLOR");
}

/* ---------------------------------------------------------- lwt_text.h --- */
static int prints_a_name(void) {
  lwt_release(lwt_text_printlf("My name is %s", "J\303\251r\303\251mie")); // J?r?mie, in a C locale
  return 0;
}
TEST(a_name_is_printed_in_a_c_locale) {
  struct screen s;
  screen_run(&s, 80, 10, prints_a_name);
  SHOWS(&s, 0, "My name is J?r?mie");
  CHECK_INT(screen_over(&s), 0);
}

/* ---------------------------------------------------------- lwt_term.h --- */
static void jump(void) { CHECK_INT(write(1, "jump\n", 5), 5); }
static lwt_t *next(lwt_value value, void *events);
static lwt_t *play(void *events) {
  return lwt_bind(lwt_stream_next(events), next, events, NULL);
}
static lwt_t *next(lwt_value value, void *events) {
  const struct lwt_term_event *event = value;
  if (event->kind == LWT_TERM_EVENT_KEY && event->key.kind == LWT_TERM_UP) jump();
  if (event->kind == LWT_TERM_EVENT_KEY && lwt_term_key_is_escape(&event->key))
    return lwt_return(LWT_UNIT);
  return play(events);
}
static int plays(void) {
  lwt_stream *events = lwt_term_events(NULL);
  lwt_main_run(lwt_term_with_raw_mode(play, events, NULL), NULL);
  lwt_stream_release(events);
  return 0;
}
TEST(a_game_is_played_with_keys) {
  struct screen s;
  screen_run(&s, 80, 10, plays);
  PTY_UNTIL(&s.pty, pty_is_raw(&s.pty));
  screen_type(&s, "x\x1b[A");
  SHOWS(&s, 0, "jump");
  screen_type(&s, "\x1b");
  CHECK_INT(screen_over(&s), 0);
}
static int prints_styles(void) {
  lwt_release(lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))));
  lwt_styled *prompt = LWT_STYLED(LWT_TEXTF("%d", 42), LWT_INVERSE, LWT_TEXT("# "));
  lwt_release(lwt_term_printlc(prompt));
  return 0;
}
TEST(styled_text_is_printed) {
  struct screen s;
  screen_run(&s, 80, 10, prints_styles);
  SHOWS(&s, 0, "foo");
  SHOWS(&s, 1, "42#");
  CHECK_INT(screen_over(&s), 0);
}

/* ----------------------------------------------------- lwt_read_line.h --- */
static int reads(void) {
  lwt_history *history = lwt_history_create(1000, true);
  lwt_styled *prompt = LWT_STYLED(LWT_BOLD, LWT_TEXT("foo"), LWT_RESET, LWT_TEXT("> "));
  struct lwt_read_line_options options = lwt_read_line_options_default();
  options.prompt = prompt;
  options.history = history;
  lwt_t *line = lwt_read_line_read_line(&options); // a struct lwt_string *
  lwt_styled_release(prompt);
  struct lwt_string *text = lwt_main_run(line, NULL);
  printf("got <%s>\n", text->data);
  lwt_string_release(text);
  lwt_history_release(history);
  return 0;
}
TEST(a_line_is_read_with_a_prompt_and_a_history) {
  struct screen s;
  screen_run(&s, 80, 10, reads);
  SHOWS(&s, 0, "foo>");
  screen_type(&s, "bar\n");
  SHOWS(&s, 1, "got <bar>");
  CHECK_INT(screen_over(&s), 0);
}

/* ---------------------------------------------------------- lwt_text.h --- */
TEST(lines_of_another_encoding_are_read_in_utf_8) {
  char euro[] = "\244\n";
  lwt_io_channel *bytes = lwt_io_of_bytes(LWT_IO_INPUT, euro, 2, NULL);
  lwt_text_channel *in = lwt_text_make(bytes, "ISO-8859-15", LWT_TEXT_LOOSE);
  lwt_t *line = lwt_text_read_line(in); // in UTF-8
  struct lwt_string *text = lwt_main_run(line, NULL);
  CHECK_STR(text->data, "\342\202\254");
  lwt_string_release(text);
  lwt_text_channel_release(in);
  lwt_io_channel_release(bytes);
}

/* ----------------------------------------------------------- lwt_log.h --- */
static char said[1024];
static lwt_t *says(const struct lwt_log_message *m, void *env) {
  (void)env;
  for (size_t i = 0; i < m->line_count; i++) {
    size_t at = strlen(said);
    snprintf(said + at, sizeof said - at, "%s %s %s;", lwt_log_section_name(m->section),
             lwt_log_string_of_level(m->level), m->lines[i].data);
  }
  return lwt_return(LWT_UNIT);
}
#define CHECK_SAID(want) (CHECK_STR(said, want), said[0] = '\0')
static int counted;
static size_t count(const char *queue) {
  counted++;
  return strlen(queue);
}
static const lwt_log_section *net; // a named part of the program
TEST(what_happens_is_logged) {
  const char *host = "host", *name = "ann", *queue = "queue";
  int port = 7;
  lwt_logger *logger = lwt_logger_make(says, NULL, NULL, NULL), *before = lwt_log_default();
  CHECK_INT(lwt_log_set_default(logger), LWT_OK);
  lwt_exn *exn = lwt_exn_new(LWT_FAILURE, "it broke");
  net = lwt_log_section_make("net");
  lwt_log_info(net, "%s:%d connected", host, port);
  lwt_log_error_e(net, exn, "connection lost");
  lwt_log_debug(NULL, "%zu in the queue", count(queue)); // the section "main"
  lwt_log_kv(net, LWT_LEVEL_NOTICE, "login", LWT_LOG_STR("user", name), LWT_LOG_INT("id", 7));
  CHECK_HAS(said, "net error connection lost: it broke;");
  CHECK_HAS(said, ";net notice login user=ann id=7;");
  CHECK(strstr(said, "connected") == NULL && strstr(said, "queue") == NULL);
  CHECK_INT(counted, 0); /* below the level */
  said[0] = '\0';

  CHECK_INT(lwt_log_load_rules("net -> debug; db.* -> error"), LWT_OK);
  lwt_log_info(net, "%s:%d connected", host, port);
  CHECK_SAID("net info host:7 connected;");
  lwt_log_info_e(net, exn, "%d", 1);
  CHECK_RETURNS(lwt_log_info_p(net, "%d", 2), 0);
  CHECK_RETURNS(lwt_log_info_pe(net, exn, "%d", 3), 0);
  LWT_LOG_TO(logger, LWT_LEVEL_DEBUG, net, "%d", 4);
  CHECK_HAS(said, "net info 1: it broke;");
  CHECK_HAS(said, "net info 2;");
  CHECK_HAS(said, "net info 3: it broke;");
  CHECK_HAS(said, "net debug 4;");
  said[0] = '\0';
  lwt_log_warning(lwt_log_section_make("db.x"), "less than an error");
  CHECK_SAID("");
  lwt_exn_release(exn);
  CHECK_INT(lwt_log_set_default(before), LWT_OK);
  lwt_logger_release(before);
  lwt_logger_release(logger);
}

/* --------------------------------------------------------- lwt_event.h --- */
static int printed;
static void print(lwt_value value, void *env) {
  (void)env;
  printed = printed * 100 + (int)LWT_TO_INT(value);
}
static bool is_far(lwt_value x, void *env) {
  (void)env;
  return LWT_TO_INT(x) > 100;
}
static lwt_value add_one(lwt_value n, lwt_value click, void *env) {
  (void)click, (void)env;
  return LWT_INT(LWT_TO_INT(n) + 1);
}
TEST(clicks_are_counted) {
  lwt_event_sender *send;
  lwt_event *clicks = lwt_event_create(&send);
  lwt_event *far = lwt_event_filter(clicks, is_far, NULL, NULL);
  lwt_event *count = lwt_event_fold(add_one, NULL, NULL, LWT_INT(0), NULL, far);
  lwt_event *shown = lwt_event_trace(count, NULL, print, NULL, NULL);
  lwt_event_send(send, LWT_INT(120)); // prints 1
  CHECK_INT(printed, 1);
  lwt_event_release(count);
  lwt_event_release(far);
  lwt_event_release(clicks);
  lwt_event_send(send, LWT_INT(99));
  CHECK_INT(printed, 1);
  lwt_event_send(send, LWT_INT(101));
  CHECK_INT(printed, 102);
  lwt_event_release(shown);
  lwt_event_send(send, LWT_INT(120));
  CHECK_INT(printed, 102);
  lwt_event_sender_release(send);
}

/* -------------------------------------------------------- lwt_signal.h --- */
static lwt_value convert(lwt_value celsius, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(celsius) * 9 / 5 + 32);
}
TEST(degrees_are_shown) {
  lwt_signal_setter *set;
  printed = 0;
  lwt_signal *celsius = lwt_signal_create(LWT_INT(20), &set);
  lwt_signal *fahrenheit = lwt_signal_map(celsius, convert, NULL, NULL);
  lwt_signal *shown = lwt_signal_trace(fahrenheit, NULL, print, NULL, NULL); // prints 68
  CHECK_INT(printed, 68);
  lwt_signal_set(set, LWT_INT(30)); // prints 86
  CHECK_INT(printed, 6886);
  lwt_signal_release(shown);
  lwt_signal_release(fahrenheit);
  lwt_signal_release(celsius);
  lwt_signal_setter_release(set);
}

/* ----------------------------------------------------------- lwt_ssl.h --- */
static lwt_t *greet(lwt_value socket, void *env) {
  lwt_io_channel *out = lwt_ssl_out_channel_of((lwt_ssl_socket *)socket, 0);
  (void)env;
  lwt_t *written = lwt_io_fprintl(out, "hello");
  lwt_io_channel_release(out);
  return written;
}
static lwt_t *client(const lwt_unix_fd *fd) {
  lwt_ssl_context *context = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(context, PEM(AUTHORITY_PEM)), 0);
  lwt_t *connected = lwt_ssl_connect(fd, context, "localhost");
  lwt_ssl_context_release(context);
  return lwt_bind(connected, greet, NULL, NULL);
}
/* The path of a file with that text. */
static const char *pem(char *path, const char *text) {
  int fd = mkstemp(strcpy(path, "/tmp/lwt-test-XXXXXX"));
  CHECK_INT(write(fd, text, strlen(text)), strlen(text));
  CHECK_INT(close(fd), 0);
  return path;
}
static lwt_t *server(const lwt_unix_fd *fd) {
  char chain[32], key[32];
  lwt_ssl_context *context = lwt_ssl_context_create_server();
  lwt_t *ready =
    lwt_ssl_context_use_certificate_file(context, pem(chain, SERVER_CHAIN_PEM), pem(key, SERVER_KEY));
  CHECK_INT(run(ready), 0);
  CHECK_INT(remove(chain) + remove(key), 0);
  lwt_t *accepted = lwt_ssl_accept(fd, context);
  lwt_ssl_context_release(context);
  return accepted;
}
TEST(a_client_greets_a_server) {
  struct pair p = connection("127.0.0.1:0");
  lwt_t *accepted = server(p.in), *greeted = client(p.out);
  lwt_ssl_socket *socket = (lwt_ssl_socket *)TAKE(accepted);
  lwt_io_channel *in = lwt_ssl_in_channel_of(socket, 0);
  CHECK_INT(run(greeted), 0);
  struct lwt_string *line = TAKE(lwt_io_read_line(in));
  CHECK_STR(line->data, "hello");
  lwt_string_release(line);
  lwt_io_channel_release(in);
  lwt_ssl_socket_release(socket);
  pair_release(p);
}
