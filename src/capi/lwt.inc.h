/* The value that says nothing, `()`. */
#define LWT_UNIT ((lwt_value)0)

/* A number as a value, and back. */
#define LWT_INT(n) ((lwt_value)(intptr_t)(n))
#define LWT_TO_INT(v) ((intptr_t)(v))
