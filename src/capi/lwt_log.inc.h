/* ---- Messages by format. What is below is made of lwt_log_log and lwt_log_ign_log. ---- */

/* Has the compiler look at the arguments of a function of ours as it does at those
 * of printf(3): the format is the parameter `text`, counted from 1. */
#if defined(__GNUC__)
#define LWT_LOG_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define LWT_LOG_FORMAT(text, first)
#endif

/* Are calls of lwt_log_debug compiled? */
#ifdef LWT_LOG_DEBUG
#define LWT_LOG_KEEPS_DEBUG 1
#else
#define LWT_LOG_KEEPS_DEBUG 0
#endif

/* Is a message of this level logged? A load and a comparison. On any
 * thread. */
static inline bool lwt_log_is_enabled(const lwt_log_section *section, int level) {
#if defined(__GNUC__)
  static const lwt_log_section *main_section; /* for who names none */
  if (section == NULL) {
    section = __atomic_load_n(&main_section, __ATOMIC_ACQUIRE);
    if (section == NULL) {
      section = lwt_log_section_main();
      __atomic_store_n(&main_section, section, __ATOMIC_RELEASE);
    }
  }
  return __builtin_expect(level >= __atomic_load_n(&section->level, __ATOMIC_RELAXED), 0);
#else
  return level >= lwt_log_section_level(section);
#endif
}

/* A message without a text, which tells its place in the program: its parts are
 * borrowed. On any thread. */
static inline struct lwt_log_message lwt_log_at(const lwt_log_section *section, int level,
                                                const char *file, int line, const char *function) {
  struct lwt_log_message message;
  memset(&message, 0, sizeof message);
  message.section = section;
  message.level = level;
  message.file = file;
  message.line = line;
  message.function = function;
  return message;
}

/* Logs a message whose text is made of a format; returns a promise, owned by the
 * caller, or NULL if it is to be ignored. As lwt_log_log, or lwt_log_ign_log, otherwise. */
LWT_LOG_FORMAT(4, 0)
static inline lwt_t *lwt_log_vformat(const lwt_logger *logger, bool ignored,
                                           struct lwt_log_message *message, const char *format,
                                           va_list arguments) {
  char here[512], *more = NULL;
  int len;
  lwt_t *logged = NULL;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  message->text = here;
  if (len >= (int)sizeof here) {
    more = (char *)malloc((size_t)len + 1);
    if (more != NULL) {
      len = vsnprintf(more, (size_t)len + 1, format, again);
      message->text = more;
    } else {
      len = (int)sizeof here - 1; /* what there is of it */
    }
  }
  va_end(again);
  if (len < 0) { /* it can't be printed */
    message->text = format;
    len = (int)strlen(format);
  }
  message->length = (size_t)len;
  if (ignored) {
    (void)lwt_log_ign_log(logger, message);
  } else {
    logged = lwt_log_log(logger, message);
  }
  free(more);
  return logged;
}

/* To a logger, of an exception (both may be NULL), from a place, by a format. */
LWT_LOG_FORMAT(8, 9)
static inline void lwt_log_format(const lwt_logger *logger, const lwt_log_section *section,
                                        int level, const lwt_exn *exn, const char *file, int line,
                                        const char *function, const char *format, ...) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  va_list arguments;
  message.exn = exn;
  va_start(arguments, format);
  (void)lwt_log_vformat(logger, true, &message, format, arguments);
  va_end(arguments);
}

/* The same, and returns a promise, owned by the caller: as lwt_log_log. */
LWT_LOG_FORMAT(8, 9)
static inline lwt_t *lwt_log_format_p(const lwt_logger *logger,
                                            const lwt_log_section *section, int level,
                                            const lwt_exn *exn, const char *file, int line,
                                            const char *function, const char *format, ...) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  lwt_t *logged;
  va_list arguments;
  message.exn = exn;
  va_start(arguments, format);
  logged = lwt_log_vformat(logger, false, &message, format, arguments);
  va_end(arguments);
  return logged;
}

/* Whatever is to be known of a message but its format. Nothing is evaluated below the level of
 * the section. */
