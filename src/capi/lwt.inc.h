/* The value that says nothing, `()`. */
#define LWT_UNIT ((lwt_value)0)

/* A number as a value, and back. */
#define LWT_INT(n) ((lwt_value)(intptr_t)(n))
#define LWT_TO_INT(v) ((intptr_t)(v))

/* The value that stands for no value, `None`, where there may be one or none:
 * the end of a stream, an element that a filter leaves out. It is no address,
 * and no number that a program would count to. */
#define LWT_NONE ((lwt_value)(uintptr_t)0x4c57544e4f4e45)
