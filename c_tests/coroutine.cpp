/* lwt.hpp: coroutines whose result is a promise. */
/* also: clang++ */
/* env: LWT_ENGINE=sim:3 */
#include "check.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

using lwt::promise;

static promise<int> plus_one(promise<int> p) { co_return co_await std::move(p) + 1; }

TEST(a_coroutine_that_never_waits_is_fulfilled_when_its_call_returns) {
  auto five = []() -> promise<int> { co_return 5; };
  promise<int> p = five();
  CHECK(p.is_fulfilled());
  CHECK_INT(std::move(p).take(), 5);
}

TEST(await_of_a_resolved_promise_does_not_suspend) {
  promise<int> p = plus_one(lwt::resolved(41));
  CHECK(p.is_fulfilled());
  CHECK_INT(std::move(p).take(), 42);
}

TEST(await_of_a_pending_promise_goes_on_inside_its_resolution) {
  auto [p, r] = lwt::wait<int>();
  promise<int> next = plus_one(std::move(p));
  CHECK(next.is_pending());
  r.resolve(1);
  CHECK(next.is_fulfilled());
  CHECK_INT(std::move(next).take(), 2);
}

static promise<> say(promise<> p, const char *word) {
  co_await std::move(p);
  trace(word);
}

TEST(what_waits_for_one_promise_goes_on_in_the_order_of_attachment) {
  auto [p, r] = lwt::wait();
  promise<> a = say(p.share(), "a");
  promise<> b = p.share().bind([]() { trace("b"); return lwt::resolved(); });
  promise<> c = say(p.share(), "c");
  p.on_success([]() { trace("d"); });
  promise<> e = say(std::move(p), "e");
  r.resolve();
  CHECK_TRACE("a b c d e");
  CHECK(a.is_fulfilled() && b.is_fulfilled() && c.is_fulfilled() && e.is_fulfilled());
}

TEST(what_a_coroutine_throws_is_its_failure_and_is_thrown_again_as_itself) {
  auto thrower = [](int n) -> promise<int> {
    if (n == 0) throw std::out_of_range("far");
    if (n == 1) throw lwt::unix_error(ENOENT, "open", "/x");
    if (n == 2) throw 17;
    co_return n;
  };
  CHECK_STR(CHECK_THROWS(std::out_of_range, thrower(0).take()).c_str(), "far");
  promise<int> p = thrower(1);
  CHECK_INT(lwt_exn_kind(lwt_exn_of(p.get())), LWT_UNIX_ERROR);
  CHECK_INT(lwt_exn_errno(lwt_exn_of(p.get())), ENOENT);
  try {
    std::move(p).take();
    CHECK(false);
  } catch (const lwt::unix_error &e) {
    CHECK_INT(e.errnum(), ENOENT);
    CHECK_STR(e.function(), "open");
    CHECK_STR(e.argument(), "/x");
  }
  try {
    thrower(2).take();
    CHECK(false);
  } catch (int n) {
    CHECK_INT(n, 17);
  }
}

TEST(c_sees_a_message_in_what_a_coroutine_throws) {
  auto thrower = []() -> promise<> {
    co_await lwt::resolved();
    throw std::runtime_error("told");
  };
  promise<> p = thrower();
  CHECK_STR(lwt_exn_message(lwt_exn_of(p.get())), "told");
}

static promise<> keep(promise<> p, const char *word) {
  witness local(word);
  try {
    co_await std::move(p);
    trace("done");
  } catch (const lwt::canceled &) {
    trace("canceled");
    throw;
  }
}

TEST(cancelling_cancels_what_is_awaited_and_the_destructors_run) {
  auto [p, r] = lwt::task();
  promise<> c = keep(std::move(p), "local");
  c.cancel();
  CHECK_TRACE("canceled local");
  CHECK_INT(c.failure()->kind(), LWT_CANCELED);
  r.resolve(); /* too late, and no error */
}

TEST(cancelling_reaches_through_coroutines_to_the_deepest_promise) {
  auto [p, r] = lwt::task();
  p.on_cancel([]() { trace("deep"); });
  promise<> c = keep(keep(keep(std::move(p), "1"), "2"), "3");
  c.cancel();
  CHECK_TRACE("deep canceled 1 canceled 2 canceled 3");
  CHECK(c.is_failed());
  r.forget();
}

