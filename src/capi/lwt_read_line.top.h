#include "lwt_io.h"
#include "lwt_signal.h"
#include "lwt_term.h"
