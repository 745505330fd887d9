/* Module Lwt_bytes. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_BYTES_H
#define LWT_BYTES_H

#include "lwt_unix.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BYTES are memory with an owner that counts: views of a part keep the whole,
 * and an operation keeps what it reads to or writes from, so that a buffer can
 * be released while it is in use:
 *
 *     lwt_bytes *b = lwt_bytes_create(65536);
 *     lwt_t *p = lwt_bytes_read(fd, b, 0, lwt_bytes_length(b));
 *     lwt_bytes_release(b);                    // freed after the read
 *
 * They can be a file, too (lwt_bytes_map_file). What in Lwt is there because
 * its garbage collector moves things (unsafe_get, unsafe_blit, unsafe_fill) is
 * in C a pointer: lwt_bytes_data. So are the slices of io_vector, recv_msg and
 * send_msg, which are old names in Lwt: lwt_unix_io_vectors takes any
 * memory. */

/* Bytes, `Lwt_bytes.t`. A handle of the thread that made it; the memory itself
 * may be used on any. */
typedef struct lwt_bytes lwt_bytes;

/* Returns `len` bytes, `Lwt_bytes.create`, all zero, owned by the caller:
 * lwt_bytes_release. They are aligned for any type. NULL: out of memory. On any
 * thread, whose the handle then is. */
lwt_bytes *lwt_bytes_create(size_t len);

/* Returns a copy of the `len` bytes at `data`, `Lwt_bytes.of_bytes` and
 * `of_string`, owned by the caller. NULL: out of memory, or `data` is NULL and
 * `len` is not 0. */
lwt_bytes *lwt_bytes_of_string(const void *data, size_t len);

/* One more reference to the same bytes, owned by the caller. NULL: they are not
 * this thread's. */
lwt_bytes *lwt_bytes_retain(const lwt_bytes *bytes);

/* Gives up a reference. The memory is freed, or unmapped, when the last view of
 * it is gone and nothing uses it any more. Does nothing if the handle is
 * bad. */
void lwt_bytes_release(lwt_bytes *bytes);

/* How many bytes there are, `Lwt_bytes.length`. 0 for a bad handle. */
size_t lwt_bytes_length(const lwt_bytes *bytes);

/* Where the bytes are, to be read and written as any memory, as long as the
 * handle is kept: what `Lwt_bytes.unsafe_get` and its kin are to Lwt. Not NULL,
 * also where there are none; NULL for a bad handle. */
void *lwt_bytes_data(const lwt_bytes *bytes);

/* The byte at an index, `Lwt_bytes.get`: 0 to 255, or minus the kind of the
 * error: LWT_INVALID_ARGUMENT (there is none, or the handle is bad) or
 * LWT_WRONG_THREAD. */
int lwt_bytes_get(const lwt_bytes *bytes, size_t index);

/* Sets the byte at an index, `Lwt_bytes.set`. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT (there is none, or the handle is bad) or
 * LWT_WRONG_THREAD. */
int lwt_bytes_set(const lwt_bytes *bytes, size_t index, uint8_t byte);

/* Sets `len` bytes from `pos` on, `Lwt_bytes.fill`. Returns as
 * lwt_bytes_set. */
int lwt_bytes_fill(const lwt_bytes *bytes, size_t pos, size_t len,
                   uint8_t byte);

/* Copies `len` bytes at `from_pos` of one to `to_pos` of the other,
 * `Lwt_bytes.blit`; they may overlap. Returns as lwt_bytes_set; nothing is
 * copied on an error. */
int lwt_bytes_blit(const lwt_bytes *from, size_t from_pos, const lwt_bytes *to,
                   size_t to_pos, size_t len);

/* Copies the `len` bytes at `data` to `pos`, `Lwt_bytes.blit_from_bytes`.
 * Returns as lwt_bytes_set. */
int lwt_bytes_blit_from(const void *data, const lwt_bytes *bytes, size_t pos,
                        size_t len);

/* Copies `len` bytes at `pos` to `data`, `Lwt_bytes.blit_to_bytes`. Returns as
 * lwt_bytes_set. */
int lwt_bytes_blit_to(const lwt_bytes *bytes, size_t pos, void *data,
                      size_t len);

/* A view of `len` bytes from `pos` on, which shares the memory and keeps it,
 * `Lwt_bytes.proxy`, owned by the caller. NULL: they are not all there, the
 * handle is bad, or memory ran out. */
lwt_bytes *lwt_bytes_proxy(const lwt_bytes *bytes, size_t pos, size_t len);

/* A copy of `len` bytes from `pos` on, `Lwt_bytes.extract`, owned by the
 * caller. NULL as for lwt_bytes_proxy. */
lwt_bytes *lwt_bytes_extract(const lwt_bytes *bytes, size_t pos, size_t len);

/* A copy of all, `Lwt_bytes.copy`, owned by the caller. NULL: the handle is
 * bad, or memory ran out. */
lwt_bytes *lwt_bytes_copy(const lwt_bytes *bytes);

/* A copy of all as text, `Lwt_bytes.to_string`, owned by the caller:
 * lwt_string_release. NULL: the handle is bad, or memory ran out. */
lwt_string *lwt_bytes_to_string(const lwt_bytes *bytes);

/* Reads at most `len` bytes to `pos`, `Lwt_bytes.read`: as lwt_unix_read, but
 * the memory is kept until the promise has resolved, also when `bytes` is
 * released before. LWT_INVALID_ARGUMENT too if there are not so many bytes. */
lwt_t *lwt_bytes_read(const lwt_unix_fd *fd, const lwt_bytes *bytes, size_t pos,
                      size_t len);

