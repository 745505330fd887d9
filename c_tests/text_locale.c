/* Text channels in the encoding of the environment's locale: what the manual shows. */
#include "text_kit.h"

#include <locale.h>

__attribute__((constructor)) static void in_a_c_locale(void) { setenv("LC_ALL", "C", 1); }

TEST(in_a_c_locale_the_manuals_example_prints_what_the_manual_shows) {
  const char *name = "J\303\251r\303\251mie";
  char text[64];
  int ends[2], kept = dup(1);
  if (pipe(ends) != 0) abort();
  dup2(ends[1], 1);
  close(ends[1]);
  CHECK_RUN(lwt_text_printlf("My name is %s", name), 0);
  CHECK_RUN(lwt_text_print("a\303\251"), 0);
  CHECK_RUN(lwt_text_printl("b"), 0);
  CHECK_RUN(lwt_text_printf("%d", 42), 0);
  CHECK_RUN(lwt_text_flush(lwt_text_stdout()), 0);
  dup2(kept, 1);
  close(kept);
  ssize_t n = read(ends[0], text, sizeof text - 1);
  text[n > 0 ? n : 0] = 0;
  close(ends[0]);
  CHECK_STR(text, "My name is J?r?mie\na?b\n42");
}

TEST(the_encoding_of_the_standard_channels_is_that_of_the_locale) {
  CHECK_STR(lwt_text_encoding(lwt_text_stdin()), "ASCII");
  CHECK_STR(lwt_text_encoding(lwt_text_stdout()), "ASCII");
  CHECK_STR(lwt_text_encoding(lwt_text_stderr()), "ASCII");
  CHECK_PTR(lwt_text_stdout(), lwt_text_stdout());
}

TEST(the_locale_of_the_program_is_left_alone) {
  CHECK_STR(setlocale(LC_ALL, NULL), "C");
  setenv("LC_ALL", "C.UTF-8", 1);
  CHECK_STR(lwt_text_encoding(lwt_text_stdout()), "ASCII"); /* it was asked once */
  CHECK_STR(setlocale(LC_ALL, NULL), "C");
}
