#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwt_io.h"

/* STYLED TEXT is text with instructions how it looks from there on:
 *
 *   lwt_release(lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))));
 *   lwt_styled *prompt = LWT_STYLED(LWT_TEXTF("%d", 42), LWT_INVERSE, LWT_TEXT("# "));
 *
 * Colours are numbers: LWT_DEFAULT_COLOR, LWT_BLACK to LWT_LWHITE, others of the palette up to
 * 255, and LWT_RGB(r, g, b). What a terminal hasn't is shown as the nearest that it has. */

/* For the length of a text: it ends with a NUL byte. */
#define LWT_STYLE_NUL SIZE_MAX
