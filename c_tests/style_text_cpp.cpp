// The macros of styled text, in C++.
#include "check.h"

#include "lwt_term.h"

TEST(the_macros_make_the_same_text_in_cpp) {
  lwt_styled *s = LWT_STYLED(LWT_FG(LWT_RGB(1, 2, 3)), LWT_BOLD, LWT_TEXT("foo"), LWT_TEXTF("%d", 42));
  CHECK_INT(lwt_styled_count(s), 4);
  CHECK_INT(lwt_term_styled_length(s), 5);
  lwt_styled_release(s);
}