#define LWT_LOG_AT(compiled, logger, level, section, exn, ...)                               \
  do {                                                                                       \
    if (compiled) {                                                                          \
      const lwt_log_section *lwt_log_section_ = (section);                                   \
      if (lwt_log_is_enabled(lwt_log_section_, (level)))                                     \
        lwt_log_format((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,       \
                       __func__, __VA_ARGS__);                                               \
    }                                                                                        \
  } while (0)
#define LWT_LOG_AT_P(compiled, logger, level, section, exn, ...)                             \
  __extension__({                                                                            \
    const lwt_log_section *lwt_log_section_ = (compiled) ? (section) : NULL;                 \
    (compiled) && lwt_log_is_enabled(lwt_log_section_, (level))                              \
        ? lwt_log_format_p((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,   \
                           __func__, __VA_ARGS__)                                            \
        : lwt_return(NULL);                                                                  \
  })

/* To a logger of your choice, which is borrowed; NULL: the default one. */
#define LWT_LOG_TO(logger, level, section, ...) \
  LWT_LOG_AT(1, logger, level, section, NULL, __VA_ARGS__)
#define LWT_LOG_TO_P(logger, level, section, ...) \
  LWT_LOG_AT_P(1, logger, level, section, NULL, __VA_ARGS__)

/* For who looks for a mistake; compiled only with LWT_LOG_DEBUG: `Lwt_log.ign_debug_f`, of an exception, and with a promise: `Lwt_log.debug_f`. */
#define lwt_log_debug(section, ...) \
  LWT_LOG_AT(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, NULL, __VA_ARGS__)
#define lwt_log_debug_e(section, exn, ...) \
  LWT_LOG_AT(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, exn, __VA_ARGS__)
#define lwt_log_debug_p(section, ...) \
  LWT_LOG_AT_P(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, NULL, __VA_ARGS__)
#define lwt_log_debug_pe(section, exn, ...) \
  LWT_LOG_AT_P(LWT_LOG_KEEPS_DEBUG, NULL, LWT_LEVEL_DEBUG, section, exn, __VA_ARGS__)

/* What happens: `Lwt_log.ign_info_f`, of an exception, and with a promise: `Lwt_log.info_f`. */
#define lwt_log_info(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_INFO, section, NULL, __VA_ARGS__)
#define lwt_log_info_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_INFO, section, exn, __VA_ARGS__)
#define lwt_log_info_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_INFO, section, NULL, __VA_ARGS__)
#define lwt_log_info_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_INFO, section, exn, __VA_ARGS__)

/* What happens and should be known: `Lwt_log.ign_notice_f`, of an exception, and with a promise: `Lwt_log.notice_f`. */
#define lwt_log_notice(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_NOTICE, section, NULL, __VA_ARGS__)
#define lwt_log_notice_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_NOTICE, section, exn, __VA_ARGS__)
#define lwt_log_notice_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_NOTICE, section, NULL, __VA_ARGS__)
#define lwt_log_notice_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_NOTICE, section, exn, __VA_ARGS__)

/* What may become an error: `Lwt_log.ign_warning_f`, of an exception, and with a promise: `Lwt_log.warning_f`. */
#define lwt_log_warning(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_WARNING, section, NULL, __VA_ARGS__)
#define lwt_log_warning_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_WARNING, section, exn, __VA_ARGS__)
#define lwt_log_warning_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_WARNING, section, NULL, __VA_ARGS__)
#define lwt_log_warning_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_WARNING, section, exn, __VA_ARGS__)

/* What went wrong: `Lwt_log.ign_error_f`, of an exception, and with a promise: `Lwt_log.error_f`. */
#define lwt_log_error(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_ERROR, section, NULL, __VA_ARGS__)
#define lwt_log_error_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_ERROR, section, exn, __VA_ARGS__)
#define lwt_log_error_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_ERROR, section, NULL, __VA_ARGS__)
#define lwt_log_error_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_ERROR, section, exn, __VA_ARGS__)

/* What ends the program: `Lwt_log.ign_fatal_f`, of an exception, and with a promise: `Lwt_log.fatal_f`. */
#define lwt_log_fatal(section, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_FATAL, section, NULL, __VA_ARGS__)
#define lwt_log_fatal_e(section, exn, ...) \
  LWT_LOG_AT(1, NULL, LWT_LEVEL_FATAL, section, exn, __VA_ARGS__)
#define lwt_log_fatal_p(section, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_FATAL, section, NULL, __VA_ARGS__)
#define lwt_log_fatal_pe(section, exn, ...) \
  LWT_LOG_AT_P(1, NULL, LWT_LEVEL_FATAL, section, exn, __VA_ARGS__)

/* ---- Keys and values ---- */

/* A field: text that ends with a NUL byte, NULL: nothing; text with a length; numbers; a truth;
 * nothing. It borrows the key and the text. On any thread. */
static inline struct lwt_log_field lwt_log_field_of(const char *key, int kind, int64_t integer,
                                                    double real, const char *text, size_t length) {
  struct lwt_log_field field;
  field.key = key;
  field.kind = kind;
  field.integer = integer;
  field.real = real;
  field.text = text;
  field.length = length;
  return field;
}
static inline struct lwt_log_field LWT_LOG_STR(const char *key, const char *text) {
  return lwt_log_field_of(key, LWT_LOG_TEXT, 0, 0, text, text != NULL ? strlen(text) : 0);
}
static inline struct lwt_log_field LWT_LOG_BYTES(const char *key, const char *text, size_t length) {
  return lwt_log_field_of(key, LWT_LOG_TEXT, 0, 0, text, length);
}
static inline struct lwt_log_field LWT_LOG_INT(const char *key, int64_t number) {
  return lwt_log_field_of(key, LWT_LOG_INTEGER, number, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_UINT(const char *key, uint64_t number) {
  return lwt_log_field_of(key, LWT_LOG_UNSIGNED, (int64_t)number, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_DOUBLE(const char *key, double number) {
  return lwt_log_field_of(key, LWT_LOG_REAL, 0, number, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_BOOL(const char *key, bool truth) {
  return lwt_log_field_of(key, LWT_LOG_TRUTH, truth, 0, NULL, 0);
}
static inline struct lwt_log_field LWT_LOG_NULL(const char *key) {
  return lwt_log_field_of(key, LWT_LOG_NOTHING, 0, 0, NULL, 0);
}

/* Logs a text (no format) with fields. */
static inline void lwt_log_fields(const lwt_logger *logger, const lwt_log_section *section,
                                        int level, const lwt_exn *exn, const char *file, int line,
                                        const char *function, const char *text,
                                        const struct lwt_log_field *fields, size_t count) {
  struct lwt_log_message message = lwt_log_at(section, level, file, line, function);
  message.exn = exn;
  message.text = text;
  message.length = text != NULL ? strlen(text) : 0;
  message.fields = fields;
  message.field_count = count;
  (void)lwt_log_ign_log(logger, &message);
}

/* A text and at least one field, at a level; and to a logger of your choice, of an exception. They
 * are not evaluated below the level of the section; one that is LWT_LEVEL_DEBUG is compiled only
 * with LWT_LOG_DEBUG. */
#define lwt_log_kv(section, level, text, ...) \
  lwt_log_kv_to(NULL, section, level, NULL, text, __VA_ARGS__)
#define lwt_log_kv_to(logger, section, level, exn, text, ...)                                 \
  do {                                                                                        \
    if (LWT_LOG_KEEPS_DEBUG || (level) != LWT_LEVEL_DEBUG) {                                  \
      const lwt_log_section *lwt_log_section_ = (section);                                    \
      if (lwt_log_is_enabled(lwt_log_section_, (level))) {                                    \
        const struct lwt_log_field lwt_log_fields_[] = {__VA_ARGS__};                         \
        lwt_log_fields((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,        \
                       __func__, (text), lwt_log_fields_,                                     \
                       sizeof lwt_log_fields_ / sizeof lwt_log_fields_[0]);                   \
      }                                                                                       \
    }                                                                                         \
  } while (0)
