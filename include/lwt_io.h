/* Module Lwt_io. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_IO_H
#define LWT_IO_H

#include "lwt_stream.h"
#include "lwt_unix.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CHANNELS: buffered reading and writing, over a descriptor, over memory, or
 * over functions. A channel is for reading or for writing (LWT_IO_INPUT,
 * LWT_IO_OUTPUT), and what needs the other one fails with
 * LWT_INVALID_ARGUMENT.
 *
 *   static lwt_t *greet(lwt_value line, void *out) {
 *     const struct lwt_string *name = (const struct lwt_string *)line;
 *     return lwt_io_printf("hello %s\n", name->data);
 *   }
 *   lwt_t *p = lwt_bind(lwt_io_read_line(lwt_io_stdin()), greet, NULL, NULL);
 *
 * - Operations on a channel are performed in the order of the calls, and none comes
 *   between the bytes of another: two reads of a line that wait get consecutive lines.
 * - What is written is copied at once, and sent at the next pause of the main loop: all that
 *   was written in a turn by one system call. There is no need to wait for each write:
 *   lwt_release(lwt_io_printf("...")), for the promise is the caller's all the same, and one
 *   that is dropped tells nobody that it failed (lwt_dont_wait does). But who waits is held up when a slow reader lets more than the high water mark pile up
 *   (lwt_io_set_water_marks), and so needs no more memory than that.
 * - Closing: lwt_io_close; a channel that is only released is not closed, though its
 *   descriptor is if nobody else has it. At the end of the process (exit, or the end of main)
 *   what is unsent is sent.
 * - A channel that has no bytes has no buffer either: buffers are lent by the thread. That
 *   is why a buffer of the user's can't be given, only its size.
 * - A write to a pipe or socket that nobody reads any more raises SIGPIPE, which ends the
 *   process unless it is ignored: signal(SIGPIPE, SIG_IGN). */

/* A channel that is for reading, and one that is for writing, for the reader of
 * C. */
typedef struct lwt_io_channel lwt_input_channel;
typedef struct lwt_io_channel lwt_output_channel;

/* A channel, `'a Lwt_io.channel`. A handle of the thread that made it. */
typedef struct lwt_io_channel lwt_io_channel;

/* A server, `Lwt_io.server`. A handle of the thread that made it. */
typedef struct lwt_io_server lwt_io_server;

enum {
  /* The mode of a channel that is read from, `Lwt_io.input`. */
  LWT_IO_INPUT = 0,
  /* The mode of a channel that is written to, `Lwt_io.output`. */
  LWT_IO_OUTPUT = 1,
  /* The lowest byte of a number first, `Lwt_io.Little_endian`. */
  LWT_IO_LITTLE_ENDIAN = 0,
  /* The highest byte first, `Lwt_io.Big_endian`. */
  LWT_IO_BIG_ENDIAN = 1,
  /* For flags and permissions: those that Lwt gives by default. */
  LWT_IO_DEFAULT = -1
};

struct lwt_io_direct;
struct lwt_io_connection_options;
struct lwt_io_server_options;

/* Reads up to `len` bytes into `buf`, or writes up to `len` bytes from there,
 * and returns a promise of how many; 0 of a reading function is the end of the
 * input. `buf` is its own until the promise has resolved. */
typedef lwt_t *(*lwt_io_transfer_fn)(char *buf, size_t len, void *env);

/* Moves the position as lseek(2) does, `whence` being SEEK_SET, SEEK_CUR or
 * SEEK_END, and returns a promise of the new one. */
typedef lwt_t *(*lwt_io_seek_fn)(int64_t offset, int whence, void *env);

/* What is done with a channel that one has for oneself. */
typedef lwt_t *(*lwt_io_atomic_fn)(const lwt_io_channel *channel, void *env);

/* What is done with so many bytes. */
typedef lwt_t *(*lwt_io_block_fn)(char *data, size_t size, void *env);

/* What is done with a channel's buffer. */
typedef lwt_t *(*lwt_io_direct_fn)(const lwt_io_channel *channel,
                struct lwt_io_direct *access, void *env);

/* What is done with a channel over a file. The handle is borrowed until the
 * promise has resolved. */
typedef lwt_t *(*lwt_io_file_fn)(const lwt_io_channel *channel, void *env);

/* What is done with a temporary file. Its path and the handle are borrowed
 * until the promise has resolved. */
typedef lwt_t *(*lwt_io_temp_file_fn)(const char *path,
                const lwt_io_channel *channel, void *env);

/* What is done with a temporary directory. Its path is borrowed until the
 * promise has resolved. */
typedef lwt_t *(*lwt_io_temp_dir_fn)(const char *path, void *env);

/* Called with a socket before it is connected, to bind it or set its options;
 * what it raises (lwt_raise) is what the connection fails with. It borrows the
 * socket. */
typedef void (*lwt_io_prepare_fn)(const lwt_unix_fd *socket, void *env);

/* What is done with the channels of a connection, which are borrowed until the
 * promise that it returns has resolved. */
typedef lwt_t *(*lwt_io_connection_fn)(const lwt_io_channel *input,
                const lwt_io_channel *output, void *env);

/* What is done with a client at that address, which is borrowed until the
 * function returns; the channels are until the promise that it returns has
 * resolved. */
typedef lwt_t *(*lwt_io_client_fn)(const struct sockaddr *address,
                socklen_t len, const lwt_io_channel *input,
                const lwt_io_channel *output, void *env);

/* The same with the client's socket instead of channels. */
typedef lwt_t *(*lwt_io_client_socket_fn)(const struct sockaddr *address,
                socklen_t len, const lwt_unix_fd *socket, void *env);

/* What is told how many bytes were copied so far. */
typedef void (*lwt_io_progress_fn)(uint64_t copied, void *env);

/* A callback that takes the channels of a connection, each of which it owns or
 * is NULL, and returns a promise, which the library then owns. */
typedef lwt_t *(*lwt_io_channels_fn)(lwt_io_channel *input,
                lwt_io_channel *output, void *env);

/* A channel's buffer in the hands of a function, `Lwt_io.direct_access`. */
typedef struct lwt_io_direct {
  /* The buffer. */
  char *data;
  /* Where the next byte is read, or written. The function moves it on, to `max`
   * at most. */
  size_t ptr;
  /* Where the bytes, or the room for them, end. */
  size_t max;
} lwt_io_direct;

/* How a connection is made. lwt_io_connection_options_default makes one; only
 * `size` is not zero in there. */
typedef struct lwt_io_connection_options {
  /* sizeof(struct lwt_io_connection_options), so that it can grow. */
  size_t size;
  /* The socket to be connected, which is borrowed; NULL: a new one. */
  const lwt_unix_fd *fd;
  /* Called before it is connected, while the call lasts; NULL: nothing is. */
  lwt_io_prepare_fn prepare;
  /* What that is called with. */
  void *prepare_env;
  /* The size of the input channel's buffer; 0: the default. */
  size_t in_buffer_size;
  /* The size of the output channel's buffer; 0: the default. */
  size_t out_buffer_size;
  /* Not 0: small messages may wait for others; otherwise TCP_NODELAY is set,
   * where there is such a thing. */
  int delay;
} lwt_io_connection_options;

/* What kind of server it is. lwt_io_server_options_default makes one; only
 * `size` is not zero in there. */
typedef struct lwt_io_server_options {
  /* sizeof(struct lwt_io_server_options), so that it can grow. */
  size_t size;
  /* The socket that listens, which is borrowed; NULL: a new one. */
  const lwt_unix_fd *fd;
  /* How many connections may wait to be accepted; 0: as many as the system
   * allows. */
  int backlog;
  /* The size of the channels' buffers; 0: the default. */
  size_t buffer_size;
  /* Not 0: what a client gets is not closed when the promise of its function
   * has resolved. */
  int no_close;
  /* Not 0: TCP_NODELAY is not set under the channels of a client. */
  int delay;
} lwt_io_server_options;

/* A new channel over functions, `Lwt_io.make`. `transfer(buf, len, env)` reads
 * or writes, as `mode` says (LWT_IO_INPUT, LWT_IO_OUTPUT), one call at a time:
 * it is called again only when its promise has resolved. `close(env)` is called
 * once, when the channel is closed; NULL: there is nothing to do. `seek(offset,
 * whence, env)` moves the position; NULL: the channel can't be moved, and what
 * needs that fails with LWT_FAILURE. `buffer_size`: 0 for the default.
 *
 * A count that is less than was asked for is no error: what is left of a write
 * is given again. One that is more, or negative, is LWT_FAILURE; so is a
 * writing function that takes 0 bytes three times in a row (Lwt goes on for
 * ever). Cancelling a read leaves the promise of `transfer` alone: what it
 * brings is for the next read. Closing the channel cancels it. A promise of a
 * writing function that can't resolve any more (lwt_wakener_forget) leaves what
 * waits for it pending; the channel can send nothing more, and flushes fail
 * with LWT_FAILURE.
 *
 * `drop_env` runs on `env` once, when the channel is gone: released, and
 * nothing waits on it any more; the channel is not closed by that.
 *
 * Returns a channel, owned by the caller: lwt_io_channel_release. NULL if
 * `transfer` is NULL, the mode or the size is none (below 16, or above a
 * quarter of the address space), or memory runs out. On any thread, whose it
 * then is. */
