#include <lwt.hpp>

#include <cerrno>
#include <cstdio>
#include <sys/stat.h>

static lwt::promise<> make_directory(const char *path) {
  auto made = lwt::job([path] {
    // On a worker thread. What is thrown here is thrown where the promise is awaited.
    if (mkdir(path, 0700) < 0) throw lwt::unix_error(errno, "mkdir", path);
  });
  co_await std::move(made);
  std::printf("made\n");
}

static lwt::promise<> program() {
  co_await make_directory("a_directory");
  try {
    co_await make_directory("a_directory");
  } catch (const lwt::unix_error &e) {
    std::printf("%s\n", e.what());
  }
}

int main() { lwt::run(program()); }
