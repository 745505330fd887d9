/* ---- Printing with a format, as printf(3) has it. A format that can't be printed is
 * LWT_FAILURE, and nothing is queued. Each returns a promise, owned by the caller, that
 * is fulfilled and fails as that of lwt_fmt_write_pending. ---- */

/* Queues the text and performs what is queued, `Lwt_fmt.fprintf`. As
 * lwt_fmt_write_pending. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_fmt_vfprintf(const lwt_fmt *formatter, const char *format,
                                      va_list arguments) {
  char *text = NULL;
  int len, kind = LWT_FAILURE;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(NULL, 0, format, arguments);
  if (len >= 0) text = (char *)malloc((size_t)len + 1);
  if (text != NULL) {
    vsnprintf(text, (size_t)len + 1, format, again);
    kind = lwt_fmt_put(formatter, text, (size_t)len);
  }
  va_end(again);
  free(text);
  if (kind != LWT_OK) return lwt_fail(lwt_exn_new(kind, "lwt_fmt_fprintf: nothing is printed"));
  return lwt_fmt_write_pending(formatter);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_fmt_fprintf(const lwt_fmt *formatter, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(formatter, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_fmt.printf`. */
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_fmt_printf(const char *format, ...) {
  lwt_t *written;
  lwt_fmt *out = lwt_fmt_stdout();
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(out, format, arguments);
  va_end(arguments);
  lwt_fmt_release(out);
  return written;
}

/* To standard error, `Lwt_fmt.eprintf`. */
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_fmt_eprintf(const char *format, ...) {
  lwt_t *written;
  lwt_fmt *err = lwt_fmt_stderr();
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(err, format, arguments);
  va_end(arguments);
  lwt_fmt_release(err);
  return written;
}

/* The same, and what `f(value, env)` returns after it, `Lwt_fmt.kfprintf`: lwt_bind. */
LWT_IO_FORMAT(5, 6)
static inline lwt_t *lwt_fmt_kfprintf(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                                      const lwt_fmt *formatter, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(formatter, format, arguments);
  va_end(arguments);
  return lwt_bind(written, f, env, drop_env);
}

/* Prints nothing, but has the compiler look at the format, `Lwt_fmt.ifprintf`. Its
 * promise is fulfilled with LWT_UNIT. */
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_fmt_ifprintf(const lwt_fmt *formatter, const char *format, ...) {
  (void)formatter, (void)format;
  return lwt_return(LWT_UNIT);
}

/* The same, and `f` after it, `Lwt_fmt.ikfprintf`. */
LWT_IO_FORMAT(5, 6)
static inline lwt_t *lwt_fmt_ikfprintf(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                                       const lwt_fmt *formatter, const char *format, ...) {
  (void)formatter, (void)format;
  return lwt_bind(lwt_return(LWT_UNIT), f, env, drop_env);
}