lwt_io_channel *lwt_io_make(int mode, size_t buffer_size,
                            lwt_io_transfer_fn transfer, lwt_thunk_fn close,
                            lwt_io_seek_fn seek, void *env,
                            lwt_drop_fn drop_env);

/* A new channel over a descriptor, `Lwt_io.of_fd`, for reading or for writing
 * as `mode` says. Closing the channel closes the descriptor, also for others
 * who have it: of two channels over one descriptor close the one for output
 * first, and give the other lwt_io_of_fd_with a function that does nothing.
 * `buffer_size`: 0 for the default.
 *
 * Borrows `fd`, of which the channel has a reference of its own. The channel's
 * position begins with that of the descriptor. Of a regular file, if the size
 * is the default one, what is in memory is read at once in blocks up to 64 KiB,
 * and what is not by jobs in blocks up to 256 KiB, the next one while this one
 * is consumed: the descriptor's own position is ahead of the channel's by that
 * much.
 *
 * Returns a channel, owned by the caller: lwt_io_channel_release. NULL if `fd`
 * is no descriptor of this thread, the mode or the size is none, or memory runs
 * out. On the descriptor's thread. Manual: "Channels". */
lwt_io_channel *lwt_io_of_fd(const lwt_unix_fd *fd, int mode,
                             size_t buffer_size);

/* The same, and `close(env)` is called to close it, once. `drop_env` runs on
 * `env` once, when that was done, or never will be. NULL if `close` is NULL,
 * too. */
lwt_io_channel *lwt_io_of_fd_with(const lwt_unix_fd *fd, int mode,
                                  size_t buffer_size, lwt_thunk_fn close,
                                  void *env, lwt_drop_fn drop_env);

/* The same over a descriptor of the operating system, `Lwt_io.of_unix_fd`,
 * which is the channel's from now on: lwt_io_close closes it, and so does the
 * release of a channel that was not closed. Left to the caller if NULL is
 * returned. */
lwt_io_channel *lwt_io_of_unix_fd(int fd, int mode, size_t buffer_size);

/* A new channel over memory, `Lwt_io.of_bytes`: reads come directly from the
 * `len` bytes at `data`, writes go directly there. Reading past the end is the
 * end of the input; a write that does not fit fails with LWT_FAILURE, and
 * nothing of it is written. There is nothing to flush. `drop`, which may be
 * NULL, runs on `data` once, when the channel is gone.
 *
 * Returns a channel, owned by the caller. NULL if `data` is NULL and `len` is
 * not 0, the mode is none, `len` is absurd, or memory runs out; then `drop` has
 * run. On any thread, whose it then is. */
lwt_io_channel *lwt_io_of_bytes(int mode, char *data, size_t len,
                                lwt_drop_fn drop);

/* One more reference to the same channel, owned by the caller. NULL: it is not
 * a channel of this thread. */
lwt_io_channel *lwt_io_channel_retain(const lwt_io_channel *channel);

/* Gives up a reference. With the last one the channel is gone when nothing
 * waits on it and what was written is sent. It is not closed by that, but a
 * descriptor that nobody else has is. Does nothing if the handle is bad. */
void lwt_io_channel_release(lwt_io_channel *channel);

/* Standard input as a channel, `Lwt_io.stdin`: always the same one of this
 * thread, which need not be released. NULL: memory ran out. */
const lwt_io_channel *lwt_io_stdin(void);

/* Standard output as a channel, `Lwt_io.stdout`; as lwt_io_stdin. What is
 * written is sent at the next pause of the main loop, or at the end of the
 * process. */
const lwt_io_channel *lwt_io_stdout(void);

/* Standard error as a channel, `Lwt_io.stderr`; as lwt_io_stdout. */
const lwt_io_channel *lwt_io_stderr(void);

/* A new channel for reading that never ends and has zero bytes only,
 * `Lwt_io.zero`. What reads to the end, or to a newline, therefore never
 * returns: there is always more at once. Owned by the caller. NULL: memory ran
 * out. */
lwt_io_channel *lwt_io_zero(void);

/* A new channel for writing that takes everything, `Lwt_io.null`. Owned by the
 * caller. NULL: memory ran out. */
lwt_io_channel *lwt_io_null(void);

/* LWT_IO_INPUT or LWT_IO_OUTPUT, `Lwt_io.mode`; -1 for a bad handle. */
int lwt_io_mode(const lwt_io_channel *channel);

/* Closes a channel, `Lwt_io.close`. One for reading is closed at once, and all
 * reads that wait fail with LWT_CLOSED. One for writing is closed in its turn:
 * after the operations before it, and when what was written is sent; a failure
 * of that is not told, so flush first to know (lwt_io_flush tells EPIPE).
 *
 * Borrows `channel`. Returns the promise of the close function or of the
 * descriptor's close, the same one each time. From then on all operations fail
 * with LWT_CLOSED, whose message says "input" or "output". Fails with
 * LWT_FAILURE for the handle of an atomic block; LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY. It can't be cancelled.
 * On the channel's thread. */
lwt_t *lwt_io_close(const lwt_io_channel *channel);

/* Closes a channel at once, without sending what is unsent, `Lwt_io.abort`: all
 * operations that wait fail with LWT_CLOSED. The handle of an atomic block
 * aborts the channel itself. As lwt_io_close otherwise. */
lwt_t *lwt_io_abort(const lwt_io_channel *channel);

/* Has the channel been closed, `Lwt_io.is_closed`? False for a bad handle. */
bool lwt_io_is_closed(const lwt_io_channel *channel);

/* Is an operation or an atomic block under way, `Lwt_io.is_busy`? False for a
 * bad handle and for that of an atomic block that has ended. */
bool lwt_io_is_busy(const lwt_io_channel *channel);

/* How many bytes in the buffer are unread, or unsent, `Lwt_io.buffered`. 0 for
 * a bad handle. What a channel over memory was given is not unsent. */
size_t lwt_io_buffered(const lwt_io_channel *channel);

/* The size of the buffer, `Lwt_io.buffer_size`; for a channel over memory, that
 * of the memory. 0 for a bad handle. */
size_t lwt_io_buffer_size(const lwt_io_channel *channel);

/* Changes the size of the buffer, `Lwt_io.resize_buffer`, and the water marks
 * of an output channel with it: the high one is `size`, the low one a quarter
 * of that. If more is unsent, that is sent first.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It
 * fails with LWT_FAILURE if the unread bytes would not fit, or for a channel
 * over memory; LWT_INVALID_ARGUMENT if `size` is below 16 or absurd; as
 * lwt_io_flush otherwise. Cancelling it loses nothing. On the channel's
 * thread. */
lwt_t *lwt_io_resize_buffer(const lwt_io_channel *channel, size_t size);

/* The size of buffers of channels that this thread will make,
 * `Lwt_io.default_buffer_size`: 4096, unless it was changed. */
size_t lwt_io_default_buffer_size(void);

/* Changes that, `Lwt_io.set_default_buffer_size`. Returns LWT_OK;
 * LWT_INVALID_ARGUMENT if it is below 16 or absurd. Of this thread. */
int lwt_io_set_default_buffer_size(size_t size);

/* How much may be unsent before writes wait: one that would bring it above
 * `high` bytes is pending until it is at `low` or below, and then taken. By
 * default 16 buffers and a quarter of that; of a channel whose buffer size was
 * given, that size and a quarter of it.
 *
 * Borrows `channel`. Returns LWT_OK; LWT_INVALID_ARGUMENT if `low` is not below
 * `high`; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle or one for
 * reading. On the channel's thread. */
int lwt_io_set_water_marks(const lwt_io_channel *channel, size_t high,
                           size_t low);

/* Stores the water marks in `*high` and `*low`, each of which may be NULL.
 * Returns LWT_OK or what is wrong with the handle. */
int lwt_io_water_marks(const lwt_io_channel *channel, size_t *high,
                       size_t *low);

