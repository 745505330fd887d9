/* Manual: "Unix primitives": a cooperative system call blocks its own thread and no
 * other.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/sleep.cpp -o sleep -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>

using namespace std::chrono_literals;

static lwt::promise<> after(lwt::promise<> p, const char *name)
{
  co_await std::move(p);
  std::printf("%s\n", name);
}

int main()
{
  lwt::run(lwt::join(after(lwt::sleep(100ms), "the long sleep"),
                     after(lwt::sleep(10ms), "the short sleep"), after(lwt::pause(), "no sleep")));
}
