/* spdlog's asynchronous logger: one thread that writes, a queue that makes who logs wait when it
 * is full. The cases are in README.md. */
#include "common.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <iterator>
#include <string>

static uint64_t lines_of(const std::string &path) {
  std::ifstream file(path);
  return (uint64_t)std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

int main(int argc, char **argv) {
  if (argc < 3) die("usage: %s CASE N", argv[0]);
  const std::string cas = argv[1];
  const uint64_t n_ops = strtoull(argv[2], nullptr, 10);
  const std::string folder = scratch_dir(), path = folder + "/log";
  spdlog::init_thread_pool(131072, 1);
  auto logger = spdlog::basic_logger_mt<spdlog::async_factory>("bench", path, true);
  bench_t b;
  uint64_t evaluated = 0;
  if (cas == "log_disabled") {
    logger->set_level(spdlog::level::warn);
    b = bench_begin();
    for (uint64_t n = 0; n < n_ops; n++) SPDLOG_LOGGER_INFO(logger, "{}", ++evaluated);
    b = bench_end(b);
  } else if (cas == "log_file" || cas == "log_json") {
    const bool json = cas == "log_json";
    logger->set_pattern(json ? "%v" : "%b %e %T: %n: %v");
    b = bench_begin();
    if (json)
      for (uint64_t n = 0; n < n_ops; n++)
        logger->info("{{\"level\":\"info\",\"section\":\"bench\",\"message\":\"request served\","
                     "\"number\":{},\"from\":\"{}\"}}", n, "127.0.0.1");
    else
      for (uint64_t n = 0; n < n_ops; n++) logger->info("request {} served to {}", n, "127.0.0.1");
    logger.reset();
    spdlog::shutdown(); /* the queue is written, the file closed */
    b = bench_end(b);
    CHECK_EQ(lines_of(path), n_ops);
  } else {
    die("unknown case %s", argv[1]);
  }
  report("spdlog", nullptr, argv[1], n_ops, n_ops, b.wall, b.cpu, nullptr);
  unlink(path.c_str());
  rmdir(folder.c_str());
}
