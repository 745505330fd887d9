/* Manual: "Lists": iter_s, one after the other, and iter_p, all at once; map_s and
 * map_p.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/lists.cpp -o lists -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <vector>

static lwt::promise<int> slow(int n)
{
  std::printf("begin %d\n", n);
  co_await lwt::pause();
  std::printf("end %d\n", n);
  co_return 10 * n;
}

static void print(const std::vector<int> &list)
{
  for (std::size_t i = 0; i < list.size(); i++)
    std::printf("%d%s", list[i], i + 1 < list.size() ? ", " : "\n");
}

static lwt::promise<> program()
{
  std::vector<int> items = {1, 2};
  std::printf("iter_s\n");
  co_await lwt::list::iter_s(items, slow);
  std::printf("iter_p\n");
  co_await lwt::list::iter_p(items, slow);
  std::printf("map_s\n");
  print(co_await lwt::list::map_s(items, slow));
  std::printf("map_p\n");
  print(co_await lwt::list::map_p(items, slow));
}

int main() { lwt::run(program()); }