TEST(what_cannot_be_cancelled_is_waited_for) {
  auto [p, r] = lwt::wait();
  promise<> c = keep(std::move(p), "local");
  c.cancel();
  CHECK(c.is_pending());
  r.resolve();
  CHECK(c.is_fulfilled());
  CHECK_TRACE("done local");
}

TEST(a_coroutine_may_answer_its_cancelling) {
  auto [p, r] = lwt::task<int>();
  auto stubborn = [](promise<int> p) -> promise<int> {
    try {
      co_return co_await std::move(p);
    } catch (const lwt::canceled &) {
    }
    co_return 7;
  };
  promise<int> c = stubborn(std::move(p));
  c.cancel();
  CHECK_INT(std::move(c).take(), 7);
  r.forget();
}

TEST(cancelled_while_it_runs_it_is_destroyed_where_it_would_next_wait) {
  promise<> self;
  auto [first, go] = lwt::wait();
  auto [second, never] = lwt::wait();
  auto suicide = [&](promise<> first, promise<> second) -> promise<> {
    witness local("local");
    co_await std::move(first);
    self.cancel();
    CHECK(self.is_failed());
    co_await lwt::resolved();
    trace("ready");
    co_await std::move(second);
    trace("never");
  };
  self = suicide(std::move(first), std::move(second));
  go.resolve();
  CHECK_TRACE("ready local");
  CHECK_INT(self.failure()->kind(), LWT_CANCELED);
  never.resolve();
  CHECK_TRACE("");
}

TEST(cancelled_while_it_runs_its_value_is_dropped) {
  promise<counted> self;
  auto [first, go] = lwt::wait();
  auto suicide = [&](promise<> first) -> promise<counted> {
    co_await std::move(first);
    self.cancel();
    co_return counted(1);
  };
  self = suicide(std::move(first));
  go.resolve();
  CHECK_INT(counted::alive, 0);
  CHECK_INT(self.failure()->kind(), LWT_CANCELED);
}

TEST(dropping_the_promise_does_not_stop_the_coroutine) {
  auto [p, r] = lwt::wait();
  keep(std::move(p), "local").reset();
  CHECK_TRACE("");
  r.resolve();
  CHECK_TRACE("done local");
}

TEST(a_coroutine_that_nothing_can_wake_is_destroyed_and_those_behind_it) {
  auto [p, r] = lwt::wait();
  promise<> c = keep(keep(std::move(p), "inner"), "outer");
  r.forget();
  CHECK_TRACE("inner outer");
  CHECK(c.is_pending());
}

TEST(awaiting_what_nothing_can_resolve_destroys_the_coroutine) {
  auto [p, r] = lwt::wait();
  promise<> other = p.share();
  r.forget();
  promise<> c = keep(std::move(p), "local");
  CHECK_TRACE("local");
  CHECK(c.is_pending() && other.is_pending());
}

TEST(a_dropped_resolver_fails_what_awaits) {
  promise<> c;
  {
    auto [p, r] = lwt::wait();
    c = keep(std::move(p), "local");
  }
  CHECK_TRACE("local");
  CHECK_THROWS(lwt::abandoned, std::move(c).take());
}

TEST(a_thread_that_ends_destroys_its_coroutines) {
  on_a_thread([]() {
    auto [p, r] = lwt::wait();
    promise<> c = keep(std::move(p), "local");
    c.release(); /* on purpose: the thread's end has to see to it */
    r.release();
  });
  CHECK_TRACE("local");
}


TEST(locals_go_first_then_parameters_and_then_the_promise_resolves) {
  auto [p, r] = lwt::wait();
  auto f = [](promise<> p, witness) -> promise<> {
    witness local("local");
    co_await std::move(p);
    trace("body");
  };
  promise<> c = f(std::move(p), witness("parameter"));
  c.on_termination([]() { trace("resolved"); });
  r.resolve();
  CHECK_TRACE("body local parameter resolved");
}

