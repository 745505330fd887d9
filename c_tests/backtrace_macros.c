/* flags: -DLWT_DEBUG */
/* With -DLWT_DEBUG a program knows where its failures came from, without
 * debugging information and without an environment variable. */
#include "backtrace_ways.h"