/* Fulfilled when all that was written before has been sent, `Lwt_io.flush`.
 * There is no need for it unless one wants to know: what is written is sent at
 * the next pause of the main loop.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It
 * fails with LWT_UNIX_ERROR as write(2) does (EPIPE where nobody reads any
 * more, if SIGPIPE is ignored), or as the function of the channel does; what is
 * unsent is then still there; LWT_CLOSED; LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle or one for reading; LWT_OUT_OF_MEMORY.
 * Cancelling it loses its place in the queue and no more. On the channel's
 * thread. */
lwt_t *lwt_io_flush(const lwt_io_channel *channel);

/* Flushes all channels of this thread, `Lwt_io.flush_all`. Failures are
 * ignored. Returns a promise of LWT_UNIT, owned by the caller. It is what runs
 * at the end of the process. It fails with LWT_OUT_OF_MEMORY alone. */
lwt_t *lwt_io_flush_all(void);

/* Where the next byte is read from or written to, `Lwt_io.position`: what is in
 * the buffer is accounted for. 0 for a bad handle. */
int64_t lwt_io_position(const lwt_io_channel *channel);

/* Moves the position, `Lwt_io.set_position`. Within what was read it moves
 * without the device; what was written is sent first.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It
 * fails with LWT_FAILURE if the channel can't be moved, or the position is
 * negative or outside the memory; with LWT_UNIX_ERROR as lseek(2) (ESPIPE); as
 * lwt_io_flush. Cancelling it loses its place in the queue. On the channel's
 * thread. */
lwt_t *lwt_io_set_position(const lwt_io_channel *channel, int64_t position);

/* How many bytes the file or the memory has, `Lwt_io.length`; what was written
 * is sent first. Borrows `channel`. Returns a promise of the length as an
 * integer, owned by the caller. It fails as lwt_io_set_position. On the
 * channel's thread. */
lwt_t *lwt_io_length(const lwt_io_channel *channel);

/* The next line, `Lwt_io.read_line`: up to a newline, which is taken, and
 * without it or "\r\n"; a "\r" elsewhere is kept. The last line may lack its
 * newline.
 *
 * Borrows `channel`. Returns a promise of a `struct lwt_string *`, owned by the
 * promise. It fails with LWT_END_OF_FILE if there is no byte any more;
 * LWT_CLOSED; LWT_UNIX_ERROR as read(2) does, or as the function of the channel
 * does; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle or one for
 * writing; LWT_OUT_OF_MEMORY. Cancelling it loses its place in the queue and
 * nothing else: what was read of the line is for the next read. On the
 * channel's thread. Manual: "Channels". */
lwt_t *lwt_io_read_line(const lwt_io_channel *channel);

/* The same, `Lwt_io.read_line_opt`: `LWT_NONE` where there is no byte any
 * more. */
lwt_t *lwt_io_read_line_opt(const lwt_io_channel *channel);

/* The next byte, `Lwt_io.read_char`. The value is the byte as an integer, from
 * 0 to 255. As lwt_io_read_line otherwise. */
lwt_t *lwt_io_read_char(const lwt_io_channel *channel);

/* The same, `Lwt_io.read_char_opt`: `LWT_NONE` at the end. */
lwt_t *lwt_io_read_char_opt(const lwt_io_channel *channel);

/* Everything up to the end, `Lwt_io.read` without a count; an empty text at the
 * end. All of it stays in the buffer until the end has come, so that cancelling
 * loses nothing. As lwt_io_read_line otherwise. */
lwt_t *lwt_io_read(const lwt_io_channel *channel);

/* At most `count` bytes, and at least one unless at the end, `Lwt_io.read` with
 * a count. As lwt_io_read. */
lwt_t *lwt_io_read_count(const lwt_io_channel *channel, size_t count);

/* Reads up to `len` bytes into `buf`, at least one unless at the end,
 * `Lwt_io.read_into` (and `read_into_bigstring`).
 *
 * Borrows `channel`, and `buf` until the promise has resolved, for whatever
 * reason; then nothing touches it any more. Returns a promise of the count as
 * an integer, owned by the caller: 0 at the end, or at once if `len` is 0. It
 * fails with LWT_INVALID_ARGUMENT if `buf` is NULL or `len` absurd; otherwise
 * as lwt_io_read_line. Cancelling it loses nothing. On the channel's thread. */
lwt_t *lwt_io_read_into(const lwt_io_channel *channel, char *buf, size_t len);

/* Reads exactly `len` bytes into `buf`, `Lwt_io.read_into_exactly`. Returns a
 * promise of LWT_UNIT; it fails with LWT_END_OF_FILE if there are fewer, which
 * are lost: they are in `buf`. Cancelling it loses nothing. As lwt_io_read_into
 * otherwise. */
lwt_t *lwt_io_read_into_exactly(const lwt_io_channel *channel, char *buf,
                                size_t len);

/* The next block that lwt_io_write_value wrote, `Lwt_io.read_value`. C has no
 * marshalled values: a block is bytes behind their length (eight bytes, the
 * highest first). `most`: one that says that it is longer fails with
 * LWT_FAILURE, and is not taken; it keeps a peer from claiming all memory.
 *
 * Returns a promise of a `struct lwt_string *`, owned by the promise. It fails
 * with LWT_END_OF_FILE if the block is cut short; as lwt_io_read_line
 * otherwise. */
lwt_t *lwt_io_read_value(const lwt_io_channel *channel, size_t most);

/* The lines of a channel as a stream of `struct lwt_string *`, which the stream
 * owns, `Lwt_io.read_lines`; see lwt_io_read_line. A line is read when it is
 * asked for. Where that fails so does the read of the stream, and the next one
 * tries again. The channel is not closed at the end.
 *
 * Borrows `channel`, of which the stream has a reference of its own. Returns a
 * stream, owned by the caller (lwt_stream_release). NULL for a bad handle or
 * one for writing, or if memory runs out. On the channel's thread. */
lwt_stream *lwt_io_read_lines(const lwt_io_channel *channel);

/* The bytes of a channel as a stream of integers, `Lwt_io.read_chars`. As
 * lwt_io_read_lines otherwise. */
lwt_stream *lwt_io_read_chars(const lwt_io_channel *channel);

/* Writes the `len` bytes at `data`, `Lwt_io.write`: all of them, and no other
 * write comes between them. They are copied by the call, so `data` is free when
 * it returns.
 *
 * The promise is fulfilled at once if they fit below the high water mark of the
 * channel (lwt_io_set_water_marks), else when so much of what was written
 * before is sent that they are taken; of more than that mark by itself, when
 * all but the low mark of it is sent. That they were taken says nothing about
 * their being sent: flush to know.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It
 * fails with LWT_CLOSED; LWT_UNIX_ERROR as write(2) does, or as the function of
 * the channel does, if it had to wait; LWT_FAILURE if they do not fit into the
 * memory of a channel over memory; LWT_INVALID_ARGUMENT if `data` is NULL and
 * `len` is not 0; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle or
 * one for reading; LWT_OUT_OF_MEMORY. Cancelling it before they were taken
 * writes nothing of them; afterwards they are sent all the same. On the
 * channel's thread. Manual: "Channels". */
lwt_t *lwt_io_write(const lwt_io_channel *channel, const char *data,
                    size_t len);

/* The same, and a newline behind them, `Lwt_io.write_line`. A text that ends
 * with a NUL byte needs no length: lwt_io_fprintl. */
lwt_t *lwt_io_write_line(const lwt_io_channel *channel, const char *data,
                         size_t len);

/* Writes one byte, the lowest eight bits of `byte`, `Lwt_io.write_char`. As
 * lwt_io_write. */
lwt_t *lwt_io_write_char(const lwt_io_channel *channel, int byte);

/* Writes as many of the `len` bytes at `data` as there is room for, at least
 * one, `Lwt_io.write_from` (and `write_from_string`, `write_from_bigstring`):
 * below the high water mark, or in the memory of a channel over memory. They
 * are copied by the call.
 *
 * Returns a promise of how many were taken as an integer, owned by the caller;
 * 0 if `len` is 0. Fails as lwt_io_write. Cancelled, none is taken. */
lwt_t *lwt_io_write_from(const lwt_io_channel *channel, const char *data,
                         size_t len);

/* Writes all of the `len` bytes at `data`, `Lwt_io.write_from_exactly` (and
 * `write_from_string_exactly`, `write_from_exactly_bigstring`). The same as
 * lwt_io_write. */
lwt_t *lwt_io_write_from_exactly(const lwt_io_channel *channel,
                                 const char *data, size_t len);

/* Writes a block that lwt_io_read_value reads, `Lwt_io.write_value`: the `len`
 * bytes at `data` behind their length. As lwt_io_write. */
lwt_t *lwt_io_write_value(const lwt_io_channel *channel, const char *data,
                          size_t len);

