#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* Reads a file and prints how many lines it has, or why not; in libuv. */
struct count {
  uv_fs_t open, read, close;
  uv_file file;
  char block[4096];
  uv_buf_t buf;
  const char *path;
  int lines;
};

static void on_close(uv_fs_t *req) {
  struct count *c = req->data;
  uv_fs_req_cleanup(req);
  printf("%s: %d lines\n", c->path, c->lines);
  free(c);
}

static void on_read(uv_fs_t *req) {
  struct count *c = req->data;
  ssize_t n = req->result;
  uv_fs_req_cleanup(req);
  if (n < 0) fprintf(stderr, "read: %s\n", uv_strerror((int)n));
  for (ssize_t i = 0; i < n; i++) c->lines += c->block[i] == '\n';
  if (n > 0) {
    uv_fs_read(uv_default_loop(), &c->read, c->file, &c->buf, 1, -1, on_read);
  } else {
    c->close.data = c;
    uv_fs_close(uv_default_loop(), &c->close, c->file, on_close);
  }
}

static void on_open(uv_fs_t *req) {
  struct count *c = req->data;
  c->file = (uv_file)req->result;
  uv_fs_req_cleanup(req);
  if (c->file < 0) {
    printf("open: %s: %s\n", uv_strerror(c->file), c->path);
    free(c);
    return;
  }
  c->buf = uv_buf_init(c->block, sizeof c->block);
  c->read.data = c;
  uv_fs_read(uv_default_loop(), &c->read, c->file, &c->buf, 1, -1, on_read);
}

static void count_lines(const char *path) {
  struct count *c = calloc(1, sizeof *c);
  c->path = path;
  c->open.data = c;
  uv_fs_open(uv_default_loop(), &c->open, path, UV_FS_O_RDONLY, 0, on_open);
}

int main(void) {
  FILE *file = fopen("poem", "w");
  fputs("one\ntwo\nthree\n", file);
  fclose(file);
  count_lines("poem");
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  count_lines("nothing");
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  return uv_loop_close(uv_default_loop());
}
