#include "lwt_unix.h"

/* BYTES are memory with an owner that counts: views of a part keep the whole, and
 * an operation keeps what it reads to or writes from, so that a buffer can be
 * released while it is in use:
 *
 *     lwt_bytes *b = lwt_bytes_create(65536);
 *     lwt_t *p = lwt_bytes_read(fd, b, 0, lwt_bytes_length(b));
 *     lwt_bytes_release(b);                    // freed after the read
 *
 * They can be a file, too (lwt_bytes_map_file). What in Lwt is there because its
 * garbage collector moves things (unsafe_get, unsafe_blit, unsafe_fill) is in C a
 * pointer: lwt_bytes_data. So are the slices of io_vector, recv_msg and send_msg,
 * which are old names in Lwt: lwt_unix_io_vectors takes any memory. */
