/* env: LWT_ENGINE=poll */
/* The poll engine, chosen by the environment. */
#include "engine_suite.h"

TEST(the_environment_chooses_poll) { CHECK_STR(lwt_engine_id(), "poll"); }
