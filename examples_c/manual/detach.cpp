/* Manual: "Detaching computation to preemptive threads": detach, and run_in_main,
 * by which the detached function has something done on the main thread.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/detach.cpp -o detach -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <thread>

static const auto main_thread = std::this_thread::get_id();

static const char *where()
{
  return std::this_thread::get_id() == main_thread ? "the main thread" : "another thread";
}

static int compute(int n)
{
  std::printf("computing on %s\n", where());
  return lwt::run_in_main([n] {
    std::printf("run_in_main on %s\n", where());
    return lwt::resolved(6 * n + 1);
  });
}

int main() { std::printf("%d\n", lwt::run(lwt::detach(compute, 7))); }
