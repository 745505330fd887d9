/* Manual: "Running a Lwt program": the promise is waited for, or else the program
 * would end before it has printed anything.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/hello.cpp -o hello -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>

static lwt::promise<> print(const char *text)
{
  co_await lwt::pause();
  std::printf("%s\n", text);
}

int main() { lwt::run(print("Hello, world!")); }
