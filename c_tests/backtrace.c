/* flags: -g */
/* env: LWT_DEBUG=1 */
/* With LWT_DEBUG=1 a program that was compiled as always knows where its
 * failures came from. */
#include "backtrace_ways.h"
