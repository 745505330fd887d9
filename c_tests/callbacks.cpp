/* lwt.hpp, in C++17: promises, resolvers, callbacks, groups, fibers and jobs. */
/* flags: -std=c++17 */
/* also: clang++ */
/* env: LWT_ENGINE=sim:3 */
#include "check.hpp"

#include <memory>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <vector>

using lwt::promise;
using namespace std::chrono_literals;

TEST(bind_and_map_move_the_value_along) {
  {
    auto [p, r] = lwt::wait<counted>();
    promise<int> n = std::move(p)
                         .bind([](counted c) { return lwt::resolved(counted(c.n + 1)); })
                         .map([](counted c) { return std::make_unique<counted>(c.n + 1); })
                         .bind([](std::unique_ptr<counted> c) { return lwt::resolved(c->n); });
    CHECK(n.is_pending());
    r.resolve(1);
    CHECK_INT(std::move(n).take(), 3);
  }
  CHECK_INT(counted::alive, 0);
}

TEST(a_value_that_nobody_takes_is_destroyed) {
  {
    promise<counted> p = lwt::resolved(counted(1));
    CHECK_INT(counted::alive, 1);
    auto [q, r] = lwt::wait<counted>();
    r.resolve(2);
    CHECK_INT(counted::alive, 2);
    auto [lost, s] = lwt::task<counted>();
    lost.cancel();
    s.resolve(3);
    CHECK_INT(counted::alive, 2);
  }
  CHECK_INT(counted::alive, 0);
}

TEST(what_a_callback_throws_is_the_failure_and_goes_on_as_itself) {
  promise<int> p = lwt::resolved(1)
                       .map([](int) -> int { throw std::out_of_range("far"); })
                       .map([](int n) { return n + 1; });
  CHECK_STR(CHECK_THROWS(std::out_of_range, std::move(p).take()).c_str(), "far");
  promise<int> q = lwt::resolved(1).bind([](int) -> promise<int> { throw std::bad_alloc(); });
  CHECK_THROWS(std::bad_alloc, std::move(q).take());
  promise<int> s = lwt::resolved(1).map([](int) -> int { throw lwt::not_found("where"); });
  CHECK_INT(s.failure()->kind(), LWT_NOT_FOUND);
  CHECK_STR(CHECK_THROWS(lwt::not_found, std::move(s).take()).c_str(), "where");
}

TEST(catch_takes_errors_pointers_and_types) {
  auto failing = []() { return lwt::failed<int>(std::out_of_range("far")); };
  CHECK_INT(failing().catch_([](const lwt::error &) { return 1; }).take(), 1);
  CHECK_INT(failing().catch_([](std::exception_ptr) { return lwt::resolved(2); }).take(), 2);
  CHECK_INT(failing().catch_<std::out_of_range>([](const std::out_of_range &) { return 3; }).take(),
            3);
  CHECK_INT(failing().catch_<std::logic_error>([](const std::logic_error &) { return 4; }).take(),
            4);
  promise<int> passed =
      failing().catch_<std::range_error>([](const std::range_error &) { return 5; });
  CHECK_THROWS(std::out_of_range, std::move(passed).take());
  promise<int> again = failing().catch_([](const lwt::error &) -> int { throw 6; });
  try {
    std::move(again).take();
    CHECK(false);
  } catch (int n) {
    CHECK_INT(n, 6);
  }
  CHECK_INT(lwt::resolved(7).catch_([](const lwt::error &) { return 0; }).take(), 7);
}

TEST(try_bind_goes_one_way_and_finalize_both) {
  auto way = [](promise<std::string> p) {
    return std::move(p)
        .finalize([]() { trace("finally"); })
        .try_bind([](std::string s) { return lwt::resolved(s + "!"); },
                  [](const lwt::error &e) { return lwt::resolved(std::string(e.what())); })
        .take();
  };
  CHECK_STR(way(lwt::resolved(std::string("yes"))).c_str(), "yes!");
  CHECK_STR(way(lwt::failed<std::string>(lwt::failure("no"))).c_str(), "no");
  CHECK_TRACE("finally finally");
  promise<> p = lwt::resolved().finalize([]() { return lwt::failed<>(lwt::failure("last")); });
  CHECK_THROWS(lwt::failure, std::move(p).take());
}

