#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwt_io.h"
#include "lwt_stream.h"

/* TEXT CHANNELS are channels of bytes with an encoding: what the program has is UTF-8, what the
 * channel has is that encoding.
 *
 *   lwt_release(lwt_text_printlf("My name is %s", "J\303\251r\303\251mie"));   // J?r?mie, in a C locale
 *   lwt_text_channel *in = lwt_text_make(bytes, "ISO-8859-15", LWT_TEXT_LOOSE);
 *   lwt_t *line = lwt_text_read_line(in);                             // in UTF-8
 *
 * - By default the encoding is that of the locale which LC_ALL, LC_CTYPE and LANG name, looked
 *   up once and without setlocale(3): the program's own locale is neither asked nor changed.
 *   Where the system hasn't that locale, what is behind the dot of its name counts; where none
 *   is named it is ASCII.
 * - Encodings are those of the Web (https://encoding.spec.whatwg.org), by the labels that it
 *   gives them and the usual names of systems; ASCII and ISO-8859-1 as they are; UTF-16LE and
 *   UTF-16BE (UTF-16 is the former), UTF-32LE and UTF-32BE, of which a byte order mark is a
 *   character like others. ISO-8859-9 and ISO-8859-11 are what the Web takes them for,
 *   windows-1254 and windows-874.
 * - LWT_TEXT_LOOSE, the default, never fails. What is read and is no character is taken, byte
 *   by byte, as Latin characters (in UTF-16 and UTF-32 as U+FFFD, for a byte by itself would
 *   bring the rest out of step), so that a text that was read is valid UTF-8. What is written
 *   and the encoding has not becomes what looks alike (quotes, dashes, ligatures, "EUR"), or
 *   "?"; letters with accents are "?". LWT_TEXT_RICH has them lose their accents instead
 *   ("Jeremie"). LWT_TEXT_STRICT fails.
 * - Nothing is kept back in between: bytes may be read and written on lwt_text_byte_channel in
 *   turn with text, and the queue of operations is the same. */
