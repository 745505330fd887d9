/* What promises and streams are fulfilled with, as JavaScript values: by a kind,
 * which lib/signature.js writes as letters. */
#include <lwt_unix.h>
#include <sys/stat.h>

#include "addon.h"

/* A number as long as it is exact, and else a BigInt. */
static napi_status integer(napi_env js, int64_t number, napi_value *result) {
  const int64_t exact = INT64_C(1) << 53;
  if (number >= -exact && number <= exact) return napi_create_int64(js, number, result);
  return napi_create_bigint_int64(js, number, result);
}

static const struct class *class_of(const struct kinds *kinds, const char **kind) {
  char digit = **kind;
  if (digit < '0' || digit > '3') return NULL;
  (*kind)++;
  return &kinds->classes[digit - '0'];
}

static napi_value instance(struct env *env, const struct class *class, size_t count,
                           napi_value *arguments) {
  napi_value constructor, result;
  if (class == NULL || napi_get_reference_value(env->js, class->constructor, &constructor) != napi_ok ||
      napi_new_instance(env->js, constructor, count, arguments, &result) != napi_ok)
    return NULL;
  return result;
}

static double milliseconds(struct timespec time) {
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static napi_value stat_to_js(struct env *env, const struct class *class, const struct stat *stat) {
  const int64_t numbers[] = {
    (int64_t)stat->st_dev,  (int64_t)stat->st_mode, (int64_t)stat->st_nlink,
    (int64_t)stat->st_uid,  (int64_t)stat->st_gid,  (int64_t)stat->st_rdev,
    (int64_t)stat->st_blksize, (int64_t)stat->st_ino, (int64_t)stat->st_size,
    (int64_t)stat->st_blocks};
  const double times[] = {milliseconds(stat->st_atim), milliseconds(stat->st_mtim),
                          milliseconds(stat->st_ctim)};
  enum { NUMBERS = sizeof numbers / sizeof *numbers, TIMES = sizeof times / sizeof *times };
  napi_value arguments[NUMBERS + TIMES];
  for (size_t i = 0; i < NUMBERS; i++)
    if (integer(env->js, numbers[i], &arguments[i]) != napi_ok) return NULL;
  for (size_t i = 0; i < TIMES; i++)
    if (napi_create_double(env->js, times[i], &arguments[NUMBERS + i]) != napi_ok) return NULL;
  return instance(env, class, NUMBERS + TIMES, arguments);
}

static napi_value entries_to_js(struct env *env, const struct class *class,
                                const struct lwt_unix_entries *entries) {
  napi_value array, arguments[3], entry;
  if (napi_create_array_with_length(env->js, entries->len, &array) != napi_ok) return NULL;
  for (size_t i = 0; i < entries->len; i++) {
    napi_handle_scope scope;
    bool made;
    if (napi_open_handle_scope(env->js, &scope) != napi_ok) return NULL;
    made = napi_create_string_utf8(env->js, entries->data[i].name, NAPI_AUTO_LENGTH,
                                   &arguments[0]) == napi_ok &&
           integer(env->js, (int64_t)entries->data[i].ino, &arguments[1]) == napi_ok &&
           napi_create_uint32(env->js, entries->data[i].kind, &arguments[2]) == napi_ok &&
           (entry = instance(env, class, 3, arguments)) != NULL &&
           napi_set_element(env->js, array, (uint32_t)i, entry) == napi_ok;
    napi_close_handle_scope(env->js, scope);
    if (!made) return NULL;
  }
  return array;
}

/* LWT_NONE, too, whatever the kind: it is no place in memory. */
static bool is_none(const void *value) {
  return value == NULL || value == LWT_NONE;
}

static napi_value string_to_js(struct env *env, const struct lwt_string *string) {
  napi_value result;
  if (is_none(string)) return napi_get_null(env->js, &result) == napi_ok ? result : NULL;
  if (napi_create_string_utf8(env->js, string->data, string->len, &result) == napi_ok)
    return result;
  napi_throw_error(env->js, "ERR_STRING_TOO_LONG", "lwt: the text is too long for a string");
  return NULL;
}

static napi_value bytes_to_js(struct env *env, const struct lwt_string *string) {
  napi_value result;
  if (is_none(string)) return napi_get_null(env->js, &result) == napi_ok ? result : NULL;
  if (napi_create_buffer_copy(env->js, string->len, string->data, NULL, &result) == napi_ok)
    return result;
  napi_throw_error(env->js, "ERR_BUFFER_TOO_LARGE", "lwt: no memory for a buffer");
  return NULL;
}

/* An array of values, each of the kind at `*kind`. Handles are taken out of it. */
static napi_value values_to_js(struct env *env, const struct kinds *kinds, const char **kind,
                               struct lwt_values *values) {
  const char *first = *kind, *end = *kind;
  napi_value array, element;
  size_t count = is_none(values) ? 0 : values->len;
  bool made = napi_create_array_with_length(env->js, count, &array) == napi_ok;
  for (size_t i = 0; made && i < count; i++) {
    napi_handle_scope scope;
    lwt_drop_fn drop = NULL;
    lwt_value value =
      kinds->has_handles ? lwt_values_take(values, i, &drop) : values->data[i];
    end = first;
    made = napi_open_handle_scope(env->js, &scope) == napi_ok;
    if (!made) {
      if (drop != NULL) drop(value);
      break;
    }
    made = (element = value_to_js(env, kinds, &end, value, drop)) != NULL &&
           napi_set_element(env->js, array, (uint32_t)i, element) == napi_ok;
    napi_close_handle_scope(env->js, scope);
  }
  *kind = end;
  return made ? array : NULL;
}

/* What an async iterator gives: {value, done}. */
static napi_value step_to_js(struct env *env, napi_value value, bool done) {
  napi_value result, is_done;
  if (value == NULL || napi_create_object(env->js, &result) != napi_ok ||
      napi_get_boolean(env->js, done, &is_done) != napi_ok ||
      napi_set_named_property(env->js, result, "value", value) != napi_ok ||
      napi_set_named_property(env->js, result, "done", is_done) != napi_ok)
    return NULL;
  return result;
}

napi_value value_to_js(struct env *env, const struct kinds *kinds, const char **kind,
                       lwt_value value, lwt_drop_fn drop) {
  napi_env js = env->js;
  napi_value result = NULL;
  switch (*(*kind)++) {
  case 'u':
    if (napi_get_undefined(js, &result) != napi_ok) result = NULL;
    break;
  case 'i':
    if (integer(js, LWT_TO_INT(value), &result) != napi_ok) result = NULL;
    break;
  case 'b':
    if (napi_get_boolean(js, LWT_TO_INT(value) != 0, &result) != napi_ok) result = NULL;
    break;
  case 'w':
    if (napi_create_bigint_uint64(js, (uint64_t)(uintptr_t)value, &result) != napi_ok)
      result = NULL;
    break;
  case 'd':
    if (value == NULL || napi_create_double(js, *(double *)value, &result) != napi_ok)
      result = NULL;
    break;
  case 's':
    result = string_to_js(env, value);
    break;
  case 'B':
    result = bytes_to_js(env, value);
    break;
  case 'j':
    result = js_value_get(env, value);
    if (result == NULL && napi_get_undefined(js, &result) != napi_ok) result = NULL;
    break;
  case 'h': /* the object takes the handle over */
    return handle_new(env, class_of(kinds, kind), value);
  case 'S':
    result = stat_to_js(env, class_of(kinds, kind), value);
    break;
  case 'D':
    result = entries_to_js(env, class_of(kinds, kind), value);
    break;
  case 'V':
    result = values_to_js(env, kinds, kind, value);
    break;
  case '?':
    if (value != LWT_NONE) return value_to_js(env, kinds, kind, value, drop);
    if (napi_get_null(js, &result) != napi_ok) result = NULL;
    break;
  case 'I':
    if (value != LWT_NONE)
      return step_to_js(env, value_to_js(env, kinds, kind, value, drop), false);
    if (napi_get_undefined(js, &result) != napi_ok) result = NULL;
    result = step_to_js(env, result, true);
    break;
  default:
    napi_throw_error(js, "ERR_INVALID_ARG_VALUE", "lwt: no such kind of value");
  }
  if (drop != NULL) drop(value);
  return result;
}
