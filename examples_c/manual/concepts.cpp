/* Manual: "Lwt concepts": a promise of what is not there yet. The character comes
 * by a pipe, from which a worker thread reads it, as there are no channels yet.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/concepts.cpp -o concepts -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <unistd.h>

int main()
{
  int ends[2];
  if (pipe(ends) != 0)
    return 1;
  auto t = lwt::detach([input = ends[0]] {
    char c;
    if (read(input, &c, 1) != 1)
      throw lwt::end_of_file();
    return c;
  });
  std::printf("t: %s\n", t.is_pending() ? "Sleep" : "already?");
  if (write(ends[1], "a", 1) != 1)
    return 1;
  std::printf("t: Return '%c'\n", lwt::run(std::move(t)));
}
