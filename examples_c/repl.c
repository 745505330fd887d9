/* repl: a calculator that reads lines while other things happen.
 *
 *   cc -std=c99 -O2 -Iinclude -o repl examples_c/repl.c \
 *     -Ltarget/release -llwt -lm -Wl,-rpath,target/release
 *
 * Type "2 * (3 + 4)", "r = 2", "sqrt(r) * pi". Tab completes names, the arrows bring
 * back what was typed (in the file of the first argument also what was typed last time).
 * The clock in the prompt goes on meanwhile, and a background job prints above it what it
 * has found, every second: how many primes there are so far.
 */
#include <lwt_all.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---------------------------------------------------- the calculator --- */
enum { MOST_NAMES = 64 };
static struct {
  char name[16];
  double value;
  double (*function)(double);
} names[MOST_NAMES] = {
  {"pi", 3.14159265358979323846, NULL}, {"ans", 0, NULL}, {"sqrt", 0, sqrt},
  {"sin", 0, sin}, {"cos", 0, cos}, {"exp", 0, exp}, {"log", 0, log},
};
static size_t known = 7;

static const char *at;    /* what is still to be read of the line */
static const char *wrong; /* what is wrong with it, if something is */
static int depth;

static void blanks(void) {
  while (isspace((unsigned char)*at)) at++;
}
static double sum(void);

static double number_or_name(void) {
  blanks();
  if (*at == '(') {
    at++;
    double value = ++depth > 100 ? (wrong = "too many parentheses", 0) : sum();
    depth--;
    blanks();
    if (*at == ')') at++;
    else if (wrong == NULL) wrong = "a parenthesis is not closed";
    return value;
  }
  if (isdigit((unsigned char)*at) || *at == '.') {
    char *end;
    double value = strtod(at, &end);
    if (end == at) wrong = "that is no number", end++;
    at = end;
    return value;
  }
  size_t len = 0;
  while (isalnum((unsigned char)at[len])) len++;
  for (size_t i = 0; len > 0 && i < known; i++) {
    if (strlen(names[i].name) != len || strncmp(names[i].name, at, len) != 0) continue;
    at += len;
    if (names[i].function == NULL) return names[i].value;
    blanks();
    if (*at != '(') {
      wrong = "a function wants its argument in parentheses";
      return 0;
    }
    return names[i].function(number_or_name());
  }
  if (wrong == NULL) wrong = len > 0 ? "a name is not known" : "a number is missing";
  return 0;
}
static double factor(void) {
  int minus = 0;
  for (blanks(); *at == '-' || *at == '+'; blanks()) minus ^= *at++ == '-';
  double value = number_or_name();
  return minus ? -value : value;
}
static double product(void) {
  double value = factor();
  for (blanks(); (*at == '*' || *at == '/') && wrong == NULL; blanks())
    value = *at++ == '*' ? value * factor() : value / factor();
  return value;
}
static double sum(void) {
  double value = product();
  for (blanks(); (*at == '+' || *at == '-') && wrong == NULL; blanks())
    value = *at++ == '+' ? value + product() : value - product();
  return value;
}
static void assign(const char *name, size_t len, double value) {
  for (size_t i = 0; i < known; i++) {
    if (strlen(names[i].name) == len && strncmp(names[i].name, name, len) == 0) {
      names[i].value = value;
      names[i].function = NULL;
      return;
    }
  }
  if (known == MOST_NAMES || len >= sizeof names[0].name) {
    wrong = "there is no room for that name";
    return;
  }
  memcpy(names[known].name, name, len);
  names[known].name[len] = '\0';
  names[known].function = NULL;
  names[known++].value = value;
}
/* What a line comes to, as text. */
static const char *calculate(const char *line) {
  static char answer[96];
  size_t len = 0;
  wrong = NULL;
  at = line;
  blanks();
  const char *name = at;
  while (isalpha((unsigned char)name[0]) && isalnum((unsigned char)name[len])) len++;
  const char *equals = name + len;
  while (isspace((unsigned char)*equals)) equals++;
  if (len > 0 && *equals == '=') at = equals + 1;
  else len = 0;
  double value = sum();
  blanks();
  if (wrong == NULL && *at != '\0') wrong = "something is left over";
  if (wrong == NULL && len > 0) assign(name, len, value);
  if (wrong == NULL) assign("ans", 3, value);
  if (wrong == NULL) snprintf(answer, sizeof answer, "= %.10g\n", value);
  else snprintf(answer, sizeof answer, "? %s\n", wrong);
  return answer;
}

