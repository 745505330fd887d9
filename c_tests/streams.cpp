/* lwt.hpp: streams, and scopes. */
/* also: clang++ */
/* env: LWT_ENGINE=sim:1 */
#include "check.hpp"

#include <memory>
#include <stdexcept>
#include <tuple>
#include <vector>

using lwt::promise;
using namespace std::chrono_literals;

TEST(a_stream_is_read_in_a_loop) {
  auto ends = lwt::make_stream<int>();
  auto &s = ends.first;
  auto &push = ends.second;
  auto sum = [](lwt::stream<int> s) -> promise<int> {
    int total = 0;
    while (auto n = co_await s.next()) total += *n;
    co_return total;
  };
  promise<int> total = sum(s);
  for (int i = 0; i < 5; i++) push(i);
  CHECK(total.is_pending());
  push.close();
  CHECK_INT(std::move(total).take(), 10);
  CHECK_THROWS(lwt::closed, push(1));
  CHECK_THROWS(lwt::empty, s.next_or_fail().take());
}

TEST(a_word_that_stands_for_none_does_not_close_a_stream_unseen) {
  constexpr unsigned long none = 0x4c57544e4f4e45;
  lwt::stream_push<unsigned long> push;
  lwt::stream<unsigned long> s;
  std::tie(s, push) = lwt::make_stream<unsigned long>();
  CHECK_THROWS(lwt::invalid_argument, push(none));
  CHECK(!s.is_closed());
  push(none - 1);
  CHECK(*s.next().take() == none - 1);
  CHECK_THROWS(lwt::invalid_argument, lwt::stream<unsigned long>::of({none}));
  lwt::bounded_push<unsigned long> bounded;
  lwt::stream<unsigned long> t;
  std::tie(t, bounded) = lwt::make_bounded_stream<unsigned long>(1);
  CHECK_THROWS(lwt::invalid_argument, bounded(none).take());
  CHECK(!t.is_closed());
  lwt::mvar<unsigned long> box;
  CHECK_THROWS(lwt::invalid_argument, box.put(none).take());
  CHECK(box.is_empty());
}

TEST(what_is_thrown_says_what_is_wrong) {
  lwt::stream_push<int> push = lwt::make_stream<int>().second;
  push.close();
  CHECK_STR(CHECK_THROWS(lwt::closed, push(1)).c_str(), "lwt::stream_push: it is closed");
  lwt::resolver<> none;
  CHECK_STR(CHECK_THROWS(lwt::invalid_argument, none.resolve()).c_str(),
            "lwt::resolver: not a good handle or argument, or used up before");
}

TEST(a_fiber_reads_with_a_range_for) {
  int n = 0;
  auto s = lwt::stream<std::string>::from([&n]() -> promise<std::optional<std::string>> {
    co_await lwt::pause();
    if (n == 3) co_return std::nullopt;
    co_return std::to_string(n++);
  });
  std::string all = lwt::run(lwt::spawn([&]() {
    std::string all;
    for (const std::string &each : s) all += each;
    return all;
  }));
  CHECK_STR(all.c_str(), "012");
}

TEST(each_reader_of_a_clone_has_its_own_elements) {
  {
    lwt::stream<counted> s = lwt::stream<counted>::of({counted(1), counted(2)});
    lwt::stream<counted> t = s.clone();
    CHECK_INT(s.peek().take()->n, 1);
    CHECK_INT(s.next().take()->n, 1);
    CHECK_INT(t.next().take()->n, 1);
    CHECK_INT(t.nget(5).take().size(), 1);
    CHECK_INT(s.to_vector().take()[0].n, 2);
    CHECK(!s.next().take().has_value());
  }
  CHECK_INT(counted::alive, 0);
}

TEST(a_stream_carries_what_can_only_be_moved) {
  {
    auto [s, push] = lwt::make_stream<std::unique_ptr<counted>>();
    auto first = s.next();
    push(std::make_unique<counted>(1));
    push(std::make_unique<counted>(2));
    push(std::make_unique<counted>(3));
    CHECK_INT((*std::move(first).take())->n, 1);
    CHECK_INT((*s.next().take())->n, 2);
  }
  CHECK_INT(counted::alive, 0);
}

