/* Manual: "Mutexes": what takes several steps is not disturbed by another.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/mutex.cpp -o mutex -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>

static lwt::promise<> two_steps(const char *name)
{
  std::printf("%s: first step\n", name);
  co_await lwt::pause();
  std::printf("%s: second step\n", name);
}

static lwt::promise<> in_turn(lwt::mutex mutex, const char *name)
{
  auto guard = co_await mutex.scoped();
  co_await two_steps(name);
}

int main()
{
  auto a = two_steps("a");
  auto b = two_steps("b");
  lwt::run(lwt::join(std::move(a), std::move(b)));

  lwt::mutex mutex;
  auto c = in_turn(mutex, "c");
  auto d = in_turn(mutex, "d");
  lwt::run(lwt::join(std::move(c), std::move(d)));
}
