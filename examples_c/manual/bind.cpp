/* Manual: "Primitives for thread composition": bind. A line is waited for, and what
 * comes after it is told beforehand. (From a pipe, as there are no channels yet.)
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/bind.cpp -o bind -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <iostream>
#include <lwt.hpp>
#include <string>
#include <unistd.h>

/* On a worker thread: blocks until there is a line. */
static std::string read_line()
{
  std::string line;
  if (!std::getline(std::cin, line))
    throw lwt::end_of_file();
  return line;
}

int main()
{
  int ends[2];
  if (pipe(ends) != 0 || dup2(ends[0], 0) != 0)
    return 1;
  auto answered = lwt::detach(read_line).bind([](std::string str) {
    std::printf("You typed \"%s\"\n", str.c_str());
    return lwt::resolved();
  });
  std::printf("%s\n", answered.is_pending() ? "waiting" : "already?");
  if (write(ends[1], "hello\n", 6) != 6)
    return 1;
  lwt::run(std::move(answered));
}