/* Writes each element of a stream of `struct lwt_string *` and a newline,
 * `Lwt_io.write_lines`; the next is asked for when there is room again. Other
 * writes may come between the lines: use lwt_io_atomic against that.
 *
 * Borrows `channel`, consumes `lines`. Returns a promise of LWT_UNIT, owned by
 * the caller; it fails as the stream does, or lwt_io_write. Cancelling it loses
 * the line that waits. On the channel's thread. */
lwt_t *lwt_io_write_lines(const lwt_io_channel *channel, lwt_stream *lines);

/* Writes each element of a stream of integers as a byte, `Lwt_io.write_chars`.
 * As lwt_io_write_lines. */
lwt_t *lwt_io_write_chars(const lwt_io_channel *channel, lwt_stream *chars);

/* Writes a dump of the `len` bytes at `data` for a person to read,
 * `Lwt_io.hexdump`: lines of sixteen bytes, as lwt_stream_hexdump makes them.
 * As lwt_io_write. */
lwt_t *lwt_io_hexdump(const lwt_io_channel *channel, const char *data,
                      size_t len);

/* The same of a stream of integers, each a byte, `Lwt_io.hexdump_stream`. As
 * lwt_io_write_chars. */
lwt_t *lwt_io_hexdump_stream(const lwt_io_channel *channel, lwt_stream *chars);

/* Writes `text` up to its NUL byte, `Lwt_io.fprint`. As lwt_io_write;
 * LWT_INVALID_ARGUMENT if `text` is NULL. */
lwt_t *lwt_io_fprint(const lwt_io_channel *channel, const char *text);

/* The same, and a newline, `Lwt_io.fprintl`. Bytes with a length:
 * lwt_io_write_line. */
lwt_t *lwt_io_fprintl(const lwt_io_channel *channel, const char *text);

/* Writes `text` to standard output, `Lwt_io.print`. As lwt_io_fprint. */
lwt_t *lwt_io_print(const char *text);

/* The same, and a newline, `Lwt_io.printl`. */
lwt_t *lwt_io_printl(const char *text);

/* Writes `text` to standard error, `Lwt_io.eprint`. As lwt_io_fprint. */
lwt_t *lwt_io_eprint(const char *text);

/* The same, and a newline, `Lwt_io.eprintl`. */
lwt_t *lwt_io_eprintl(const char *text);

/* The system's order of bytes, `Lwt_io.system_byte_order`: LWT_IO_LITTLE_ENDIAN
 * or LWT_IO_BIG_ENDIAN. On any thread. */
int lwt_io_system_byte_order(void);

/* Reads four bytes with a sign, as an integer, in the system's order,
 * `Lwt_io.read_int`. Borrows `channel`. Returns a promise of the number, owned
 * by the caller. It fails with LWT_END_OF_FILE if there are fewer bytes, which
 * stay; as lwt_io_read_line otherwise. Cancelling it loses nothing. */
lwt_t *lwt_io_read_int(const lwt_io_channel *channel);

/* Reads two bytes with a sign, as an integer, in the system's order,
 * `Lwt_io.read_int16`. As lwt_io_read_int. */
lwt_t *lwt_io_read_int16(const lwt_io_channel *channel);

/* Reads four bytes with a sign, as an integer, in the system's order,
 * `Lwt_io.read_int32`. As lwt_io_read_int. */
lwt_t *lwt_io_read_int32(const lwt_io_channel *channel);

/* Reads eight bytes with a sign, as an integer, in the system's order,
 * `Lwt_io.read_int64`. As lwt_io_read_int. */
lwt_t *lwt_io_read_int64(const lwt_io_channel *channel);

/* Reads four bytes as a float: lwt_io_float32_of tells it from the value, in
 * the system's order, `Lwt_io.read_float32`. As lwt_io_read_int. */
lwt_t *lwt_io_read_float32(const lwt_io_channel *channel);

/* Reads eight bytes as a double: lwt_io_float64_of tells it from the value, in
 * the system's order, `Lwt_io.read_float64`. As lwt_io_read_int. */
lwt_t *lwt_io_read_float64(const lwt_io_channel *channel);

/* Writes a number as four bytes, in the system's order, `Lwt_io.write_int`. As
 * lwt_io_write. */
lwt_t *lwt_io_write_int(const lwt_io_channel *channel, int32_t number);

/* Writes a number as two bytes, in the system's order, `Lwt_io.write_int16`. As
 * lwt_io_write. */
lwt_t *lwt_io_write_int16(const lwt_io_channel *channel, int16_t number);

/* Writes a number as four bytes, in the system's order, `Lwt_io.write_int32`.
 * As lwt_io_write. */
lwt_t *lwt_io_write_int32(const lwt_io_channel *channel, int32_t number);

/* Writes a number as eight bytes, in the system's order, `Lwt_io.write_int64`.
 * As lwt_io_write. */
lwt_t *lwt_io_write_int64(const lwt_io_channel *channel, int64_t number);

/* Writes a number as four bytes, in the system's order, `Lwt_io.write_float32`.
 * As lwt_io_write. */
lwt_t *lwt_io_write_float32(const lwt_io_channel *channel, float number);

/* Writes a number as eight bytes, in the system's order,
 * `Lwt_io.write_float64`. As lwt_io_write. */
lwt_t *lwt_io_write_float64(const lwt_io_channel *channel, double number);

/* Reads four bytes with a sign, as an integer, the lowest byte first,
 * `Lwt_io.LE.read_int`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_int(const lwt_io_channel *channel);

/* Reads two bytes with a sign, as an integer, the lowest byte first,
 * `Lwt_io.LE.read_int16`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_int16(const lwt_io_channel *channel);

/* Reads four bytes with a sign, as an integer, the lowest byte first,
 * `Lwt_io.LE.read_int32`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_int32(const lwt_io_channel *channel);

/* Reads eight bytes with a sign, as an integer, the lowest byte first,
 * `Lwt_io.LE.read_int64`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_int64(const lwt_io_channel *channel);

/* Reads four bytes as a float: lwt_io_float32_of tells it from the value, the
 * lowest byte first, `Lwt_io.LE.read_float32`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_float32(const lwt_io_channel *channel);

/* Reads eight bytes as a double: lwt_io_float64_of tells it from the value, the
 * lowest byte first, `Lwt_io.LE.read_float64`. As lwt_io_read_int. */
lwt_t *lwt_io_le_read_float64(const lwt_io_channel *channel);

/* Writes a number as four bytes, the lowest byte first, `Lwt_io.LE.write_int`.
 * As lwt_io_write. */
lwt_t *lwt_io_le_write_int(const lwt_io_channel *channel, int32_t number);

/* Writes a number as two bytes, the lowest byte first, `Lwt_io.LE.write_int16`.
 * As lwt_io_write. */
lwt_t *lwt_io_le_write_int16(const lwt_io_channel *channel, int16_t number);

/* Writes a number as four bytes, the lowest byte first,
 * `Lwt_io.LE.write_int32`. As lwt_io_write. */
lwt_t *lwt_io_le_write_int32(const lwt_io_channel *channel, int32_t number);

/* Writes a number as eight bytes, the lowest byte first,
 * `Lwt_io.LE.write_int64`. As lwt_io_write. */
lwt_t *lwt_io_le_write_int64(const lwt_io_channel *channel, int64_t number);

/* Writes a number as four bytes, the lowest byte first,
 * `Lwt_io.LE.write_float32`. As lwt_io_write. */
lwt_t *lwt_io_le_write_float32(const lwt_io_channel *channel, float number);

/* Writes a number as eight bytes, the lowest byte first,
 * `Lwt_io.LE.write_float64`. As lwt_io_write. */
lwt_t *lwt_io_le_write_float64(const lwt_io_channel *channel, double number);

/* Reads four bytes with a sign, as an integer, the highest byte first,
 * `Lwt_io.BE.read_int`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_int(const lwt_io_channel *channel);

/* Reads two bytes with a sign, as an integer, the highest byte first,
 * `Lwt_io.BE.read_int16`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_int16(const lwt_io_channel *channel);

/* Reads four bytes with a sign, as an integer, the highest byte first,
 * `Lwt_io.BE.read_int32`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_int32(const lwt_io_channel *channel);

/* Reads eight bytes with a sign, as an integer, the highest byte first,
 * `Lwt_io.BE.read_int64`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_int64(const lwt_io_channel *channel);

/* Reads four bytes as a float: lwt_io_float32_of tells it from the value, the
 * highest byte first, `Lwt_io.BE.read_float32`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_float32(const lwt_io_channel *channel);

/* Reads eight bytes as a double: lwt_io_float64_of tells it from the value, the
 * highest byte first, `Lwt_io.BE.read_float64`. As lwt_io_read_int. */
lwt_t *lwt_io_be_read_float64(const lwt_io_channel *channel);

/* Writes a number as four bytes, the highest byte first, `Lwt_io.BE.write_int`.
 * As lwt_io_write. */
