/* coroutine_*: lwt.hpp's coroutines, without a turn of the main loop. */
#include <lwt.hpp>

extern "C" {
#include "bench.h"
}

static uint64_t sum;

static lwt::promise<int> one() { co_return 1; }

/* co_await of a promise that is resolved. */
static lwt::promise<> ready(uint64_t n) {
  for (uint64_t i = 0; i < n; i++) sum += static_cast<uint64_t>(co_await lwt::resolved(1));
}

/* co_await of a coroutine that does not wait. */
static lwt::promise<> call(uint64_t n) {
  for (uint64_t i = 0; i < n; i++) sum += static_cast<uint64_t>(co_await one());
}

/* co_await of a pending promise, which is resolved from outside. */
static lwt::resolver<int> pending_one;
static lwt::promise<> pending(uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    auto [p, r] = lwt::wait<int>();
    pending_one = std::move(r);
    sum += static_cast<uint64_t>(co_await std::move(p));
  }
}

void coroutine_cases(void) {
  bench_t b = bench_begin();
  lwt::promise<> end = IS("coroutine_ready")  ? ready(n_ops)
                       : IS("coroutine_call") ? call(n_ops)
                                              : pending(n_ops);
  if (IS("coroutine_pending"))
    for (uint64_t i = 0; i < n_ops; i++) {
      if (!end.is_pending()) die("resolved too early");
      lwt::resolver<int>(pending_one.release()).resolve(1);
    }
  b = bench_end(b);
  if (!end.is_fulfilled()) die("not resolved");
  CHECK_EQ(sum, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, nullptr);
}
