// Asio's awaitable<T>, without Boost, on an io_context that never waits
#include "common.h"
#include <asio.hpp>
#include <asio/experimental/channel.hpp>
#include <optional>
using asio::awaitable;
using asio::use_awaitable;
static const char *P = "asio", *V, *cas;
static uint64_t N, sum;

static awaitable<int> one() { co_return 1; }

// The nearest to what is there already: an operation may not complete inside its own
// initiation, so it goes through the queue of ready handlers
static awaitable<void> ready() {
  for (uint64_t i = 0; i < N; i++) {
    co_await asio::post(use_awaitable);
    sum += 1;
  }
}

static awaitable<void> call() {
  for (uint64_t i = 0; i < N; i++) sum += co_await one();
}

// An operation that is completed from outside
using handler_t = asio::async_result<asio::use_awaitable_t<>, void(int)>::handler_type;
static std::optional<handler_t> waiting;
static awaitable<void> pending() {
  for (uint64_t i = 0; i < N; i++)
    sum += co_await asio::async_initiate<decltype(use_awaitable), void(int)>(
        [](auto handler) { waiting.emplace(std::move(handler)); }, use_awaitable);
}

// A channel with room for one. A read that waits is completed through the queue of
// ready handlers
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

int main(int argc, char **argv) {
  if (argc < 3) die("usage: %s CASE N [VARIANT]", argv[0]);
  cas = argv[1];
  N = strtoull(argv[2], 0, 10);
  V = argc > 3 ? argv[3] : "";
  bool done = false;
  asio::io_context io;
  channel elements(io, 1);
  bench_t b = bench_begin();
  auto end = [&](std::exception_ptr e) { if (e) die("failed"); done = true; };
  if (IS("coroutine_ready")) co_spawn(io, ready(), end);
  else if (IS("coroutine_call")) co_spawn(io, call(), end);
  else if (IS("coroutine_pending")) co_spawn(io, pending(), end);
  else if (IS("stream_push_next")) co_spawn(io, push_next(elements), end);
  else if (IS("stream_next_push")) co_spawn(io, receive(elements), end);
  else die("unknown case %s", cas);
  io.poll(); // run() would wait for what is completed from outside
  if (IS("coroutine_pending"))
    for (uint64_t i = 0; i < N; i++) {
      if (done) die("done too early");
      handler_t handler = std::move(*waiting);
      waiting.reset();
      std::move(handler)(1);
    }
  if (IS("stream_next_push"))
    for (uint64_t i = 1; i <= N; i++) {
      if (done) die("done too early");
      send(elements, i);
      io.restart();
      io.poll();
    }
  io.restart();
  io.poll();
  b = bench_end(b);
  CHECK(done);
  CHECK_EQ(sum, N);
  report(P, V, cas, N, N, b.wall, b.cpu, 0);
}