lwt_t *lwt_io_be_write_int(const lwt_io_channel *channel, int32_t number);

/* Writes a number as two bytes, the highest byte first,
 * `Lwt_io.BE.write_int16`. As lwt_io_write. */
lwt_t *lwt_io_be_write_int16(const lwt_io_channel *channel, int16_t number);

/* Writes a number as four bytes, the highest byte first,
 * `Lwt_io.BE.write_int32`. As lwt_io_write. */
lwt_t *lwt_io_be_write_int32(const lwt_io_channel *channel, int32_t number);

/* Writes a number as eight bytes, the highest byte first,
 * `Lwt_io.BE.write_int64`. As lwt_io_write. */
lwt_t *lwt_io_be_write_int64(const lwt_io_channel *channel, int64_t number);

/* Writes a number as four bytes, the highest byte first,
 * `Lwt_io.BE.write_float32`. As lwt_io_write. */
lwt_t *lwt_io_be_write_float32(const lwt_io_channel *channel, float number);

/* Writes a number as eight bytes, the highest byte first,
 * `Lwt_io.BE.write_float64`. As lwt_io_write. */
lwt_t *lwt_io_be_write_float64(const lwt_io_channel *channel, double number);

/* Calls `f(handle, env)` when nobody else uses the channel, `Lwt_io.atomic`,
 * with a handle of its own; all others wait until the promise that `f` returns
 * has resolved. Operations on the handle are performed at once, or in their
 * turn; it can't be closed. When the promise has resolved the handle is
 * released by the library; who has retained it finds that all operations on it
 * fail with LWT_FAILURE, those that are still under way too.
 *
 * Borrows `channel`; `drop_env` runs once, after `f` has returned, or when it
 * will never be called. Returns a promise that resolves as that of `f`, owned
 * by the caller. It fails with what `f` raises; LWT_CLOSED;
 * LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise;
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY.
 * Cancelling it leaves the queue, or cancels the promise of `f`. On the
 * channel's thread. */
lwt_t *lwt_io_atomic(const lwt_io_channel *channel, lwt_io_atomic_fn f,
                     void *env, lwt_drop_fn drop_env);

/* Calls `f(data, size, env)` with `size` bytes in one piece, 16 at most,
 * `Lwt_io.block`: the next ones of an input channel, which are taken before `f`
 * is called; of an output channel zeroes, which `f` overwrites, and which are
 * written when its promise is fulfilled (if it fails nothing is written; Lwt
 * writes what is there). Nobody else uses the channel meanwhile. `f` has them
 * until its promise has resolved.
 *
 * As lwt_io_atomic otherwise; and it fails with LWT_INVALID_ARGUMENT if `size`
 * is above 16, with LWT_END_OF_FILE if an input channel has fewer bytes, which
 * stay. */
lwt_t *lwt_io_block(const lwt_io_channel *channel, size_t size,
                    lwt_io_block_fn f, void *env, lwt_drop_fn drop_env);

/* Calls `f(handle, access, env)` with the channel's buffer itself,
 * `Lwt_io.direct_access`: of an input channel the unread bytes are from
 * `access->ptr` to `access->max`, of an output channel that is the room that is
 * left. `f` moves `access->ptr` over what it has read or written, and has the
 * buffer refilled or sent by lwt_io_direct_perform on its handle. It has both
 * until its promise has resolved; nobody else uses the channel meanwhile.
 *
 * As lwt_io_atomic otherwise; and it fails with LWT_FAILURE if `access->ptr` is
 * above `access->max` in the end: then, and if the promise of `f` fails,
 * nothing was read or written since the last lwt_io_direct_perform. */
lwt_t *lwt_io_direct_access(const lwt_io_channel *channel, lwt_io_direct_fn f,
                            void *env, lwt_drop_fn drop_env);

/* In the function of lwt_io_direct_access, on the handle that it was given:
 * `da_perform`. Of an input channel reads more behind the unread bytes, of an
 * output channel sends what is written so far; `*access` then tells of the
 * buffer anew, which may have moved.
 *
 * Borrows `channel`. Returns a promise of how many bytes came, 0 at the end, or
 * were sent, as an integer, owned by the caller. It fails as lwt_io_read_line
 * or lwt_io_flush; with LWT_FAILURE if the pointer is out of range, if another
 * call is at work, or if the function is over. The buffer is not to be touched
 * while it is pending. */
lwt_t *lwt_io_direct_perform(const lwt_io_channel *channel);

/* Opens a file and makes a channel over it, `Lwt_io.open_file`. `flags` are
 * those of fcntl.h, used exactly as they are; LWT_IO_DEFAULT: O_RDONLY and
 * O_NONBLOCK for LWT_IO_INPUT; O_WRONLY, O_CREAT, O_TRUNC and O_NONBLOCK for
 * LWT_IO_OUTPUT. (Nor does Lwt add O_CLOEXEC.) `permissions` are those of a
 * file that is made; LWT_IO_DEFAULT: 0666. `buffer_size`: 0 for the default.
 *
 * Borrows `path` until the call returns. Returns a promise of a `lwt_io_channel
 * *`, which it owns: lwt_take it, lwt_io_close and lwt_io_channel_release it.
 * It fails with LWT_UNIX_ERROR (function "open", argument `path`; ENOENT,
 * EACCES, EMFILE...), LWT_INVALID_ARGUMENT (`path` is NULL; there is no such
 * mode or buffer size; bits of `permissions` that are none), LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: what a cancelled call opens is closed again. This
 * thread's. */
lwt_t *lwt_io_open_file(int mode, const char *path, int flags, int permissions,
                        size_t buffer_size);

/* Opens a file as lwt_io_open_file does, calls `f(channel, env)`, and closes
 * the channel when the promise of `f` resolves, either way, `Lwt_io.with_file`.
 * The result is that promise's; or the failure to close, which flushes the
 * channel.
 *
 * Borrows `path` until the call returns; `drop_env` runs once, after `f` has
 * returned, or when it will never be called. It fails as lwt_io_open_file does,
 * with what `f` raises or its promise fails with, and with LWT_INVALID_ARGUMENT
 * if `f` is NULL or returns no promise. Cancelling it cancels the promise of
 * `f`; the channel is closed then. This thread's. */
lwt_t *lwt_io_with_file(int mode, const char *path, int flags, int permissions,
                        size_t buffer_size, lwt_io_file_fn f, void *env,
                        lwt_drop_fn drop_env);

/* Makes a temporary file and a channel for writing to it,
 * `Lwt_io.open_temp_file`, in `temp_dir` (NULL: what TMPDIR names, or /tmp),
 * named `prefix` (NULL: "lwt_io_temp_file_"), six hexadecimal digits that
 * nobody guesses, and `suffix` (NULL: nothing). Up to 1000 names are tried.
 * `flags`: LWT_IO_DEFAULT is O_CREAT, O_EXCL, O_WRONLY and O_CLOEXEC.
 * `permissions`: LWT_IO_DEFAULT is 0600. `buffer_size`: 0 for the default.
 * Nobody removes the file but the caller.
 *
 * Borrows the texts until the call returns. Returns a promise of a `struct
 * lwt_values *` of the path, a `struct lwt_string *`, and the channel, which it
 * owns: lwt_values_take them. It fails as lwt_io_open_file does, with EEXIST if
 * all those names are taken; what a cancelled call has made may stay. This
 * thread's. */
lwt_t *lwt_io_open_temp_file(const char *temp_dir, const char *prefix,
                             const char *suffix, int flags, int permissions,
                             size_t buffer_size);

/* Makes a temporary file as lwt_io_open_temp_file does, calls `f(path, channel,
 * env)`, and when the promise of `f` resolves, either way, closes the channel
 * and removes the file, `Lwt_io.with_temp_file`, also where the user has closed
 * the channel. The result is that promise's; or the failure to close or to
 * remove (that the file has gone is none).
 *
 * Borrows the texts until the call returns; `drop_env` runs once, after `f` has
 * returned, or when it will never be called. It fails as lwt_io_open_temp_file
 * does, with what `f` raises or its promise fails with, and with
 * LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise. Cancelling it
 * cancels the promise of `f`; the file is removed then. This thread's. */
lwt_t *lwt_io_with_temp_file(const char *temp_dir, const char *prefix,
                             const char *suffix, int flags, int permissions,
                             size_t buffer_size, lwt_io_temp_file_fn f,
                             void *env, lwt_drop_fn drop_env);

