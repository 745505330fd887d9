/* lwt_syntax.h in C++: what leaves a block runs the destructors on its way, and
 * what C++ throws goes through it. */
/* also: clang++ */
#include "loop.h"

#include <stdexcept>
#include <string>

namespace {

struct noisy {
  const char *name;
  explicit noisy(const char *n) : name(n) {}
  noisy(const noisy &) = delete;
  ~noisy() { trace(name); }
};

lwt_t *failing(lwt_value, void *) { return lwt_fail(exn(LWT_FULL)); }
lwt_t *fails_later() { return lwt_bind(lwt_pause(), failing, NULL, NULL); }
intptr_t fiber(lwt_compute_fn f) { return run(lwt_spawn(f, NULL, NULL, 0)); }

extern "C" lwt_value failing_await(void *) {
  LWT_BEGIN;
  noisy function("function");
  LWT_TRY {
    noisy block("block");
    for (;;) {
      noisy loop("loop");
      std::string text = "a text of a length that does not fit into the string itself";
      LWT_AWAIT(fails_later());
      noisy never("never");
    }
  } LWT_FINALLY {
    noisy finally("finally");
    LWT_AWAIT(lwt_pause());
  } LWT_END
  noisy never("never");
  return LWT_UNIT;
}

extern "C" lwt_value leaving(void *) {
  LWT_BEGIN;
  LWT_TRY {
    noisy block("block");
    LWT_TRY {
      noisy inner("inner");
      LWT_LEAVE(LWT_INT(4));
    } LWT_FINALLY {
      trace("finally");
    } LWT_END
  } LWT_END
  return LWT_UNIT;
}

extern "C" lwt_value raising_in_the_function(void *) {
  LWT_BEGIN;
  noisy before("before");
  std::string text = "a text of a length that does not fit into the string itself";
  if (!text.empty()) LWT_RAISE(exn(LWT_EMPTY));
  noisy after("after");
  return LWT_UNIT;
}

extern "C" lwt_value throwing(void *) {
  LWT_BEGIN;
  int caught = 0;
  try {
    LWT_TRY {
      LWT_TRY {
        noisy block("block");
        throw std::runtime_error("thrown");
      } LWT_CATCH(e) {
        trace("not a failure");
      } LWT_FINALLY {
        LWT_AWAIT(lwt_pause());
        trace("inner");
      } LWT_END
      trace("not reached");
    } LWT_FINALLY {
      trace("outer");
    } LWT_END
  } catch (const std::runtime_error &e) {
    CHECK_STR(e.what(), "thrown");
    caught++;
  }
  /* What a finally ends with replaces it; what a case throws goes on. */
  LWT_TRY {
    LWT_TRY { throw std::runtime_error("lost"); }
    LWT_FINALLY { LWT_RAISE(exn(LWT_FULL)); }
    LWT_END
  } LWT_CATCH(e) {
    CHECK_INT(lwt_exn_kind(e), LWT_FULL);
    caught++;
  } LWT_END
  try {
    LWT_TRY { LWT_RAISE(exn(LWT_FULL)); }
    LWT_CATCH(e) { throw 5; }
    LWT_END
  } catch (int five) {
    CHECK_INT(five, 5);
    caught++;
  }
  return LWT_INT(caught);
}

struct object {
  int n = 1;
  int through_this(lwt_exn **out) {
    LWT_BEGIN_IN(int, out);
    LWT_TRY {
      n = 7;
      LWT_AWAIT(fails_later());
    } LWT_CATCH(e) {
      n++;
    } LWT_END
    return n;
  }
};
extern "C" lwt_value method(void *) {
  LWT_BEGIN;
  object it;
  return LWT_INT(LWT_CALL(it.through_this(LWT_EXN)));
}

} // namespace

TEST(a_failing_await_runs_destructors_then_the_finally) {
  CHECK_INT(fiber(failing_await), -LWT_FULL);
  CHECK_TRACE("loop block finally function");
}
TEST(leaving_with_a_value_runs_destructors) {
  CHECK_INT(fiber(leaving), 4);
  CHECK_TRACE("inner finally block");
}
TEST(a_raise_outside_of_blocks_runs_destructors) {
  CHECK_INT(fiber(raising_in_the_function), -LWT_EMPTY);
  CHECK_TRACE("before");
}
TEST(what_is_thrown_goes_through_and_runs_the_finally) {
  CHECK_INT(fiber(throwing), 3);
  CHECK_TRACE("block inner outer");
}
TEST(blocks_see_the_object_they_are_in) { CHECK_INT(fiber(method), 8); }