struct bomb {
  ~bomb() noexcept(false) { throw std::runtime_error("bomb"); }
};

TEST(what_a_local_throws_when_it_goes_replaces_the_value) {
  auto f = [](promise<> p) -> promise<counted> {
    bomb b;
    co_await std::move(p);
    co_return counted(1);
  };
  auto [p, r] = lwt::wait();
  promise<counted> c = f(std::move(p));
  r.resolve();
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(c).take()).c_str(), "bomb");
  CHECK_INT(counted::alive, 0);
  CHECK_STR(CHECK_THROWS(std::runtime_error, f(lwt::resolved()).take()).c_str(), "bomb");
  CHECK_INT(counted::alive, 0);
}

TEST(values_of_every_sort_come_through) {
  auto f = [](promise<> p) -> promise<std::unique_ptr<counted>> {
    co_await std::move(p);
    co_return std::make_unique<counted>(3);
  };
  {
    auto [p, r] = lwt::wait();
    promise<std::unique_ptr<counted>> c = f(std::move(p));
    r.resolve();
    CHECK_INT(counted::alive, 1);
    CHECK_INT(std::move(c).take()->n, 3);
  }
  CHECK_INT(counted::alive, 0);
  f(lwt::resolved()).reset();
  CHECK_INT(counted::alive, 0);

  auto negative = []() -> promise<signed char> { co_return -3; };
  CHECK_INT(negative().take(), -3);
  CHECK_INT(lwt_value_of(negative().get()) == LWT_INT(-3), 1);
  auto real = []() -> promise<double> { co_return 2.5; };
  CHECK(real().take() == 2.5);
  auto text = []() -> promise<std::string> { co_return "text"; };
  CHECK_STR(text().take().c_str(), "text");
  auto none = [](bool some) -> promise<std::optional<std::string>> {
    if (!some) co_return std::nullopt;
    co_return "some";
  };
  CHECK(!none(false).take().has_value());
  CHECK_STR(none(true).take()->c_str(), "some");
  CHECK(lwt_value_of(none(false).get()) == LWT_NONE);
}

TEST(an_exception_of_any_class_stays_the_same_failure_on_its_way_up) {
  auto [p, r] = lwt::wait<int>();
  auto inner = [](promise<int> q) -> promise<int> {
    if (co_await std::move(q) == 1) throw std::runtime_error("deep");
    co_return 0;
  };
  promise<int> first = inner(std::move(p));
  promise<int> second = plus_one(first.share()).map([](int n) { return n; });
  promise<int> third = second.share().bind([](int) { return promise<int>(); });
  r.resolve(1);
  const lwt_exn *made = first.failure()->get();
  CHECK(second.failure()->get() == made && third.failure()->get() == made);
  /* One that is caught and thrown anew is another. */
  auto anew = [](promise<int> q) -> promise<int> {
    try {
      co_return co_await std::move(q);
    } catch (const std::runtime_error &) {
      throw std::runtime_error("other");
    }
  };
  promise<int> other = anew(std::move(third));
  CHECK(other.failure()->get() != made);
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(other).take()).c_str(), "other");
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(second).take()).c_str(), "deep");
}

TEST(braces_make_a_value_to_return) {
  auto none = []() -> promise<std::vector<int>> {
    co_await lwt::resolved();
    co_return {};
  };
  CHECK_INT(none().take().size(), 0);
  auto some = []() -> promise<std::vector<int>> { co_return {1, 2, 3}; };
  CHECK_INT(some().take().size(), 3);
  auto zero = []() -> promise<int> { co_return {}; };
  CHECK_INT(zero().take(), 0);
  auto unset = []() -> promise<std::optional<int>> { co_return {}; };
  CHECK(!unset().take().has_value());
}

TEST(a_word_that_stands_for_none_is_no_value_of_an_optional) {
  constexpr unsigned long none = 0x4c57544e4f4e45;
  auto f = [=]() -> promise<std::optional<unsigned long>> { co_return none; };
  CHECK_THROWS(lwt::invalid_argument, f().take());
  CHECK_THROWS(lwt::invalid_argument, lwt::resolved(std::optional(none)).take());
  CHECK(lwt::resolved(none).take() == none);
}

