/* A function of C with its signature, and one call of it: what call.c and
 * arguments.c share. */
#ifndef LWT_NODE_CALL_H
#define LWT_NODE_CALL_H

#include <ffi.h>

#include "addon.h"

enum { WORDS = 16, OUTS = 2 };

struct function {
  long references;
  struct env *env;
  void (*code)(void);
  ffi_cif cif;
  ffi_type *types[WORDS];
  char *name;
  char *signature;
  const char *arguments; /* in the signature, behind the colon */
  size_t count;          /* of JavaScript's arguments */
  struct kinds kinds;
};

/* One call. */
struct call {
  struct function *function;
  union word {
    int32_t i;
    uint32_t u;
    int64_t l;
    size_t z;
    double d;
    float f;
    uint8_t b;
    void *pointer;
  } words[WORDS];
  void *pointers[WORDS];
  size_t count;
  struct lent lent;
  size_t text_size, text_used;
  struct box *consumed[LENT];
  size_t consumed_count;
  /* What is given up if the call is not made. */
  struct {
    void *what;
    lwt_drop_fn drop;
  } undo[WORDS];
  size_t undo_count;
  void *outs[OUTS];
  size_t out_count;
};

/* arguments.c: readies the arguments. False: one was wrong, and something is
 * thrown; then arguments_undo. */
bool arguments_ready(struct env *env, struct call *call, napi_value *values);
void arguments_undo(struct env *env, struct call *call);
/* undefined or null? */
bool is_nothing(napi_env js, napi_value value);
/* How long a string is; false: it is none. */
bool text_room(napi_env js, napi_value value, size_t *room);

#endif
