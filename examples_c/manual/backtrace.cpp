/* Manual: "Backtrace support": built with -g and run with debugging on, a program
 * knows where its failures came from. (Of an exception that is not of lwt.hpp the
 * place of the throw is not known.)
 *
 *   c++ -std=c++20 -O2 -g -DLWT_DEBUG -Iinclude examples_c/manual/backtrace.cpp -o backtrace -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <lwt_debug.h>

static lwt::promise<> fails()
{
  co_await lwt::pause();
  throw lwt::failure("Exit");
}

static lwt::promise<> program()
{
  co_await fails();
}

int main()
{
  lwt_debug_start();
  try {
    lwt::run(program());
  } catch (const lwt::error &e) {
    std::printf("%s\n%s", e.what(), lwt_exn_backtrace(e.get()));
  }
}
