/* The arguments of a call: JavaScript values as C's, by the letters that call.c
 * lists. What a promise may need until it resolves is copied to struct lent. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

static bool is_digit(char letter) {
  return letter >= '0' && letter <= '3';
}

static union word *word(struct call *call) {
  call->pointers[call->count] = &call->words[call->count];
  return &call->words[call->count++];
}

static void undo(struct call *call, void *what, lwt_drop_fn drop) {
  call->undo[call->undo_count].what = what;
  call->undo[call->undo_count++].drop = drop;
}

/* A whole number between two bounds, of a number or a BigInt. */
static bool whole(napi_env js, napi_value value, int64_t low, uint64_t high, int64_t *result) {
  napi_valuetype type;
  double number;
  if (napi_typeof(js, value, &type) != napi_ok) return false;
  if (type == napi_bigint) {
    int sign;
    uint64_t word;
    size_t count = 1;
    if (napi_get_value_bigint_words(js, value, &sign, &count, &word) != napi_ok || count > 1)
      return false;
    if (sign != 0) {
      if (word > (uint64_t)INT64_MAX || -(int64_t)word < low) return false;
      *result = -(int64_t)word;
    } else {
      if (word > high) return false;
      *result = (int64_t)word;
    }
    return true;
  }
  if (type != napi_number || napi_get_value_double(js, value, &number) != napi_ok) return false;
  if (number != trunc(number) || fabs(number) > 9007199254740992.0 || number < (double)low)
    return false;
  if (number > 0 && (uint64_t)number > high) return false;
  *result = (int64_t)number;
  return true;
}

/* A copy of a string in the text that the call has lent; NULL: it is none, or
 * has a NUL byte. */
static char *copied_text(napi_env js, struct call *call, napi_value value, size_t room) {
  char *text = call->lent.text + call->text_used;
  size_t length;
  if (napi_get_value_string_utf8(js, value, text, room + 1, &length) != napi_ok) return NULL;
  if (strlen(text) != length) return NULL;
  call->text_used += length + 1;
  return text;
}

bool text_room(napi_env js, napi_value value, size_t *room) {
  return napi_get_value_string_utf8(js, value, NULL, 0, room) == napi_ok;
}

/* How much the strings of a call take: they are copied to one piece. */
static size_t text_size(napi_env js, const struct function *function, napi_value *values) {
  size_t size = 0, index = 0, room;
  uint32_t length = 0;
  for (const char *a = function->arguments; *a != '\0'; a++) {
    if (*a == 'o') {
      a++;
      continue;
    }
    if (is_digit(*a)) continue; /* of a handle's class */
    if (*a == 's') {
      if (text_room(js, values[index], &room)) size += room + 1;
    } else if (*a == 'a' && napi_get_array_length(js, values[index], &length) == napi_ok) {
      /* The pointers stand before the texts, where they are aligned. */
      size += (length + 2) * sizeof(char *);
      for (uint32_t i = 0; i < length; i++) {
        napi_value element;
        if (napi_get_element(js, values[index], i, &element) == napi_ok &&
            text_room(js, element, &room))
          size += room + 1;
      }
    } else if (*a == 'F') {
      a++;
    }
    index++;
  }
  return size;
}

bool is_nothing(napi_env js, napi_value value) {
  napi_valuetype type;
  return napi_typeof(js, value, &type) == napi_ok && (type == napi_null || type == napi_undefined);
}

static const char *string_argument(napi_env js, struct call *call, napi_value value) {
  size_t room;
  char *text;
  if (is_nothing(js, value)) {
    word(call)->pointer = NULL;
    return NULL;
  }
  if (!text_room(js, value, &room) || call->text_used + room + 1 > call->text_size ||
      (text = copied_text(js, call, value, room)) == NULL)
    return "a string without NUL bytes";
  word(call)->pointer = text;
  return NULL;
}

static const char *strings_argument(napi_env js, struct call *call, napi_value value) {
  uint32_t length;
  size_t start = (call->text_used + sizeof(char *) - 1) & ~(sizeof(char *) - 1);
  char **list;
  if (is_nothing(js, value)) {
    word(call)->pointer = NULL;
    return NULL;
  }
  if (napi_get_array_length(js, value, &length) != napi_ok ||
      start + (length + 1) * sizeof(char *) > call->text_size)
    return "an array of strings";
  list = (char **)(void *)(call->lent.text + start);
  call->text_used = start + (length + 1) * sizeof(char *);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    size_t room;
    if (napi_get_element(js, value, i, &element) != napi_ok || !text_room(js, element, &room) ||
        call->text_used + room + 1 > call->text_size ||
        (list[i] = copied_text(js, call, element, room)) == NULL)
      return "an array of strings without NUL bytes";
  }
  list[length] = NULL;
  word(call)->pointer = list;
  return NULL;
}

/* Bytes are copied: JavaScript may move the memory of an array to another
 * thread while the library uses it. */
static const char *bytes_argument(napi_env js, struct call *call, napi_value value, bool back) {
  bool is_buffer = false;
  void *data = NULL;
  size_t length = 0;
  char *copy;
  napi_ref array = NULL;
  const char *const wanted = back ? "a Uint8Array" : "a string or a Uint8Array";
  napi_valuetype type;
  if (call->lent.buffer_count == LENT || napi_typeof(js, value, &type) != napi_ok) return wanted;
  if (type == napi_string && !back) {
    if (!text_room(js, value, &length) || (copy = malloc(length + 1)) == NULL) return wanted;
    napi_get_value_string_utf8(js, value, copy, length + 1, &length);
  } else {
    if (napi_is_buffer(js, value, &is_buffer) != napi_ok || !is_buffer ||
        napi_get_buffer_info(js, value, &data, &length) != napi_ok ||
        (copy = malloc(length + 1)) == NULL)
      return wanted;
    if (back) {
      memset(copy, 0, length);
      if (napi_create_reference(js, value, 1, &array) != napi_ok) {
        free(copy);
        return wanted;
      }
    } else if (length > 0) {
      memcpy(copy, data, length);
    }
  }
  call->lent.buffers[call->lent.buffer_count].data = copy;
  call->lent.buffers[call->lent.buffer_count].len = length;
  call->lent.buffers[call->lent.buffer_count++].array = array;
  word(call)->pointer = copy;
  word(call)->z = length;
  return NULL;
}

