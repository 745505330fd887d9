/* Manual: "The Lwt scheduler": the engine may be used directly, and changed at
 * any time; events move over. This is the C interface: a promise that it resolves
 * is awaited like any other.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/engine.cpp -o engine -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <lwt_engine.h>
#include <unistd.h>

static int ends[2];

/* A promise of a character, for the library of somebody else. */
static lwt::promise<char> wait_readable()
{
  static lwt::resolver<char> resolver;
  lwt::promise<char> p;
  std::tie(p, resolver) = lwt::wait<char>();
  auto readable = [](lwt_engine_event *event, void *) {
    char c;
    if (read(ends[0], &c, 1) != 1)
      return;
    lwt_engine_stop_event(event);
    resolver.resolve(c);
  };
  lwt_engine_on_readable(ends[0], readable, nullptr, nullptr);
  return p;
}

static lwt::promise<> program()
{
  auto p = wait_readable();
  if (write(ends[1], "a", 1) != 1)
    throw lwt::unix_error(errno, "write");
  char c = co_await std::move(p);
  std::printf("read %c with %s\n", c, lwt_engine_id());

  p = wait_readable();
  lwt_engine *poll = lwt_engine_new_builtin("poll");
  lwt_engine_set(poll, true, true);
  lwt_engine_release(poll);
  if (write(ends[1], "b", 1) != 1)
    throw lwt::unix_error(errno, "write");
  c = co_await std::move(p);
  std::printf("read %c with %s\n", c, lwt_engine_id());
}

int main()
{
  if (pipe(ends) != 0)
    return 1;
  lwt::run(program());
}
