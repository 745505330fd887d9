/* Manual: "Primitives for thread composition": catch. What fails at once, what fails
 * later and what is thrown are caught alike.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/catch.cpp -o catch -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <stdexcept>

static int handle(const lwt::error &e)
{
  std::printf("caught: %s\n", e.what());
  return 1;
}

static lwt::promise<int> failing()
{
  co_await lwt::pause();
  throw std::runtime_error("later");
}

static int throwing() { throw std::runtime_error("raised"); }

int main()
{
  auto a = lwt::failed<int>(std::runtime_error("at once")).catch_(handle);
  auto b = failing().catch_(handle);
  auto c = lwt::resolved().map(throwing).catch_(handle);
  lwt::run(lwt::join(std::move(a), std::move(b), std::move(c)));
  std::printf("nothing to catch: %d\n", lwt::run(lwt::resolved(5).catch_(handle)));
}