TEST(environments_are_destroyed_once_whatever_happens) {
  auto shared = std::make_shared<int>(0);
  auto use = [&]() { return [shared]() { return 1; }; };
  lwt::resolved().map(use()).reset();
  CHECK_INT(shared.use_count(), 1);
  lwt::failed<>(lwt::failure()).map(use()).reset();
  CHECK_INT(shared.use_count(), 1);
  auto [p, r] = lwt::wait();
  promise<int> pending = std::move(p).map(use());
  CHECK_INT(shared.use_count(), 2);
  r.forget();
  CHECK_INT(shared.use_count(), 1);
}

TEST(observers_borrow_and_what_they_throw_goes_to_the_hook) {
  static int hooked;
  lwt_set_async_exception_hook([](const lwt_exn *, void *) { hooked++; }, nullptr, nullptr);
  auto [p, r] = lwt::wait<std::string>();
  p.on_success([](const std::string &s) { trace(s.c_str()); });
  p.on_failure([](const lwt::error &) { trace("failure"); });
  p.on_termination([]() { trace("end"); });
  p.on_any([](const std::string &) { trace("any"); }, [](const lwt::error &) { trace("none"); });
  p.on_success([](const std::string &) { throw 1; });
  r.resolve("value");
  CHECK_TRACE("value end any");
  CHECK_INT(hooked, 1);
  CHECK_STR(std::move(p).take().c_str(), "value");

  promise<int> q = lwt::failed<int>(lwt::canceled());
  q.on_failure([](const lwt::error &e) { trace(e.kind() == LWT_CANCELED ? "canceled" : "?"); });
  q.on_cancel([]() { trace("on_cancel"); });
  CHECK_TRACE("canceled on_cancel");
  CHECK_THROWS(lwt::invalid_argument, promise<>().on_termination([]() {}));
  lwt_set_async_exception_hook(nullptr, nullptr, nullptr);
}

TEST(a_resolver_is_spent_once_and_abandons_when_it_is_dropped) {
  promise<int> p;
  lwt::resolver<int> r;
  std::tie(p, r) = lwt::wait<int>();
  r.resolve(1);
  CHECK_THROWS(lwt::invalid_argument, r.resolve(2));
  CHECK_INT(std::move(p).take(), 1);
  std::tie(p, r) = lwt::wait<int>();
  r = lwt::resolver<int>();
  CHECK_THROWS(lwt::abandoned, std::move(p).take());
  std::tie(p, r) = lwt::wait<int>();
  r.fail(std::runtime_error("told"));
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(p).take()).c_str(), "told");
  std::tie(p, r) = lwt::wait<int>();
  r.fail(std::make_exception_ptr(std::runtime_error("pointer")));
  CHECK_STR(CHECK_THROWS(std::runtime_error, std::move(p).take()).c_str(), "pointer");
}

TEST(groups_take_packs_and_vectors) {
  CHECK(lwt::join(lwt::resolved(), lwt::resolved(1)).is_fulfilled());
  CHECK(lwt::join().is_fulfilled());
  auto [a, b, c] =
      lwt::all(lwt::resolved(1), lwt::resolved(std::string("two")), lwt::resolved()).take();
  CHECK_INT(a, 1);
  CHECK_STR(b.c_str(), "two");
  CHECK(c == std::monostate());
  auto [d, e] = lwt::both(lwt::resolved(std::make_unique<int>(4)), lwt::resolved(5.5)).take();
  CHECK_INT(*d, 4);
  CHECK(e == 5.5);

  std::vector<promise<std::string>> many;
  for (int i = 0; i < 5; i++) many.push_back(lwt::resolved(std::to_string(i)));
  std::string joined;
  for (const std::string &s : lwt::all(std::move(many)).take()) joined += s;
  CHECK_STR(joined.c_str(), "01234");

  auto [p, r] = lwt::task<int>();
  auto [q, s] = lwt::task<int>();
  q.on_cancel([]() { trace("loser"); });
  promise<int> first = lwt::pick(std::move(p), std::move(q));
  r.resolve(6);
  CHECK_INT(std::move(first).take(), 6);
  CHECK_TRACE("loser");
  s.forget();
  CHECK_THROWS(lwt::invalid_argument, lwt::choose(std::vector<promise<int>>()).take());
  std::vector<promise<int>> some;
  some.push_back(lwt::resolved(1));
  auto [never, held] = lwt::wait<int>();
  some.push_back(std::move(never));
  CHECK_INT(lwt::npick(std::move(some)).take().size(), 1);
}

