/* Manual: "Correspondence table": try, for, while, match, raise and assert are those
 * of the language.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/syntax.cpp -o syntax -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <stdexcept>

/* A number that comes in the next turn. */
static lwt::promise<int> later(int n)
{
  co_await lwt::pause();
  co_return n;
}

/* try expr with pattern -> expr, and finally: what goes at the end of its block. */
static lwt::promise<> attempt()
{
  struct finally {
    ~finally() { std::printf("finally\n"); }
  } finally;
  co_await lwt::failed(lwt::not_found("Not_found"));
  std::printf("not here\n");
}

static lwt::promise<> program()
{
  try {
    co_await attempt();
  } catch (const lwt::not_found &e) {
    std::printf("caught %s\n", e.what());
  }

  /* for ident = expr to expr do expr done */
  for (int i = 1; i <= 3; i++)
    std::printf("for %d\n", co_await later(i));

  /* while expr do expr done */
  int n = 2;
  while (co_await later(n) > 0)
    std::printf("while %d\n", n--);

  /* match expr with pattern -> expr */
  switch (co_await later(1)) {
  case 0:
    std::printf("match zero\n");
    break;
  case 1:
    std::printf("match one\n");
    break;
  }

  /* raise exn, assert expr */
  try {
    if (n != 0)
      throw std::logic_error("n == 0");
    throw std::runtime_error("on purpose");
  } catch (const std::exception &e) {
    std::printf("raised %s\n", e.what());
  }
}

int main() { lwt::run(program()); }