/* What elements of a kind are called. */
static const char *stream_of(char elements) {
  switch (elements) {
  case 's':
    return "a stream of texts, such as the lines of a file";
  case 'i':
    return "a stream of integers, such as the bytes of a file";
  }
  return "a stream of JavaScript values";
}

/* `elements`: the kind of those that a stream must be of; 0: any. */
static const char *handle_argument(struct env *env, struct call *call, napi_value value,
                                   bool consumed, char elements) {
  struct box *box;
  if (is_nothing(env->js, value)) {
    word(call)->pointer = NULL;
    return NULL;
  }
  box = handle_box(env, value);
  if (box == NULL || box->handle == NULL || call->lent.box_count == LENT ||
      call->consumed_count == LENT)
    return "a handle that was not released";
  if (elements != 0 && box->elements != elements) return stream_of(elements);
  word(call)->pointer = box->handle;
  if (consumed) {
    call->consumed[call->consumed_count++] = box;
  } else {
    box->references++;
    call->lent.boxes[call->lent.box_count++] = box;
  }
  return NULL;
}

static const char *callback_argument(struct env *env, struct call *call, napi_value value,
                                     char letter) {
  napi_valuetype type;
  struct callback *callback;
  if (napi_typeof(env->js, value, &type) != napi_ok || type != napi_function) return "a function";
  callback = callback_new(env, value, call->function, &call->function->kinds.classes[0]);
  if (callback == NULL) return "a function";
  undo(call, callback, callback_drop);
  word(call)->pointer = (void *)callback_code(letter);
  word(call)->pointer = callback;
  word(call)->pointer = (void *)callback_drop;
  return NULL;
}

static void drop_promise(void *p) {
  lwt_release(p);
}

/* One argument; returns what it should have been if it is wrong. */
static const char *argument(struct env *env, struct call *call, const char **at,
                            napi_value value) {
  napi_env js = env->js;
  int64_t number;
  double real;
  bool flag;
  switch (*(*at)++) {
  case 'i':
    if (!whole(js, value, INT32_MIN, INT32_MAX, &number)) return "an integer of 32 bits";
    word(call)->i = (int32_t)number;
    return NULL;
  case 'u':
    if (!whole(js, value, 0, UINT32_MAX, &number)) return "an integer from 0 to 2**32 - 1";
    word(call)->u = (uint32_t)number;
    return NULL;
  case 'l':
    if (!whole(js, value, INT64_MIN, INT64_MAX, &number)) return "an integer";
    word(call)->l = number;
    return NULL;
  case 'z':
    if (!whole(js, value, 0, UINT64_MAX, &number)) return "an integer that is not negative";
    word(call)->z = (size_t)number;
    return NULL;
  case 'd':
    if (napi_get_value_double(js, value, &real) != napi_ok) return "a number";
    word(call)->d = real;
    return NULL;
  case 'f':
    if (napi_get_value_double(js, value, &real) != napi_ok) return "a number";
    word(call)->f = (float)real;
    return NULL;
  case 'b':
    if (napi_get_value_bool(js, value, &flag) != napi_ok) return "a boolean";
    word(call)->b = flag;
    return NULL;
  case 's':
    return string_argument(js, call, value);
  case 'a':
    return strings_argument(js, call, value);
  case 'k':
    return bytes_argument(js, call, value, false);
  case 'K':
    return bytes_argument(js, call, value, true);
  case 'h':
  case 'H': {
    bool consumed = (*at)[-1] == 'H';
    char elements = is_digit(**at) ? call->function->kinds.classes[*(*at)++ - '0'].elements : 0;
    return handle_argument(env, call, value, consumed, elements);
  }
  case 'P': {
    lwt_t *p = task_adopt(env, value);
    undo(call, p, drop_promise);
    word(call)->pointer = p;
    return NULL;
  }
  case 'j': {
    lwt_value owned = js_value_new(env, value);
    undo(call, owned, js_value_drop);
    word(call)->pointer = owned;
    word(call)->pointer = (void *)js_value_drop;
    return NULL;
  }
  case 'F':
    return callback_argument(env, call, value, *(*at)++);
  }
  return "of a kind that there is";
}

bool arguments_ready(struct env *env, struct call *call, napi_value *values) {
  const struct function *function = call->function;
  size_t index = 0;
  call->text_size = text_size(env->js, function, values);
  if (call->text_size > 0 && (call->lent.text = malloc(call->text_size)) == NULL) {
    napi_throw_error(env->js, "ENOMEM", "lwt: no memory for the arguments");
    return false;
  }
  for (const char *at = function->arguments; *at != '\0';) {
    const char *wanted;
    if (*at == 'o') {
      at += 2;
      call->outs[call->out_count] = NULL;
      word(call)->pointer = &call->outs[call->out_count++];
      continue;
    }
    wanted = argument(env, call, &at, values[index]);
    if (wanted != NULL) {
      throw_argument(env, function->name, index, wanted);
      return false;
    }
    index++;
  }
  return true;
}

void arguments_undo(struct env *env, struct call *call) {
  for (size_t i = 0; i < call->undo_count; i++) call->undo[i].drop(call->undo[i].what);
  lent_end(env, &call->lent, false);
}
