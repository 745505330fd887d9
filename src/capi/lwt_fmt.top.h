#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwt_io.h"
#include "lwt_stream.h"

/* FORMATTERS put text together at once, and write it in promises:
 *
 *     lwt_fmt *out = lwt_fmt_stdout();
 *     lwt_fmt_put(out, "[", 1);                       // queued
 *     p = lwt_fmt_fprintf(out, "%d of %d]\n", i, n);   // queued, and all of it written
 *
 * What is printed becomes orders (text, or flush), which are performed in the order in
 * which they were queued, on a channel, by a function, or as elements of a stream.
 *
 * Of Lwt's module what makes sense in C is here. Boxes, break hints and the widths of
 * lines are OCaml's Format, for which C has no counterpart: so get_formatter is left
 * out, and flush has no boxes to close. */
