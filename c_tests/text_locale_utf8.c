/* Text channels in a locale whose encoding is UTF-8, which the system may not even have. */
#include "text_kit.h"

__attribute__((constructor)) static void in_another_locale(void) {
  unsetenv("LC_ALL");
  unsetenv("LC_CTYPE");
  setenv("LANG", "xx_YY.UTF-8@none", 1);
}

TEST(the_encoding_of_a_locale_that_is_not_there_is_what_its_name_says) {
  CHECK_STR(lwt_text_encoding(lwt_text_stdout()), "UTF-8");
}

TEST(text_in_utf_8_passes_as_it_is) {
  CHECK_STR(text_written("J\303\251r\303\251mie \346\227\245", NULL, LWT_TEXT_STRICT),
            "J\303\251r\303\251mie \346\227\245");
}