/* Writes at most `len` bytes from `pos` on, `Lwt_bytes.write`: as
 * lwt_unix_write, but the memory is kept until the promise has resolved.
 * LWT_INVALID_ARGUMENT too if there are not so many bytes. */
lwt_t *lwt_bytes_write(const lwt_unix_fd *fd, const lwt_bytes *bytes,
                       size_t pos, size_t len);

/* Receives at most `len` bytes to `pos`, `Lwt_bytes.recv`: to lwt_unix_recv as
 * lwt_bytes_read is to lwt_unix_read. */
lwt_t *lwt_bytes_recv(const lwt_unix_fd *fd, const lwt_bytes *bytes, size_t pos,
                      size_t len, int flags);

/* Sends at most `len` bytes from `pos` on, `Lwt_bytes.send`: to lwt_unix_send
 * as lwt_bytes_write is to lwt_unix_write. */
lwt_t *lwt_bytes_send(const lwt_unix_fd *fd, const lwt_bytes *bytes, size_t pos,
                      size_t len, int flags);

/* As lwt_bytes_recv, and whom it is from, `Lwt_bytes.recvfrom`; otherwise as
 * lwt_unix_recvfrom. */
lwt_t *lwt_bytes_recvfrom(const lwt_unix_fd *fd, const lwt_bytes *bytes,
                          size_t pos, size_t len, int flags,
                          lwt_unix_sockaddr *from);

/* As lwt_bytes_send, to an address, `Lwt_bytes.sendto`; otherwise as
 * lwt_unix_sendto. */
lwt_t *lwt_bytes_sendto(const lwt_unix_fd *fd, const lwt_bytes *bytes,
                        size_t pos, size_t len, int flags,
                        const struct sockaddr *to, socklen_t to_len);

/* Maps a file from `pos` on, which need not be a multiple of the page size,
 * `Lwt_bytes.map_file`. The value is a lwt_bytes *, owned by the promise
 * (lwt_take moves it out). `shared`: what is written to it is written to the
 * file, if that is open for reading and writing; it can't be written if it is
 * open for reading alone. Not shared: it is the program's own copy. `size`: how
 * many bytes; SIZE_MAX: all to the end of the file.
 *
 * The call doesn't block; reading a page that isn't in memory does:
 * lwt_bytes_wait_mincore. As with mmap(2), to touch pages beyond the end of the
 * file ends the process with SIGBUS. Borrows `fd`, which may be closed at once.
 * Fails with LWT_UNIX_ERROR, function "map_file", LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY. On the descriptor's
 * thread. */
lwt_t *lwt_bytes_map_file(const lwt_unix_fd *fd, uint64_t pos, bool shared,
                          size_t size);

/* Are the bytes those of a mapped file, `Lwt_bytes.mapped`? False for a bad
 * handle. */
bool lwt_bytes_mapped(const lwt_bytes *bytes);

/* Tells the kernel how the bytes will be used, `Lwt_bytes.madvise`: `advice` is
 * one of madvise(2), MADV_WILLNEED and so on; those by which memory loses what
 * is in it are for mapped files alone. Returns LWT_OK, LWT_UNIX_ERROR,
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. */
int lwt_bytes_madvise(const lwt_bytes *bytes, size_t pos, size_t len,
                      int advice);

/* How many bytes a page has, `Lwt_bytes.page_size`. On any thread. */
size_t lwt_bytes_page_size(void);

/* Which pages are in memory, `Lwt_bytes.mincore`: one truth value for each of
 * `n` pages from `pos` on. Returns LWT_OK, LWT_UNIX_ERROR, LWT_WRONG_THREAD, or
 * LWT_INVALID_ARGUMENT: these are not whole pages of the bytes (the last one
 * need not be whole), or the handle is bad; `states` is unchanged then. */
int lwt_bytes_mincore(const lwt_bytes *bytes, size_t pos, bool *states,
                      size_t n);

/* Returns a promise of LWT_UNIT that is fulfilled when the page that holds this
 * byte is in memory, `Lwt_bytes.wait_mincore`: at once if it is, else when a
 * worker has had it read, so that the main loop need not wait for the disk.
 *
 * Fails with LWT_UNIX_ERROR, function "wait_mincore" (EFAULT: the file has
 * become shorter), LWT_INVALID_ARGUMENT (there is no such byte, or the handle
 * is bad), LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, LWT_CANCELED, which loses
 * nothing. On the thread of the handle. */
lwt_t *lwt_bytes_wait_mincore(const lwt_bytes *bytes, size_t pos);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_bytes_create(...) \
  ((struct lwt_bytes *)lwt_debug_handle(lwt_bytes_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_of_string(...) \
  ((struct lwt_bytes *)lwt_debug_handle(lwt_bytes_of_string(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_proxy(...) \
  ((struct lwt_bytes *)lwt_debug_handle(lwt_bytes_proxy(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_extract(...) \
  ((struct lwt_bytes *)lwt_debug_handle(lwt_bytes_extract(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_copy(...) \
  ((struct lwt_bytes *)lwt_debug_handle(lwt_bytes_copy(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_to_string(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_bytes_to_string(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_bytes_read(...) \
  lwt_debug_promise(lwt_bytes_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_write(...) \
  lwt_debug_promise(lwt_bytes_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_recv(...) \
  lwt_debug_promise(lwt_bytes_recv(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_send(...) \
  lwt_debug_promise(lwt_bytes_send(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_recvfrom(...) \
  lwt_debug_promise(lwt_bytes_recvfrom(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_sendto(...) \
  lwt_debug_promise(lwt_bytes_sendto(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_map_file(...) \
  lwt_debug_promise(lwt_bytes_map_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bytes_wait_mincore(...) \
  lwt_debug_promise(lwt_bytes_wait_mincore(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_BYTES_H */