/* ------------------------------------------------- words, the prompt --- */
static lwt_t *complete(const char *before, const char *after, void *env) {
  (void)env;
  /* A function is offered with what follows it, unless that is there. */
  const char *words[MOST_NAMES];
  char calls[MOST_NAMES][sizeof names[0].name + 1];
  for (size_t i = 0; i < known; i++) {
    bool opens = names[i].function != NULL && after[0] != '(';
    strcpy(calls[i], names[i].name);
    if (opens) strcat(calls[i], "(");
    words[i] = calls[i];
  }
  size_t start = strlen(before);
  while (start > 0 && isalnum((unsigned char)before[start - 1])) start--;
  char *head = (char *)malloc(start + 1);
  if (head == NULL) return lwt_fail(lwt_exn_new(LWT_OUT_OF_MEMORY, NULL));
  memcpy(head, before, start);
  head[start] = '\0';
  /* Nothing is offered where no word has begun. */
  size_t offered = before[start] == '\0' ? 0 : known;
  struct lwt_read_line_completion *found =
    lwt_read_line_complete(head, before + start, after, words, offered, "");
  free(head);
  return lwt_return_owned(found, (lwt_drop_fn)lwt_read_line_completion_release);
}

static lwt_signal_setter *clock_setter;
static lwt_styled *prompt_now(void) {
  char text[16];
  time_t now = time(NULL);
  strftime(text, sizeof text, "%H:%M:%S", localtime(&now));
  return LWT_STYLED(LWT_FG(LWT_CYAN), LWT_TEXT(text), LWT_RESET, LWT_BOLD, LWT_TEXT(" > "));
}
static lwt_value tick(void *env) {
  (void)env;
  for (;;) {
    lwt_signal_set_owned(clock_setter, prompt_now(), (lwt_drop_fn)lwt_styled_release);
    lwt_exn *exn = NULL;
    lwt_await(lwt_unix_sleep(1), &exn);
    if (exn != NULL) return lwt_raise(exn);
  }
}

/* ---------------------------------------------- the background's work --- */
static lwt_value count_primes(void *env) {
  (void)env;
  unsigned long primes = 0, from = 2;
  for (;;) {
    /* A little at a time, so that the keys are never waited for. */
    for (unsigned long to = from + 2000; from < to; from++) {
      unsigned long divisor = 2;
      while (divisor * divisor <= from && from % divisor != 0) divisor++;
      primes += divisor * divisor > from;
    }
    char text[80];
    int len = snprintf(text, sizeof text, "[background] %lu primes below %lu\n", primes, from);
    lwt_exn *exn = NULL;
    lwt_await(lwt_io_write(lwt_io_stdout(), text, (size_t)len), &exn);
    if (exn == NULL) lwt_await(lwt_unix_sleep(1), &exn);
    if (exn != NULL) return lwt_raise(exn);
  }
}

/* --------------------------------------------------------------- main --- */
static const char *file; /* of the history */

static lwt_value repl(void *env) {
  (void)env;
  lwt_history *history = NULL;
  lwt_exn *exn = NULL;
  if (file != NULL) history = (lwt_history *)lwt_await(lwt_read_line_load_history(file, 1000, true), &exn);
  if (exn != NULL) return lwt_raise(exn);
  if (history == NULL) history = lwt_history_create(1000, true);
  lwt_signal *prompt =
    lwt_signal_create_owned(prompt_now(), (lwt_drop_fn)lwt_styled_release, &clock_setter);
  lwt_t *clock = lwt_spawn(tick, NULL, NULL, 0);
  lwt_t *background = lwt_spawn(count_primes, NULL, NULL, 0);
  struct lwt_read_line_options options = lwt_read_line_options_default();
  options.history = history;
  options.prompt_signal = prompt;
  options.complete = complete;

  while (exn == NULL) {
    struct lwt_string *line =
      (struct lwt_string *)lwt_await(lwt_read_line_read_line(&options), &exn);
    if (exn != NULL) break;
    lwt_read_line_add_entry(line->data, history);
    if (line->len > 0) lwt_await(lwt_io_print(calculate(line->data)), &exn);
    lwt_string_release(line);
  }
  /* ^D, ^C and the end of a file are how one leaves. */
  int kind = lwt_exn_kind(exn);
  if (kind == LWT_INTERRUPT || kind == LWT_END_OF_FILE) {
    lwt_exn_release(exn);
    exn = NULL;
  }
  lwt_cancel(clock);
  lwt_cancel(background);
  lwt_release(clock);
  lwt_release(background);
  if (file != NULL) lwt_await(lwt_read_line_save_history(file, history), exn == NULL ? &exn : NULL);
  lwt_signal_release(prompt);
  lwt_signal_setter_release(clock_setter);
  lwt_history_release(history);
  return exn == NULL ? LWT_UNIT : lwt_raise(exn);
}

int main(int argc, char **argv) {
  if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
    fprintf(stderr, "Usage: repl [HISTORY]\nA calculator. ^D leaves.\n");
    return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
  }
  file = argc == 2 ? argv[1] : NULL;
  lwt_main_run(lwt_spawn(repl, NULL, NULL, 0), NULL);
  return 0;
}