TEST(a_value_that_was_moved_out_is_gone_for_the_next_and_says_so) {
  promise<std::string> p = lwt::resolved(std::string("once"));
  promise<std::string> again = p.share();
  CHECK_STR(std::move(p).take().c_str(), "once");
  CHECK_THROWS(lwt::invalid_argument, std::move(again).take());
}

TEST(an_empty_promise_fails_what_awaits_it) {
  CHECK_THROWS(lwt::invalid_argument, plus_one(promise<int>()).take());
}

TEST(a_promise_of_another_thread_fails_what_awaits_it) {
  promise<int> p = lwt::resolved(1);
  on_a_thread([&]() {
    CHECK_THROWS(lwt::wrong_thread, plus_one(promise<int>(const_cast<lwt_t *>(p.get()))).take());
  });
  CHECK_INT(std::move(p).take(), 1);
}

TEST(storage_goes_along) {
  static lwt::key<int> key;
  auto look = [](promise<> p) -> promise<int> {
    int before = *key.get();
    co_await std::move(p);
    co_return before * 10 + *key.get();
  };
  auto [p, r] = lwt::wait();
  promise<int> seen = lwt::with_value(key, 4, [&, &p = p]() { return look(std::move(p)); });
  CHECK(key.get() == nullptr);
  r.resolve();
  CHECK(key.get() == nullptr);
  CHECK_INT(std::move(seen).take(), 44);
}

TEST(what_a_coroutine_given_as_a_callback_captures_lives_until_it_has_ended) {
  auto [p, r] = lwt::wait();
  auto [awaited, s] = lwt::wait();
  promise<> q = std::move(awaited);
  auto captured = [&q](const char *name) {
    return [w = witness(name), &q]() -> promise<> {
      co_await q.share();
      trace(w.name == nullptr ? "gone" : "there");
    };
  };
  promise<> a = p.share().bind(captured("a"));
  promise<> b = lwt::resolved().finalize(captured("b"));
  promise<> c = lwt::with_timeout(lwt::seconds(9), captured("c"));
  std::vector<int> one = {1};
  promise<> d = lwt::list::iter_s(one, [f = captured("d")](int) { return f(); });
  r.resolve();
  CHECK_TRACE("");
  s.resolve();
  CHECK(a.is_fulfilled() && b.is_fulfilled() && c.is_fulfilled() && d.is_fulfilled());
  std::string words = " " + trace() + " ";
  trace().clear();
  CHECK(words.find("gone") == std::string::npos);
  for (const char *name : {" a ", " b ", " c ", " d "}) CHECK(words.find(name) != std::string::npos);
}

static promise<int> nested(long n) {
  if (n == 0) co_return 0;
  co_return co_await nested(n - 1) + 1;
}

TEST(recursion_that_never_waits_needs_no_more_than_a_bounded_stack) {
  on_a_thread([]() {
    long n = scaled(1000000);
    promise<int> p = nested(n);
    CHECK(p.is_fulfilled());
    CHECK_INT(std::move(p).take(), n);
  });
}

TEST(a_pick_cancels_the_coroutine_that_lost) {
  auto [p, r] = lwt::task();
  auto [q, s] = lwt::task();
  promise<> first = lwt::pick(keep(std::move(p), "p"), keep(std::move(q), "q"));
  r.resolve();
  CHECK(first.is_fulfilled());
  CHECK_TRACE("done p canceled q");
  s.forget();
}

TEST(the_main_loop_runs_coroutines) {
  using namespace std::chrono_literals;
  auto work = []() -> promise<int> {
    co_await lwt::sleep(1ms);
    co_await lwt::pause();
    int n = co_await lwt::job([]() { return 20; });
    co_return n + co_await lwt::spawn([]() { return lwt::await(plus_one(lwt::resolved(21))); });
  };
  CHECK_INT(lwt::run(work()), 42);
  CHECK_THROWS(lwt::timed_out, lwt::run(lwt::with_timeout(1ms, []() -> promise<> {
    co_await lwt::sleep(1h);
  })));
}
