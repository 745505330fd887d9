/* ---- Writing with a format, as printf(3) has it, in UTF-8. As lwt_text_write otherwise; a
 * format that can't be printed is LWT_FAILURE. Each returns a promise, which who does not wait
 * for it releases: lwt_release(lwt_text_printf("...")). ---- */

/* What all of them do. */
LWT_IO_FORMAT(3, 0)
static inline lwt_t *lwt_text_print_format(const lwt_text_channel *channel, bool line,
                                           const char *format, va_list arguments) {
  char here[512], *text = here, *more = NULL;
  lwt_t *written;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  va_end(again);
  if (text == NULL || len < 0) {
    written = lwt_fail(lwt_exn_new(LWT_FAILURE, "lwt_text_printf: the text can't be made"));
  } else if (line) {
    written = lwt_text_write_line(channel, text, (size_t)len);
  } else {
    written = lwt_text_write(channel, text, (size_t)len);
  }
  free(more);
  return written;
}

/* To a text channel, `Lwt_text.fprintf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_text_vfprintf(const lwt_text_channel *channel, const char *format,
                                      va_list arguments) {
  return lwt_text_print_format(channel, false, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_text_fprintf(const lwt_text_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(channel, false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.fprintlf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_text_vfprintlf(const lwt_text_channel *channel, const char *format,
                                      va_list arguments) {
  return lwt_text_print_format(channel, true, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_text_fprintlf(const lwt_text_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(channel, true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_text.printf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_vprintf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stdout(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_printf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stdout(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.printlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_vprintlf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stdout(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_printlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stdout(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard error, `Lwt_text.eprintf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_veprintf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stderr(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_eprintf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stderr(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.eprintlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_veprintlf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stderr(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_eprintlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stderr(), true, format, arguments);
  va_end(arguments);
  return written;
}
