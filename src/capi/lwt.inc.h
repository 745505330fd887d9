/* The value that says nothing, `()`. */
#define LWT_UNIT ((lwt_value)0)

/* A number as a value, and back. */
#define LWT_INT(n) ((lwt_value)(intptr_t)(n))
#define LWT_TO_INT(v) ((intptr_t)(v))

/* The value that stands for no value, `None`, where there may be one or none:
 * the end of a stream, an element that a filter leaves out. It is no address,
 * and no number that a program would count to. */
#define LWT_NONE ((lwt_value)(uintptr_t)0x4c57544e4f4e45)

/* `p <&> q`: waits for both. As lwt_join. */
static inline lwt_t *lwt_join2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_join(both, 2);
}

/* `p <?> q`: resolves as the first of the two. As lwt_choose. */
static inline lwt_t *lwt_choose2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_choose(both, 2);
}

/* The same, and cancels the other. As lwt_pick. */
static inline lwt_t *lwt_pick2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_pick(both, 2);
}

/* Frees text that is a value: the drop function of `struct lwt_string *`, as in
 * `lwt_return_owned(lwt_string_new(data, len), lwt_string_drop)`. Any thread. */
static inline void lwt_string_drop(void *string) {
  lwt_string_release((struct lwt_string *)string);
}