TEST(storage_is_typed) {
  static lwt::key<std::string> key;
  CHECK(key.get() == nullptr);
  promise<> p = lwt::with_value(key, "bound", []() {
    trace(key.get()->c_str());
    return lwt::with_value(key, std::nullopt, []() { CHECK(key.get() == nullptr); });
  });
  CHECK(p.is_fulfilled());
  CHECK_TRACE("bound");
}

TEST(fibers_await_and_throw) {
  auto [p, r] = lwt::wait<std::string>();
  promise<std::string> f = lwt::spawn([&, &p = p]() { return lwt::await(std::move(p)) + "!"; });
  lwt::resolver<std::string> resolver = std::move(r);
  promise<> waker = lwt::sleep(1ms).map([&]() { resolver.resolve("fiber"); });
  CHECK_STR(lwt::run(std::move(f)).c_str(), "fiber!");
  CHECK_THROWS(std::out_of_range,
               lwt::run(lwt::spawn([]() -> int { throw std::out_of_range("far"); })));
  CHECK_THROWS(lwt::timed_out, lwt::run(lwt::spawn([]() { lwt::await(lwt::timeout(1ms)); })));
}

TEST(fibers_may_await_while_they_handle_exceptions) {
  /* Each catches its own, though the handlers are entered and left crosswise. */
  auto fiber = [](const char *mine, std::chrono::milliseconds first,
                  std::chrono::milliseconds second) {
    return lwt::spawn([=]() {
      lwt::await(lwt::sleep(first));
      try {
        throw std::runtime_error(mine);
      } catch (const std::runtime_error &) {
        lwt::await(lwt::sleep(second));
        try {
          throw;
        } catch (const std::runtime_error &again) {
          trace(again.what());
        }
      }
    });
  };
  try {
    throw std::runtime_error("outer");
  } catch (...) {
    lwt::run(lwt::join(fiber("a", 1ms, 6ms), fiber("b", 3ms, 1ms), fiber("c", 2ms, 10ms)));
    try {
      throw;
    } catch (const std::runtime_error &outer) {
      trace(outer.what());
    }
  }
  CHECK_TRACE("b a c outer");
  CHECK(std::current_exception() == nullptr);
}

TEST(jobs_and_detached_functions_bring_values_and_exceptions_home) {
  auto word = std::make_unique<int>(1);
  CHECK_INT(*lwt::run(lwt::job([word = std::move(word)]() mutable { return std::move(word); })), 1);
  CHECK_THROWS(std::out_of_range, lwt::run(lwt::job([]() -> int { throw std::out_of_range("x"); })));
  lwt::run(lwt::job([]() {}));
  auto add = [](int a, std::string b) { return std::to_string(a) + b; };
  CHECK_STR(lwt::run(lwt::detach(add, 1, std::string("b"))).c_str(), "1b");
  CHECK_THROWS(std::out_of_range, lwt::run(lwt::detach([]() { throw std::out_of_range("x"); })));
  CHECK_INT(lwt::run(lwt::detach([]() {
    return lwt::run_in_main([]() { return lwt::sleep(1ms).map([]() { return 8; }); });
  })), 8);
}

TEST(a_job_that_never_runs_is_freed) {
  auto held = std::make_shared<int>(0);
  promise<> p = lwt::job([held]() {});
  p.cancel();
  lwt::run(promise<>(lwt_unix_wait_for_jobs()));
  CHECK_INT(held.use_count(), 1);
}

TEST(a_notification_calls_once_for_each_send) {
  int calls = 0;
  lwt::notification n([&calls]() { calls++; });
  n.send();
  n.send();
  while (calls < 2) lwt::run(lwt::sleep(1ms));
  CHECK_INT(calls, 2);
}

TEST(errors_are_what_they_say) {
  try {
    lwt::run(lwt::mkdir("/proc/no/such"));
    CHECK(false);
  } catch (const lwt::unix_error &e) {
    CHECK(e.code() == std::errc::no_such_file_or_directory);
    CHECK_STR(e.function(), "mkdir");
  }
  lwt::error a(LWT_FAILURE, "a"), b(a);
  b = lwt::failure("b");
  a = b;
  CHECK_STR(a.what(), "b");
  int kind = lwt_exn_register("Mine");
  CHECK_INT(lwt::failed<>(lwt::error(kind)).failure()->kind(), kind);
}
