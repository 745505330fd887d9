/* lwt.hpp: a coroutine allocates its frame and nothing else; chains of any
 * length need no stack. */
/* also: clang++ */
/* timeout: 120 */
#include "check.hpp"

#include <malloc.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

using lwt::promise;

static long allocations;
static bool exhausted; /* nothing is given out */

[[gnu::noinline]] void *operator new(std::size_t size) {
  allocations++;
  if (void *p = exhausted ? nullptr : std::malloc(size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
  allocations++;
  return exhausted ? nullptr : std::malloc(size);
}
[[gnu::noinline]] void operator delete(void *p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void *p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void *p, const std::nothrow_t &) noexcept { std::free(p); }

/* Valgrind replaces these with its own. */
static bool replaced() {
  const char *tool = std::getenv("LWT_TEST_TOOL");
  return tool != nullptr && std::strcmp(tool, "valgrind") == 0;
}
static void check_allocations(long since, long want) {
  if (!replaced()) CHECK_INT(allocations - since, want);
}

static promise<int> twice(promise<int> p) {
  int n = co_await std::move(p);
  co_return n + n;
}

/* What the C library gives out, malloc of the library included. */
static long given() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0;
#else
  return (long)mallinfo2().uordblks;
#endif
}

TEST(a_coroutine_that_waits_allocates_its_frame_and_nothing_else) {
  for (int round = 0; round < 2; round++) { /* the first one warms up */
    long before = allocations, bytes = given();
    auto [p, r] = lwt::wait<int>();
    promise<int> c = twice(std::move(p));
    long during = given() - bytes;
    r.resolve(4);
    CHECK_INT(std::move(c).take(), 8);
    check_allocations(before, 1);
    if (round == 1) {
      CHECK(during <= 400);
      CHECK_INT(given() - bytes, 0);
    }
  }
}

TEST(await_of_a_resolved_promise_allocates_nothing) {
  auto many = [](long n) -> promise<long> {
    long sum = 0;
    for (long i = 0; i < n; i++) sum += co_await lwt::resolved(1);
    co_return sum;
  };
  long before = allocations, n = scaled(1000000);
  promise<long> p = many(n);
  CHECK(p.is_fulfilled());
  CHECK_INT(std::move(p).take(), n);
  check_allocations(before, 1);
}

TEST(await_of_a_pending_promise_allocates_nothing) {
  lwt::resolver<int> r;
  auto many = [&](long n) -> promise<long> {
    long sum = 0;
    for (long i = 0; i < n; i++) {
      auto [p, u] = lwt::wait<int>();
      r = std::move(u);
      sum += co_await std::move(p);
    }
    co_return sum;
  };
  long n = scaled(1000000);
  promise<long> p = many(n);
  r.resolve(1);
  long before = allocations, bytes = given();
  for (long i = 1; i < n; i++) lwt::resolver<int>(r.release()).resolve(1);
  check_allocations(before, 0);
  CHECK(given() - bytes <= 0);
  CHECK_INT(std::move(p).take(), n);
}

TEST(a_callback_with_a_word_of_captures_allocates_nothing) {
  long before = allocations;
  int n = 3;
  int *pointer = &n;
  auto [p, r] = lwt::wait<int>();
  promise<int> q = std::move(p).map([pointer](int m) { return m + *pointer; });
  r.resolve(4);
  CHECK_INT(std::move(q).take(), 7);
  check_allocations(before, 0);
}

TEST(where_memory_runs_out_promises_fail_and_nothing_is_lost) {
  if (replaced()) return;
  auto [p, r] = lwt::wait<int>();
  promise<int> before = twice(p.share());
  exhausted = true;
  promise<int> coroutine = twice(p.share());
  std::array<int, 9> much{};
  promise<int> callback = p.share().map([much](int n) { return n + much[0]; });
  promise<std::array<int, 9>> value = lwt::resolved(much);
  exhausted = false;
  CHECK_INT(coroutine.failure()->kind(), LWT_OUT_OF_MEMORY);
  CHECK_THROWS(lwt::out_of_memory, std::move(callback).take());
  CHECK_THROWS(lwt::out_of_memory, std::move(value).take());
  exhausted = true;
  r.resolve(2);
  exhausted = false;
  CHECK_INT(std::move(before).take(), 4);
}

/* A chain: each coroutine awaits the one before. */
static promise<int> link(promise<int> p) { co_return co_await std::move(p) + 1; }
static promise<int> chain(promise<int> p, int n) {
  for (int i = 0; i < n; i++) p = link(std::move(p));
  return p;
}

static void long_chain() {
  int n = (int)scaled(100000);
  auto [p, r] = lwt::wait<int>();
  promise<int> end = chain(std::move(p), n);
  CHECK(end.is_pending());
  r.resolve(0);
  CHECK_INT(std::move(end).take(), n);
}
TEST(a_chain_of_a_hundred_thousand_coroutines_resolves_on_a_small_stack) {
  on_a_thread(long_chain);
}

static void ends_of_a_chain() {
  int n = (int)scaled(100000) / 10 + 1;
  {
    auto [p, r] = lwt::wait<int>();
    promise<int> end = chain(std::move(p), n);
    r.fail(lwt::failure("no"));
    CHECK_THROWS(lwt::failure, std::move(end).take());
  }
  {
    auto [p, r] = lwt::task<int>();
    promise<int> end = chain(std::move(p), n);
    end.cancel();
    CHECK_THROWS(lwt::canceled, std::move(end).take());
    r.forget();
  }
  {
    auto [p, r] = lwt::wait<int>();
    promise<int> end = chain(std::move(p), n);
    r.forget();
    CHECK(end.is_pending());
  }
}
TEST(such_a_chain_fails_is_cancelled_and_is_forsaken_on_a_small_stack) {
  on_a_thread(ends_of_a_chain);
}

static void waking_each_other() {
  /* Each, when it goes on, resolves what the next one awaits. */
  int n = (int)scaled(100000);
  std::vector<promise<>> ends;
  auto pass = [](promise<> p, lwt::resolver<> next) -> promise<> {
    co_await std::move(p);
    next.resolve();
  };
  auto [p, first] = lwt::wait();
  promise<> last = std::move(p);
  for (int i = 0; i < n; i++) {
    auto [q, r] = lwt::wait();
    ends.push_back(pass(std::move(last), std::move(r)));
    last = std::move(q);
  }
  first.resolve();
  CHECK(last.is_fulfilled());
  for (auto &end : ends) CHECK(end.is_fulfilled());
}
TEST(coroutines_that_wake_each_other_need_no_stack) {
  on_a_thread(waking_each_other);
}