TEST(streams_are_transformed_and_iterated) {
  auto numbers = []() { return lwt::stream<int>::of({1, 2, 3, 4, 5, 6}); };
  auto text = [](int n) { return std::to_string(n); };
  auto half = [](int n) -> std::optional<std::string> {
    if (n % 2 != 0) return std::nullopt;
    return std::to_string(n / 2);
  };
  auto slow = [](int n) -> promise<int> {
    co_await lwt::sleep(10s);
    co_return n * n;
  };
  std::string all;
  auto add = [&all](const auto &each) { all += each; };
  lwt::run(numbers().map(text).iter(add));
  lwt::run(numbers().filter([](int n) { return n > 4; }).map(text).iter(add));
  lwt::run(numbers().filter_map(half).append(lwt::stream<std::string>::of({"x"})).iter_s(add));
  CHECK_STR(all.c_str(), "12345656123x");
  CHECK(lwt::run(numbers().map_s(slow).to_vector()) == (std::vector{1, 4, 9, 16, 25, 36}));
  int at_once = 0, most = 0;
  lwt::run(numbers().iter_n(2, [&](int) -> promise<> {
    if (++at_once > most) most = at_once;
    co_await lwt::sleep(1s);
    at_once--;
  }));
  CHECK_INT(most, 2);
  CHECK_INT(lwt::run(numbers().fold([](int n, int sum) { return n + sum; }, 0)), 21);
  CHECK_INT(*lwt::run(numbers().find([](int n) { return n > 3; })), 4);
  CHECK_INT(lwt::run(numbers().get_while([](int n) { return n < 3; })).size(), 2);
  CHECK_THROWS(lwt::failure,
               lwt::run(numbers().iter([](int) { throw lwt::failure("in a callback"); })));
  CHECK_THROWS(lwt::failure, lwt::run(numbers()
                                          .filter([](int) -> bool { throw lwt::failure("test"); })
                                          .to_vector()));
}

TEST(a_bounded_stream_makes_its_writer_wait) {
  auto ends = lwt::make_bounded_stream<int>(1);
  auto &s = ends.first;
  auto &push = ends.second;
  CHECK(push(1).is_fulfilled());
  promise<> second = push(2);
  CHECK(second.is_pending() && push.is_blocked());
  CHECK_THROWS(lwt::full, push(3).take());
  CHECK_INT(*s.next().take(), 1);
  lwt::run(std::move(second));
  CHECK_INT(*s.next().take(), 2);
  push.close();
  CHECK(push.is_closed());
  CHECK(!s.next().take().has_value());
}

/* Can't be moved while `held`. */
struct stubborn {
  static inline bool held = false;
  stubborn() = default;
  stubborn(stubborn &&) {
    if (held) throw std::runtime_error("held");
  }
};

TEST(a_fold_whose_first_value_throws_fails_and_gives_its_callback_up) {
  auto shared = std::make_shared<int>(0);
  auto s = lwt::stream<int>::of({1});
  auto f = [shared](int, stubborn so_far) { return so_far; };
  stubborn::held = true;
  promise<stubborn> p = s.fold(std::move(f), stubborn());
  stubborn::held = false;
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(p).take()).c_str(), "held");
  CHECK_INT(shared.use_count(), 1);
}

static promise<> child(std::chrono::seconds time, const char *name, bool fail) {
  witness local(name);
  co_await lwt::sleep(time);
  if (fail) throw lwt::failure(name);
}

TEST(what_is_started_in_a_scope_does_not_outlive_it) {
  int answer = lwt::run(lwt::with_scope([](lwt::scope scope) -> promise<int> {
    scope.start([]() { return child(1000s, "child", false); });
    scope.add_hook([]() { trace("hook"); });
    CHECK(lwt::scope::current().has_value());
    co_await lwt::sleep(1s);
    trace("body");
    co_return 5;
  }));
  CHECK_INT(answer, 5);
  CHECK_TRACE("body child hook");
  CHECK(!lwt::scope::current().has_value());
}

TEST(a_failure_inside_ends_the_scope_and_is_its_own) {
  promise<> p = lwt::with_scope([](lwt::scope scope) -> promise<> {
    auto a = scope.start([]() { return child(2s, "a", true); });
    auto b = scope.start([]() { return child(9s, "b", false); });
    co_await lwt::join(std::move(a), std::move(b));
  });
  CHECK_STR(CHECK_THROWS(lwt::failure, lwt::run(std::move(p))).c_str(), "a");
  CHECK_TRACE("a b");
}

TEST(a_scope_ends_at_its_deadline_or_for_a_reason) {
  CHECK_THROWS(lwt::timed_out, lwt::run(lwt::with_scope(3s, [](lwt::scope) {
                 return child(9s, "late", false);
               })));
  CHECK_THROWS(lwt::timed_out,
               lwt::run(lwt::with_timeout(3s, []() { return child(9s, "later", false); })));
  CHECK_THROWS(lwt::not_found, lwt::run(lwt::with_scope([](lwt::scope scope) {
                 scope.set_deadline(50s);
                 scope.cancel(lwt::not_found("why"));
                 CHECK_INT(scope.reason()->kind(), LWT_NOT_FOUND);
                 CHECK_THROWS(lwt::off, scope.add_hook([]() {}));
                 return child(9s, "none", false);
               })));
  CHECK_TRACE("late later none");
}

TEST(a_race_has_one_winner_and_awaits_the_others) {
  lwt::run(lwt::race(child(2s, "slow", false), child(1s, "fast", false)));
  CHECK_TRACE("fast slow");
}

TEST(a_switch_made_by_hand_runs_its_hooks_once) {
  lwt::scope sw;
  sw.add_hook([]() { trace("first"); });
  sw.add_hook([]() { trace("second"); });
  CHECK(sw.is_on());
  CHECK(sw.turn_off().is_fulfilled() && sw.turn_off().is_fulfilled());
  CHECK_TRACE("second first");
}
