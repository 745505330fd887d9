#include <lwt_all.h>

static int expensive(void) {
  lwt_log_fatal(NULL, "never called");
  return 0;
}

int main(void) {
  const lwt_log_section *net = lwt_log_section_make("net");
  lwt_io_channel *out = lwt_io_channel_retain(lwt_io_stdout());
  lwt_logger *logger = lwt_logger_channel(out, LWT_LOG_KEEP, "$(level) $(section): $(message)");
  lwt_log_set_default(logger);
  lwt_logger_release(logger);
  lwt_io_channel_release(out);

  lwt_log_warning(net, "%s:%d is slow", "example.org", 443);
  lwt_log_info(net, "dropped, for the level is notice: %d", expensive());
  lwt_log_load_rules("net -> info");
  lwt_log_kv(net, LWT_LEVEL_INFO, "login", LWT_LOG_STR("user", "ann"), LWT_LOG_INT("id", 7));
  return 0;
}
