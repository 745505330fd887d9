/* timeout: 120 */
/* env: LWT_ENGINE=sim:6 */
/* All together in virtual time, each thread with its own. */
#include "mixed.c"
