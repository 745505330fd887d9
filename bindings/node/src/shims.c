/* Functions of liblwt whose arguments are structures, or borrowed handles, as
 * functions of words: names that begin with lwt_node_ are looked for here. */
#include <lwt_io.h>
#include <lwt_process.h>
#include <stdlib.h>

#include "addon.h"

#define EXPORT __attribute__((visibility("default")))

/* The thread's own channels, with a reference for the caller. */
EXPORT lwt_io_channel *lwt_node_stdin(void) {
  return lwt_io_channel_retain(lwt_io_stdin());
}
EXPORT lwt_io_channel *lwt_node_stdout(void) {
  return lwt_io_channel_retain(lwt_io_stdout());
}
EXPORT lwt_io_channel *lwt_node_stderr(void) {
  return lwt_io_channel_retain(lwt_io_stderr());
}

/* A command is a line for the shell, or a list of arguments. */
static struct lwt_process_command command_of(const char *line, const char *const *argv) {
  return line != NULL ? lwt_process_shell(line) : lwt_process_program(argv);
}

static struct lwt_process_options options_of(const char *const *env, const char *cwd,
                                             double timeout) {
  struct lwt_process_options options = lwt_process_options_default();
  options.env = env;
  options.cwd = cwd;
  options.timeout = timeout;
  return options;
}

EXPORT lwt_t *lwt_node_process_exec(const char *line, const char *const *argv,
                                    const char *const *env, const char *cwd, double timeout) {
  struct lwt_process_options options = options_of(env, cwd, timeout);
  return lwt_process_exec(command_of(line, argv), &options);
}

EXPORT lwt_t *lwt_node_process_open(const char *line, const char *const *argv,
                                    const char *const *env, const char *cwd, double timeout) {
  struct lwt_process_options options = options_of(env, cwd, timeout);
  return lwt_process_open_process_full(command_of(line, argv), &options);
}

EXPORT lwt_t *lwt_node_process_map(const char *line, const char *const *argv,
                                   const char *const *env, const char *cwd, double timeout,
                                   const char *data, size_t len) {
  struct lwt_process_options options = options_of(env, cwd, timeout);
  return lwt_process_pmap(command_of(line, argv), &options, data, len);
}

EXPORT lwt_t *lwt_node_process_read(const char *line, const char *const *argv,
                                    const char *const *env, const char *cwd, double timeout) {
  struct lwt_process_options options = options_of(env, cwd, timeout);
  return lwt_process_pread(command_of(line, argv), &options);
}

EXPORT lwt_stream *lwt_node_process_lines(const char *line, const char *const *argv,
                                          const char *const *env, const char *cwd,
                                          double timeout) {
  struct lwt_process_options options = options_of(env, cwd, timeout);
  return lwt_process_pread_lines(command_of(line, argv), &options);
}

/* A server at an address in words, such as 127.0.0.1:80 or unix:/tmp/socket. */
EXPORT lwt_t *lwt_node_serve(const char *address, lwt_io_connection_fn f, void *env,
                             lwt_drop_fn drop_env) {
  struct lwt_unix_sockaddr socket;
  if (lwt_unix_sockaddr_of_text(&socket, address) != LWT_OK) {
    drop_env(env);
    return lwt_fail_invalid_arg("serve: no address such as 127.0.0.1:80, [::1]:80 or unix:PATH");
  }
  return lwt_io_establish_server((const struct sockaddr *)&socket.address, socket.len, NULL, f, env,
                                 drop_env);
}

EXPORT lwt_t *lwt_node_connect(const char *address) {
  struct lwt_unix_sockaddr socket;
  if (lwt_unix_sockaddr_of_text(&socket, address) != LWT_OK)
    return lwt_fail_invalid_arg("connect: no address such as 127.0.0.1:80, [::1]:80 or unix:PATH");
  return lwt_io_open_connection((const struct sockaddr *)&socket.address, socket.len, NULL);
}

/* The address of a server in words. */
EXPORT struct lwt_string *lwt_node_server_address(const lwt_io_server *server) {
  struct lwt_unix_sockaddr socket;
  char text[200];
  size_t len;
  if (lwt_io_server_address(server, &socket) != LWT_OK) return NULL;
  len = lwt_unix_sockaddr_to_text((const struct sockaddr *)&socket.address, socket.len, text,
                                  sizeof text);
  return lwt_string_new(text, len < sizeof text ? len : sizeof text - 1);
}