/* Makes a temporary directory, `Lwt_io.create_temp_dir`, in `parent` (NULL:
 * what TMPDIR names, or /tmp), named `prefix` (NULL: "lwt_io_temp_dir_"), six
 * hexadecimal digits that nobody guesses, and `suffix` (NULL: nothing). Up to
 * 1000 names are tried. `permissions`: LWT_IO_DEFAULT is 0755.
 *
 * Borrows the texts until the call returns. Returns a promise of the path, a
 * `struct lwt_string *`, which it owns. It fails with LWT_UNIX_ERROR (function
 * "mkdir"; ENOENT, EACCES; EEXIST: all those names are taken),
 * LWT_INVALID_ARGUMENT (bits of `permissions` that are none),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still make it. On any thread. */
lwt_t *lwt_io_create_temp_dir(const char *parent, const char *prefix,
                              const char *suffix, int permissions);

/* Makes a temporary directory as lwt_io_create_temp_dir does, calls `f(path,
 * env)`, and when the promise of `f` resolves, either way, removes it with all
 * that is in it, `Lwt_io.with_temp_dir`. The result is that promise's, or the
 * failure to remove it (that it has gone is none).
 *
 * Borrows the texts until the call returns; `drop_env` runs once, after `f` has
 * returned, or when it will never be called. It fails as lwt_io_create_temp_dir
 * and lwt_io_delete_recursively do, with what `f` raises or its promise fails
 * with, and with LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise.
 * Cancelling it cancels the promise of `f`; the directory is removed then. On
 * any thread. */
lwt_t *lwt_io_with_temp_dir(const char *parent, const char *prefix,
                            const char *suffix, int permissions,
                            lwt_io_temp_dir_fn f, void *env,
                            lwt_drop_fn drop_env);

/* Removes a directory with all that is in it, `Lwt_io.delete_recursively`, by
 * one job. Symbolic links are removed and not followed, also those that take
 * the place of a directory meanwhile; `path` itself must not be one.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "delete_recursively", argument `path`;
 * ENOENT, ENOTDIR; EACCES: some of it is there still; ESTALE: a directory was
 * moved meanwhile), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED: a cancelled call that has begun goes on. On any thread. */
lwt_t *lwt_io_delete_recursively(const char *path);

/* How long a file is, in bytes, `Lwt_io.file_length`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_INT of that.
 * It fails with LWT_UNIX_ERROR (function "file_length", argument `path`;
 * ENOENT; EISDIR: a directory has no length), LWT_INVALID_ARGUMENT (NULL),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_io_file_length(const char *path);

/* The lines of a file as a stream of `struct lwt_string *`, which the stream
 * owns, `Lwt_io.lines_of_file`; see lwt_io_read_line. The file is opened by the
 * first read, which fails as lwt_io_open_file does (the next one tries again),
 * and closed at the end, after a failure, and when the last reader is gone.
 *
 * Borrows `path` until the call returns. Returns a stream, owned by the caller
 * (lwt_stream_release). NULL if `path` is NULL, or memory runs out. This
 * thread's. */
lwt_stream *lwt_io_lines_of_file(const char *path);

/* The bytes of a file as a stream of integers, `Lwt_io.chars_of_file`. As
 * lwt_io_lines_of_file otherwise. */
lwt_stream *lwt_io_chars_of_file(const char *path);

/* Writes a stream of lines, `struct lwt_string *`, to a file, each with a
 * newline, `Lwt_io.lines_to_file`. The file is made, or cut first.
 *
 * Borrows `path` until the call returns, consumes `lines`. Returns a promise of
 * LWT_UNIT, which is fulfilled when the stream has ended and the file is
 * closed. It fails as lwt_io_open_file, with what reading the stream fails
 * with, and as writes to the file do; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD
 * for a bad stream. Cancelling it leaves what was written. This thread's. */
lwt_t *lwt_io_lines_to_file(const char *path, lwt_stream *lines);

/* Writes a stream of integers to a file as bytes, `Lwt_io.chars_to_file`. As
 * lwt_io_lines_to_file otherwise. */
lwt_t *lwt_io_chars_to_file(const char *path, lwt_stream *chars);

/* A pipe, `Lwt_io.pipe`: what is written to the one channel is read from the
 * other. `cloexec`: both are closed in programs that the process becomes. Sizes
 * of buffers: 0 for the default.
 *
 * Returns a promise, resolved at once, of a `struct lwt_values *` of the
 * channel for reading and the one for writing, which it owns: lwt_values_take
 * them. It fails with LWT_UNIX_ERROR (function "pipe"; EMFILE, ENFILE),
 * LWT_INVALID_ARGUMENT (there is no such size), and LWT_OUT_OF_MEMORY. This
 * thread's. */
lwt_t *lwt_io_pipe(bool cloexec, size_t in_buffer_size,
                   size_t out_buffer_size);

/* Connects to an address, `Lwt_io.open_connection`: two channels over a new
 * socket, which is closed on exec. Both have one end: **closing either one
 * closes the socket** in both directions. Close the output first, which sends
 * what was written; closing the input at once loses that, and operations of the
 * output then fail with EBADF. The second close has nothing to do and succeeds,
 * whatever the first one said.
 *
 * Borrows `address` of `len` bytes, and `options`, which may be NULL, until the
 * call returns. Returns a promise of a `struct lwt_values *` of two: the
 * channel that is read and the one that is written, which it owns: take them
 * out (lwt_values_take), close and release them. It fails with LWT_UNIX_ERROR
 * (function "socket" or "connect", argument the address: ECONNREFUSED, ENOENT,
 * EMFILE...; "setsockopt"), with what `prepare` raises, with
 * LWT_INVALID_ARGUMENT (no address, options of another size, a bad handle or
 * size of a buffer), LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and LWT_CANCELED.
 * From the moment that the arguments are accepted every failure, and
 * cancelling, closes the socket, `options->fd` too. On any thread, whose the
 * channels then are. */
lwt_t *lwt_io_open_connection(const struct sockaddr *address, socklen_t len,
                              const struct lwt_io_connection_options *options);

/* Looks up a name and connects to one of its addresses by TCP, as
 * lwt_unix_connect_name does, with the usual stagger; the channels are as those
 * of lwt_io_open_connection. `host` NULL is this machine.
 *
 * Borrows both texts and `options`, which may be NULL, until the call returns.
 * It fails as lwt_unix_connect_name does, and with LWT_INVALID_ARGUMENT if the
 * options have an `fd` or a `prepare`: there may be several sockets. Cancelling
 * closes all of them. (Not in Lwt.) */
lwt_t *lwt_io_open_connection_name(const char *host, const char *service,
                                   const struct lwt_io_connection_options *options);

/* Connects as lwt_io_open_connection does, calls `f(input, output, env)`, and
 * closes both channels when the promise of `f` has resolved,
 * `Lwt_io.with_connection`: as lwt_io_with_close_connection, which says what
 * the result is. */
