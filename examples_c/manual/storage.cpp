/* Manual: "Threads local storage": a log that knows which thread it is of.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/storage.cpp -o storage -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cstdio>
#include <lwt.hpp>
#include <string>

static const lwt::key<std::string> id_key;

/* The binding is seen by what comes later, too. */
static lwt::promise<> log(const char *msg)
{
  co_await lwt::pause();
  const std::string *id = id_key.get();
  std::printf("%s: %s\n", id != nullptr ? id->c_str() : "main", msg);
}

int main()
{
  auto one = lwt::with_value(id_key, "thread 1", [] { return log("foo"); });
  auto two = lwt::with_value(id_key, "thread 2", [] { return log("bar"); });
  auto neither = log("neither");
  lwt::run(lwt::join(std::move(one), std::move(two), std::move(neither)));
}
