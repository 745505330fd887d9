// Asio's awaitable<T>, without Boost, on an io_context that never waits
#include "common.h"
#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/experimental/channel.hpp>
#include <optional>
#include <vector>
using asio::awaitable;
using asio::use_awaitable;
static const char *P = "asio", *V, *cas;
static uint64_t N, sum;
#define VARIANT(s) (!strcmp(V, s))

// An operation that is completed from outside: its handler is kept
using handler_t = asio::async_result<asio::use_awaitable_t<>, void(int)>::handler_type;
using kept_t = std::optional<handler_t>;
static auto ask(kept_t &kept) {
  return asio::async_initiate<decltype(use_awaitable), void(int)>(
      [&kept](auto handler) { kept.emplace(std::move(handler)); }, use_awaitable);
}
static void answer(kept_t &kept) {
  handler_t handler = std::move(*kept);
  kept.reset();
  std::move(handler)(1);
}
static kept_t kept;

// ---- coroutine_*: the nearest to what is there already, as an operation may not complete
// inside its own initiation, goes through the queue of ready handlers
static awaitable<void> ready() {
  for (uint64_t i = 0; i < N; i++) {
    co_await asio::post(use_awaitable);
    sum += 1;
  }
}
static awaitable<int> one() { co_return 1; }
static awaitable<void> call() {
  for (uint64_t i = 0; i < N; i++) sum += co_await one();
}
static awaitable<void> pending() {
  for (uint64_t i = 0; i < N; i++) sum += co_await ask(kept);
}

// ---- stream_*, mvar_*, mutex_*: a channel. What waits is completed through the queue of
// ready handlers. A lock, which Asio has not, is a channel with room for one
using channel = asio::experimental::channel<void(asio::error_code, uint64_t)>;
static void send(channel &c, uint64_t i) {
  if (!c.try_send(asio::error_code(), i)) die("not sent");
}
static awaitable<void> push_next(channel &c) {
  for (uint64_t i = 1; i <= N; i++) {
    send(c, i);
    if (co_await c.async_receive(use_awaitable) != i) die("out of order");
    sum++;
  }
}
static awaitable<void> receive(channel &c) {
  for (uint64_t i = 1; i <= N; i++) {
    if (co_await c.async_receive(use_awaitable) != i) die("out of order");
    sum++;
  }
}
static awaitable<void> put(channel &c) {
  for (uint64_t i = 1; i <= N; i++) co_await c.async_send(asio::error_code(), i, use_awaitable);
}
static awaitable<void> put_take(channel &c) {
  for (uint64_t i = 1; i <= N; i++) {
    co_await c.async_send(asio::error_code(), i, use_awaitable);
    if (co_await c.async_receive(use_awaitable) != i) die("out of order");
    sum++;
  }
}
static bool inside;
static void unlock(channel &c) {
  inside = false;
  if (!c.try_receive([](asio::error_code, uint64_t) {})) die("not locked");
}
static awaitable<void> lock_unlock(channel &c, uint64_t n, bool yields) {
  for (uint64_t i = 0; i < n; i++) {
    co_await c.async_send(asio::error_code(), i, use_awaitable);
    if (inside) die("two have the lock");
    inside = true;
    // The other one comes to wait for the lock meanwhile
    if (yields) co_await asio::post(use_awaitable);
    sum++;
    unlock(c);
  }
}

// ---- list_*
static std::vector<uint64_t> items;
static std::vector<kept_t> all_kept;
static uint64_t called, left;
static awaitable<void> each(uint64_t item, bool waits) {
  sum += item;
  uint64_t at = called++;
  if (waits) co_await ask(all_kept[at]);
}
static awaitable<void> iter_s(bool waits) {
  for (uint64_t item : items) co_await each(item, waits);
}

// ---- with_timeout: whichever is first of the answer and the timer; the other is cancelled
static awaitable<int> request() { co_return co_await ask(kept); }
static awaitable<void> timed() {
  using namespace asio::experimental::awaitable_operators;
  auto executor = co_await asio::this_coro::executor;
  for (uint64_t i = 0; i < N; i++) {
    asio::steady_timer timer(executor, std::chrono::hours(1));
    auto first = co_await (request() || timer.async_wait(use_awaitable));
    sum += std::get<0>(first);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) die("usage: %s CASE N [VARIANT]", argv[0]);
  cas = argv[1];
  N = strtoull(argv[2], 0, 10);
  V = argc > 3 ? argv[3] : "";
  bool list = !strncmp(cas, "list_", 5);
  uint64_t ended = 0, started = 1;
  asio::io_context io(1);
  channel bounded(io, IS("mvar_handover") ? 0 : IS("stream_iter") ? N : 1);
  bool waits = IS("list_iter_s") ? VARIANT("pending") : !VARIANT("ready");
  for (uint64_t i = 0; list && i < N; i++) items.push_back(i);
  if (list) all_kept.resize(N);
  auto end = [&](std::exception_ptr e) { if (e) die("failed"); ended++; };
  auto go = [&] { io.restart(); io.poll(); }; // run() would wait for what is completed from outside

  bench_t b = bench_begin();
  if (IS("coroutine_ready")) co_spawn(io, ready(), end);
  else if (IS("coroutine_call")) co_spawn(io, call(), end);
  else if (IS("coroutine_pending")) co_spawn(io, pending(), end);
  else if (IS("stream_push_next")) co_spawn(io, push_next(bounded), end);
  else if (IS("stream_next_push")) co_spawn(io, receive(bounded), end);
  else if (IS("stream_iter")) {
    for (uint64_t i = 1; i <= N; i++) send(bounded, i);
    co_spawn(io, receive(bounded), end);
  } else if (IS("mvar_handover")) {
    started = 2;
    co_spawn(io, receive(bounded), end);
    co_spawn(io, put(bounded), end);
  } else if (IS("mvar_stored")) co_spawn(io, put_take(bounded), end);
  else if (IS("mutex_uncontended")) co_spawn(io, lock_unlock(bounded, N, false), end);
  else if (IS("mutex_contended")) {
    started = 2;
    co_spawn(io, lock_unlock(bounded, N / 2, true), end);
    co_spawn(io, lock_unlock(bounded, N - N / 2, true), end);
  } else if (IS("list_iter_s")) co_spawn(io, iter_s(waits), end);
  else if (IS("list_iter_p")) {
    started = left = N;
    for (uint64_t item : items)
      co_spawn(io, each(item, waits), [&](std::exception_ptr e) { end(e); left--; });
  } else if (IS("with_timeout")) co_spawn(io, timed(), end);
  else die("unknown case %s", cas);
  io.poll();
  if (IS("coroutine_pending"))
    for (uint64_t i = 0; i < N; i++) {
      if (ended) die("done too early");
      answer(kept);
    }
  if (list && waits)
    for (uint64_t i = 0; i < N; i++) {
      if (ended == started) die("done too early");
      answer(all_kept[i]);
    }
  if (IS("stream_next_push"))
    for (uint64_t i = 1; i <= N; i++) {
      if (ended) die("done too early");
      send(bounded, i);
      go();
    }
  if (IS("with_timeout"))
    for (uint64_t i = 0; i < N; i++) {
      if (ended) die("done too early");
      answer(kept);
      go();
    }
  go();
  b = bench_end(b);
  CHECK_EQ(ended, started);
  CHECK_EQ(left, 0);
  CHECK_EQ(sum, list ? N * (N - 1) / 2 : N);
  report(P, V, cas, N, N, b.wall, b.cpu, 0);
}
