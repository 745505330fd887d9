/* C++20: coroutines, jobs, a stream and a scope. Two workers count the lines of the
 * files that are named to them; if one fails, or time is up, all of it ends.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/coroutines.cpp -o coroutines -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <lwt.hpp>
#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;

/* Blocks: on a worker thread. */
static std::size_t count_lines(const std::string &path)
{
  std::ifstream file(path);
  if (!file)
    throw lwt::unix_error(errno, "open", path.c_str());
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);)
    lines++;
  return lines;
}

struct totals {
  lwt::mutex mutex;
  std::map<std::string, std::size_t> lines;
};

static lwt::promise<> worker(lwt::stream<std::string> paths, totals &totals)
{
  while (auto path = co_await paths.next()) {
    auto job = lwt::job([path = *path] { return count_lines(path); });
    std::size_t lines = co_await std::move(job);
    auto guard = co_await totals.mutex.scoped();
    co_await lwt::pause(); /* nobody else is in here meanwhile */
    totals.lines[*path] = lines;
  }
}

/* All files, with two workers; the promise fails like the first that fails. */
static lwt::promise<> count_all(std::vector<std::string> paths, totals &totals)
{
  auto body = [paths = std::move(paths), &totals](lwt::scope scope) -> lwt::promise<> {
    auto [stream, push] = lwt::make_bounded_stream<std::string>(4);
    auto first = scope.start([&, s = stream] { return worker(s, totals); });
    auto second = scope.start([&, s = stream] { return worker(s, totals); });
    for (const std::string &path : paths)
      co_await push(path);
    push.close();
    co_await lwt::join(std::move(first), std::move(second));
  };
  return lwt::with_scope(10s, std::move(body));
}

static lwt::promise<int> program(std::string self)
{
  totals totals;
  std::vector<std::string> paths = {self, self + ".missing", self};
  co_await count_all(paths, totals).catch_<lwt::unix_error>([](const lwt::unix_error &e) {
    std::printf("as expected: %s of a missing file: %s\n", e.function(), e.code().message().c_str());
  });
  totals.lines.clear();
  paths = {"/proc/self/status", "/proc/self/limits", "/proc/self/stat"};
  co_await count_all(paths, totals);
  for (const auto &[path, lines] : totals.lines)
    std::printf("%s: %zu lines\n", path.c_str(), lines);
  co_return totals.lines.size() == 3 && totals.lines["/proc/self/stat"] == 1 ? 0 : 1;
}

int main(int, char **argv) { return lwt::run(program(argv[0])); }
