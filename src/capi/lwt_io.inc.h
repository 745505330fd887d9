/* ---- Writing with a format, as printf(3) has it. As lwt_io_write otherwise; a format that
 * can't be printed is LWT_FAILURE. Each returns a promise, which who does not wait for it
 * releases: lwt_release(lwt_io_printf("...")). ---- */

/* Has the compiler look at the arguments of a function of ours as it does at those
 * of printf(3): the format is the parameter `text`, counted from 1. */
#if defined(__GNUC__)
#define LWT_IO_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define LWT_IO_FORMAT(text, first)
#endif

/* Writes a text and frees it. */
static inline lwt_t *lwt_io_printed(const lwt_io_channel *channel, bool line, const char *text,
                                    int len, char *to_free) {
  lwt_t *written;
  if (text == NULL || len < 0) {
    lwt_exn *e = lwt_exn_new(LWT_FAILURE, "lwt_io_printf: the text can't be made");
    written = lwt_fail(e);
  } else if (line) {
    written = lwt_io_write_line(channel, text, (size_t)len);
  } else {
    written = lwt_io_write(channel, text, (size_t)len);
  }
  free(to_free);
  return written;
}

/* What all of them do. */
LWT_IO_FORMAT(3, 0)
static inline lwt_t *lwt_io_print_format(const lwt_io_channel *channel, bool line,
                                         const char *format, va_list arguments) {
  char here[512], *text = here, *more = NULL;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  va_end(again);
  return lwt_io_printed(channel, line, text, len, more);
}

/* To a channel, `Lwt_io.fprintf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_io_vfprintf(const lwt_io_channel *channel, const char *format, va_list arguments) {
  return lwt_io_print_format(channel, false, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_io_fprintf(const lwt_io_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(channel, false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.fprintlf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_io_vfprintlf(const lwt_io_channel *channel, const char *format, va_list arguments) {
  return lwt_io_print_format(channel, true, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_io_fprintlf(const lwt_io_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(channel, true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_io.printf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_vprintf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stdout(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_printf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stdout(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.printlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_vprintlf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stdout(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_printlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stdout(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard error, `Lwt_io.eprintf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_veprintf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stderr(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_eprintf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stderr(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.eprintlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_veprintlf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stderr(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_eprintlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stderr(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* The number that the value of lwt_io_read_float32 or lwt_io_read_float64 stands for. */
static inline float lwt_io_float32_of(lwt_value value) {
  uint32_t bits = (uint32_t)(uintptr_t)value;
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
static inline double lwt_io_float64_of(lwt_value value) {
  uint64_t bits = (uint64_t)(uintptr_t)value;
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

/* ---- Connections and servers ---- */

/* Options that ask for nothing. On any thread. */
static inline struct lwt_io_connection_options lwt_io_connection_options_default(void) {
  struct lwt_io_connection_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}
static inline struct lwt_io_server_options lwt_io_server_options_default(void) {
  struct lwt_io_server_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}
