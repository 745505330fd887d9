#include "lwt_io.h"
