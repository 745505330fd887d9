/* Paths and messages. */
#include "copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A path is put together from its end, only when somebody wants to know. */
char *path_below(const char *root, const struct directory *directory, const char *name)
{
  size_t size = 1 + (root != NULL ? strlen(root) : 0) + (name != NULL ? strlen(name) + 1 : 0);
  const struct directory *d;

  for (d = directory; d != NULL && d->parent != NULL; d = d->parent)
    size += strlen(d->name) + 1;

  char *path = lwt_unix_malloc(size), *at = path + size - 1;
  *at = '\0';
  if (name != NULL) {
    at -= strlen(name);
    memcpy(at, name, strlen(name));
  }
  for (d = directory; d != NULL && d->parent != NULL; d = d->parent) {
    if (*at != '\0')
      *--at = '/';
    at -= strlen(d->name);
    memcpy(at, d->name, strlen(d->name));
  }
  if (root != NULL) {
    if (*at != '\0')
      *--at = '/';
    at -= strlen(root);
    memcpy(at, root, strlen(root));
  }
  memmove(path, at, strlen(at) + 1);
  return path;
}

lwt_exn *exn_of(const struct failure *failure, struct copy *copy,
                const struct directory *directory, const char *name)
{
  char *path = path_below(failure->on_target ? copy->target : copy->source, directory, name);
  lwt_exn *exn = lwt_exn_unix(failure->errnum, failure->call, path);

  free(path);
  return exn;
}

/* In double quotes, on one line, whatever the name. */
static void print_quoted(FILE *out, const char *text)
{
  putc('"', out);
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      fprintf(out, "\\%c", *c);
    else if (*c == '\n')
      fputs("\\n", out);
    else if (*c < 0x20 || *c == 0x7f)
      fprintf(out, "\\%03o", *c);
    else
      putc(*c, out);
  }
  putc('"', out);
}

bool is_full(int errnum)
{
  return errnum == ENOSPC || errnum == EDQUOT;
}

void report(struct copy *copy, const lwt_exn *exn)
{
  int errnum = lwt_exn_errno(exn);

  copy->tally.failed++;
  /* Every file that was in flight then says the same. */
  if (is_full(errnum) && copy->full)
    return;
  char *line = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&line, &size);
  if (out != NULL) {
    fprintf(out, "%s: %s: ", lwt_exn_function(exn), strerror(errnum));
    print_quoted(out, lwt_exn_argument(exn));
    fclose(out);
    copy->say(copy, line);
    free(line);
  }
  if (is_full(errnum)) {
    copy->full = true;
    copy->say(copy, "no room left: stopping");
    stop_all();
  }
}
