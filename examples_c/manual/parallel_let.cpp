/* Manual: "The syntax extension": lwt x = f () and y = g () in ..., and one after
 * the other.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/parallel_let.cpp -o parallel_let -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>

static lwt::promise<char> start(const char *name)
{
  std::printf("%s is started\n", name);
  co_await lwt::pause();
  std::printf("%s is done\n", name);
  co_return name[0];
}

static lwt::promise<> program()
{
  /* Named first: C++ does not say in which order arguments are evaluated. */
  auto f = start("f");
  auto g = start("g");
  auto [x, y] = co_await lwt::both(std::move(f), std::move(g));
  std::printf("%c and %c\n", x, y);

  x = co_await start("f");
  y = co_await start("g");
  std::printf("%c, then %c\n", x, y);
}

int main() { lwt::run(program()); }