lwt_t *lwt_io_with_connection(const struct sockaddr *address, socklen_t len,
                              const struct lwt_io_connection_options *options,
                              lwt_io_connection_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Calls `f(input, output, env)` with two channels, and closes those that are
 * open when its promise has resolved, `Lwt_io.with_close_connection`. If that
 * was fulfilled the output is closed first, which waits until the other end has
 * taken what was written (Lwt does not, and loses what the system does not take
 * at once; lwt_io_abort on the output ends the wait). If it failed, or was
 * cancelled, both are closed soon, and what the system does not take within two
 * turns of the main loop is lost.
 *
 * Borrows both channels, of which references are kept; `f` borrows handles
 * until its promise has resolved. `drop_env` runs once, after `f` has returned
 * or when it will never be called. Returns a promise that resolves as that of
 * `f` when both are closed, or fails as the close does that was made here: the
 * failure of a close that `f` made is not told again. It fails with what `f`
 * raises; with LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise, for a
 * bad handle or a channel of the wrong mode; LWT_WRONG_THREAD;
 * LWT_OUT_OF_MEMORY. Cancelling it cancels the promise of `f`. On the channels'
 * thread. */
lwt_t *lwt_io_with_close_connection(const lwt_io_channel *input,
                                    const lwt_io_channel *output,
                                    lwt_io_connection_fn f, void *env,
                                    lwt_drop_fn drop_env);

/* A server, `Lwt_io.establish_server_with_client_address`: binds a socket to
 * `address`, listens, and calls `f(address, len, input, output, env)` for each
 * client; they are served side by side. When the promise of `f` has resolved
 * the channels are closed, as lwt_io_with_close_connection says, unless
 * `options->no_close`: then they live as long as somebody has retained them.
 * **What `f` or a close fails with goes to the async exception hook
 * (lwt_set_async_exception_hook), whose default ends the process**: handle what
 * clients can cause, such as ECONNRESET, in `f`; and ignore SIGPIPE.
 *
 * The socket is closed on exec and its address may be used again
 * (SO_REUSEADDR); port 0 is a free one (lwt_io_server_address). With
 * `options->fd` that socket is taken instead of a new one, and if `address` is
 * NULL it is not bound, for it has been. Clients' sockets are closed on exec,
 * and have TCP_NODELAY. 64 are accepted in a row before others have their turn.
 * A client that goes before it is accepted is passed over. Where descriptors or
 * memory run out (EMFILE, ENFILE, ENOBUFS, ENOMEM) clients wait in the system's
 * queue: the server tries again when one of its clients has ended, and every
 * 0.1 s. Any other error of accept() goes to the hook, and the server ends as
 * by lwt_io_shutdown_server; so it does, silently, when its descriptor is
 * closed by somebody else.
 *
 * Borrows `address` of `len` bytes and `options`, which may be NULL, until the
 * call returns; `drop_env` runs once, when the server has been shut down and
 * the promises of all clients have resolved, or when there will be no server.
 * Returns a promise of an `lwt_io_server *`, fulfilled when it listens, before
 * `f` is called; the promise owns it: lwt_take it and lwt_io_server_release it.
 * It fails with LWT_UNIX_ERROR (function "socket", "setsockopt", "bind",
 * "listen" or "getsockname"; EADDRINUSE, EACCES, EMFILE...),
 * LWT_INVALID_ARGUMENT (`f` is NULL, no address, options of another size, a bad
 * handle or size of a buffer), LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED: a path may have been bound by then. From the moment that the
 * arguments are accepted every failure closes the socket, `options->fd` too. On
 * any thread, whose it then is; when that ends the sockets are closed. */
lwt_t *lwt_io_establish_server_with_client_address(const struct sockaddr *address,
                                                   socklen_t len,
                                                   const struct lwt_io_server_options *options,
                                                   lwt_io_client_fn f,
                                                   void *env,
                                                   lwt_drop_fn drop_env);

/* The same with `f(input, output, env)`, `Lwt_io.establish_server`. */
lwt_t *lwt_io_establish_server(const struct sockaddr *address, socklen_t len,
                               const struct lwt_io_server_options *options,
                               lwt_io_connection_fn f, void *env,
                               lwt_drop_fn drop_env);

/* The same with `f(address, len, socket, env)`,
 * `Lwt_io.establish_server_with_client_socket`: the socket is borrowed until
 * the promise of `f` has resolved, and then shut down and closed, unless it is
 * closed already or `options->no_close` is set: then it lives as long as
 * somebody has retained it. The options of channels mean nothing here. */
lwt_t *lwt_io_establish_server_with_client_socket(const struct sockaddr *address,
                                                  socklen_t len,
                                                  const struct lwt_io_server_options *options,
                                                  lwt_io_client_socket_fn f,
                                                  void *env,
                                                  lwt_drop_fn drop_env);

/* Stops a server, `Lwt_io.shutdown_server`: it accepts no more, its socket is
 * closed, and the path that it has bound is removed. Clients that it has
 * accepted go on; those that wait to be accepted are turned away by the system.
 * Again it does nothing more, and the result is the same.
 *
 * Borrows `server`. Returns a promise of LWT_UNIT, fulfilled when all that is
 * done, owned by the caller, and not to be cancelled. It fails with
 * LWT_UNIX_ERROR (function "close" or "unlink"), LWT_INVALID_ARGUMENT,
 * LWT_WRONG_THREAD and LWT_OUT_OF_MEMORY. On the server's thread. */
lwt_t *lwt_io_shutdown_server(const lwt_io_server *server);

/* Puts the address at which a server listens, or has listened, at `*address`:
 * with the port that the system has chosen. (Not in Lwt.)
 *
 * Borrows `server`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad handle or
 * NULL; LWT_WRONG_THREAD. On the server's thread. */
int lwt_io_server_address(const lwt_io_server *server,
                          lwt_unix_sockaddr *address);

/* One more reference to the same server, owned by the caller. NULL: it is not a
 * server of this thread. */
lwt_io_server *lwt_io_server_retain(const lwt_io_server *server);

/* Gives up a reference. That does not stop the server, which goes on until
 * lwt_io_shutdown_server or the end of the thread. Does nothing if the handle
 * is bad. */
void lwt_io_server_release(lwt_io_server *server);

/* Copies from one channel to another, at most `limit` bytes (UINT64_MAX: to the
 * end of the input), and flushes the output. The value is how many
 * (LWT_TO_INT). Neither channel is closed. A slow reader of the output slows
 * the copy down (lwt_io_set_water_marks): memory is used for one piece of 64
 * KiB alone.
 *
 * `progress(copied, env)` is called after each piece, if it is not NULL;
 * `drop_env` once, after the copy has ended. Other operations on the channels
 * may come between two pieces: copy within lwt_io_atomic where that must not
 * be.
 *
 * Borrows both channels, which the copy keeps. Fails as lwt_io_read and
 * lwt_io_write do; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
 * Cancelling stops between two pieces or gives up the waiting read; what was
 * copied stays copied, and a piece that was read and not written yet is lost.
 * On the channels' thread. Not in Lwt. */
lwt_t *lwt_io_copy(const lwt_io_channel *from, const lwt_io_channel *to,
                   uint64_t limit, lwt_io_progress_fn progress, void *env,
                   lwt_drop_fn drop_env);

/* Hands channels over to another thread, one (the other is NULL), or two over
 * the same descriptor: calls `f(input, output, env)` there, in a turn of its
 * main loop, with channels of that thread's, which `f` owns. What was unread
 * can be read there, and what was unsent is sent from there. Returns a promise
 * here, the caller's, that resolves as the one that `f` returns, as
 * lwt_main_run_on says, which also tells what cancelling does.
 *
 * From the call on the channels here, which are borrowed, are closed for all
 * their users, and so is the descriptor under them. A function of
 * lwt_io_of_fd_with that would have closed it is dropped and not called: there,
 * the channel for output closes the descriptor, or the one for input if it came
 * alone. If that thread ends before it has called `f`, or the promise is
 * cancelled before, the descriptor is closed, and unsent bytes are lost.
 * `drop_env` is called once: on that thread, after `f` or when it will not be
 * called; or here, if the call fails.
 *
 * It fails, and all is as it was, with LWT_UNIX_ERROR: EBUSY while an operation
 * of a channel or of the descriptor is pending (a read that was cancelled may
 * have left the channel waiting for bytes: then it is busy until some come), or
 * an atomic or direct block runs; with LWT_CLOSED if a channel or that thread
 * is; with LWT_INVALID_ARGUMENT for a bad handle, if both channels or `f` are
 * NULL, for a channel of the wrong mode, for channels over two descriptors or
 * over none; with LWT_WRONG_THREAD. After that it fails as lwt_main_run_on. On
 * the channels' thread. */
lwt_t *lwt_io_move(const lwt_io_channel *input, const lwt_io_channel *output,
                   const lwt_main_thread *thread, lwt_io_channels_fn f,
                   void *env, lwt_drop_fn drop_env);

/* ---- Writing with a format, as printf(3) has it. As lwt_io_write otherwise; a format that
 * can't be printed is LWT_FAILURE. Each returns a promise, which who does not wait for it
 * releases: lwt_release(lwt_io_printf("...")). ---- */

/* Has the compiler look at the arguments of a function of ours as it does at those
 * of printf(3): the format is the parameter `text`, counted from 1. */
#if defined(__GNUC__)
#define LWT_IO_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define LWT_IO_FORMAT(text, first)
#endif

/* Writes a text and frees it. */
static inline lwt_t *lwt_io_printed(const lwt_io_channel *channel, bool line, const char *text,
                                    int len, char *to_free) {
  lwt_t *written;
  if (text == NULL || len < 0) {
    lwt_exn *e = lwt_exn_new(LWT_FAILURE, "lwt_io_printf: the text can't be made");
    written = lwt_fail(e);
  } else if (line) {
    written = lwt_io_write_line(channel, text, (size_t)len);
  } else {
    written = lwt_io_write(channel, text, (size_t)len);
  }
  free(to_free);
  return written;
}

/* What all of them do. */
LWT_IO_FORMAT(3, 0)
static inline lwt_t *lwt_io_print_format(const lwt_io_channel *channel, bool line,
                                         const char *format, va_list arguments) {
  char here[512], *text = here, *more = NULL;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  va_end(again);
  return lwt_io_printed(channel, line, text, len, more);
}

/* To a channel, `Lwt_io.fprintf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_io_vfprintf(const lwt_io_channel *channel, const char *format, va_list arguments) {
  return lwt_io_print_format(channel, false, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_io_fprintf(const lwt_io_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(channel, false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.fprintlf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_io_vfprintlf(const lwt_io_channel *channel, const char *format, va_list arguments) {
  return lwt_io_print_format(channel, true, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_io_fprintlf(const lwt_io_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(channel, true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_io.printf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_vprintf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stdout(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_printf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stdout(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.printlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_vprintlf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stdout(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_printlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stdout(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard error, `Lwt_io.eprintf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_veprintf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stderr(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_eprintf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stderr(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_io.eprintlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_io_veprintlf(const char *format, va_list arguments) {
  return lwt_io_print_format(lwt_io_stderr(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_io_eprintlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_io_print_format(lwt_io_stderr(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* The number that the value of lwt_io_read_float32 or lwt_io_read_float64 stands for. */
static inline float lwt_io_float32_of(lwt_value value) {
  uint32_t bits = (uint32_t)(uintptr_t)value;
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
static inline double lwt_io_float64_of(lwt_value value) {
  uint64_t bits = (uint64_t)(uintptr_t)value;
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

/* ---- Connections and servers ---- */

/* Options that ask for nothing. On any thread. */
static inline struct lwt_io_connection_options lwt_io_connection_options_default(void) {
  struct lwt_io_connection_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}
static inline struct lwt_io_server_options lwt_io_server_options_default(void) {
  struct lwt_io_server_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_io_make(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_make(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_of_fd(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_of_fd(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_of_fd_with(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_of_fd_with(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_of_unix_fd(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_of_unix_fd(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_of_bytes(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_of_bytes(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_zero(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_zero(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_null(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_io_null(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_close(...) \
  lwt_debug_promise(lwt_io_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_abort(...) \
  lwt_debug_promise(lwt_io_abort(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_resize_buffer(...) \
  lwt_debug_promise(lwt_io_resize_buffer(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_flush(...) \
  lwt_debug_promise(lwt_io_flush(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_flush_all(...) \
  lwt_debug_promise(lwt_io_flush_all(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_set_position(...) \
  lwt_debug_promise(lwt_io_set_position(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_length(...) \
  lwt_debug_promise(lwt_io_length(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_line(...) \
  lwt_debug_promise(lwt_io_read_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_line_opt(...) \
  lwt_debug_promise(lwt_io_read_line_opt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_char(...) \
  lwt_debug_promise(lwt_io_read_char(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_char_opt(...) \
  lwt_debug_promise(lwt_io_read_char_opt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read(...) \
  lwt_debug_promise(lwt_io_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_count(...) \
  lwt_debug_promise(lwt_io_read_count(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_into(...) \
  lwt_debug_promise(lwt_io_read_into(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_into_exactly(...) \
  lwt_debug_promise(lwt_io_read_into_exactly(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_value(...) \
  lwt_debug_promise(lwt_io_read_value(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_lines(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_io_read_lines(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_read_chars(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_io_read_chars(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_write(...) \
  lwt_debug_promise(lwt_io_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_line(...) \
  lwt_debug_promise(lwt_io_write_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_char(...) \
  lwt_debug_promise(lwt_io_write_char(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_from(...) \
  lwt_debug_promise(lwt_io_write_from(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_from_exactly(...) \
  lwt_debug_promise(lwt_io_write_from_exactly(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_value(...) \
  lwt_debug_promise(lwt_io_write_value(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_lines(...) \
  lwt_debug_promise(lwt_io_write_lines(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_chars(...) \
  lwt_debug_promise(lwt_io_write_chars(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_hexdump(...) \
  lwt_debug_promise(lwt_io_hexdump(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_hexdump_stream(...) \
  lwt_debug_promise(lwt_io_hexdump_stream(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_fprint(...) \
  lwt_debug_promise(lwt_io_fprint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_fprintl(...) \
  lwt_debug_promise(lwt_io_fprintl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_print(...) \
  lwt_debug_promise(lwt_io_print(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_printl(...) \
  lwt_debug_promise(lwt_io_printl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_eprint(...) \
  lwt_debug_promise(lwt_io_eprint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_eprintl(...) \
  lwt_debug_promise(lwt_io_eprintl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_int(...) \
  lwt_debug_promise(lwt_io_read_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_int16(...) \
  lwt_debug_promise(lwt_io_read_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_int32(...) \
  lwt_debug_promise(lwt_io_read_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_int64(...) \
  lwt_debug_promise(lwt_io_read_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_float32(...) \
  lwt_debug_promise(lwt_io_read_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_read_float64(...) \
  lwt_debug_promise(lwt_io_read_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_int(...) \
  lwt_debug_promise(lwt_io_write_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_int16(...) \
  lwt_debug_promise(lwt_io_write_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_int32(...) \
  lwt_debug_promise(lwt_io_write_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_int64(...) \
  lwt_debug_promise(lwt_io_write_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_float32(...) \
  lwt_debug_promise(lwt_io_write_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_write_float64(...) \
  lwt_debug_promise(lwt_io_write_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_int(...) \
  lwt_debug_promise(lwt_io_le_read_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_int16(...) \
  lwt_debug_promise(lwt_io_le_read_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_int32(...) \
  lwt_debug_promise(lwt_io_le_read_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_int64(...) \
  lwt_debug_promise(lwt_io_le_read_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_float32(...) \
  lwt_debug_promise(lwt_io_le_read_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_read_float64(...) \
  lwt_debug_promise(lwt_io_le_read_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_int(...) \
  lwt_debug_promise(lwt_io_le_write_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_int16(...) \
  lwt_debug_promise(lwt_io_le_write_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_int32(...) \
  lwt_debug_promise(lwt_io_le_write_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_int64(...) \
  lwt_debug_promise(lwt_io_le_write_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_float32(...) \
  lwt_debug_promise(lwt_io_le_write_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_le_write_float64(...) \
  lwt_debug_promise(lwt_io_le_write_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_int(...) \
  lwt_debug_promise(lwt_io_be_read_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_int16(...) \
  lwt_debug_promise(lwt_io_be_read_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_int32(...) \
  lwt_debug_promise(lwt_io_be_read_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_int64(...) \
  lwt_debug_promise(lwt_io_be_read_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_float32(...) \
  lwt_debug_promise(lwt_io_be_read_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_read_float64(...) \
  lwt_debug_promise(lwt_io_be_read_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_int(...) \
  lwt_debug_promise(lwt_io_be_write_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_int16(...) \
  lwt_debug_promise(lwt_io_be_write_int16(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_int32(...) \
  lwt_debug_promise(lwt_io_be_write_int32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_int64(...) \
  lwt_debug_promise(lwt_io_be_write_int64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_float32(...) \
  lwt_debug_promise(lwt_io_be_write_float32(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_be_write_float64(...) \
  lwt_debug_promise(lwt_io_be_write_float64(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_atomic(...) \
  lwt_debug_promise(lwt_io_atomic(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_block(...) \
  lwt_debug_promise(lwt_io_block(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_direct_access(...) \
  lwt_debug_promise(lwt_io_direct_access(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_direct_perform(...) \
  lwt_debug_promise(lwt_io_direct_perform(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_open_file(...) \
  lwt_debug_promise(lwt_io_open_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_with_file(...) \
  lwt_debug_promise(lwt_io_with_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_open_temp_file(...) \
  lwt_debug_promise(lwt_io_open_temp_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_with_temp_file(...) \
  lwt_debug_promise(lwt_io_with_temp_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_create_temp_dir(...) \
  lwt_debug_promise(lwt_io_create_temp_dir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_with_temp_dir(...) \
  lwt_debug_promise(lwt_io_with_temp_dir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_delete_recursively(...) \
  lwt_debug_promise(lwt_io_delete_recursively(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_file_length(...) \
  lwt_debug_promise(lwt_io_file_length(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_lines_of_file(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_io_lines_of_file(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_chars_of_file(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_io_chars_of_file(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_io_lines_to_file(...) \
  lwt_debug_promise(lwt_io_lines_to_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_chars_to_file(...) \
  lwt_debug_promise(lwt_io_chars_to_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_pipe(...) \
  lwt_debug_promise(lwt_io_pipe(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_open_connection(...) \
  lwt_debug_promise(lwt_io_open_connection(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_open_connection_name(...) \
  lwt_debug_promise(lwt_io_open_connection_name(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_with_connection(...) \
  lwt_debug_promise(lwt_io_with_connection(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_with_close_connection(...) \
  lwt_debug_promise(lwt_io_with_close_connection(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_establish_server_with_client_address(...) \
  lwt_debug_promise(lwt_io_establish_server_with_client_address(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_establish_server(...) \
  lwt_debug_promise(lwt_io_establish_server(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_establish_server_with_client_socket(...) \
  lwt_debug_promise(lwt_io_establish_server_with_client_socket(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_shutdown_server(...) \
  lwt_debug_promise(lwt_io_shutdown_server(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_copy(...) \
  lwt_debug_promise(lwt_io_copy(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_io_move(...) \
  lwt_debug_promise(lwt_io_move(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_IO_H */
