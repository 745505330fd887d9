/* env: LWT_ENGINE=sim:5 */
/* The engine of virtual time does all that the others do. */
#include "engine_suite.h"

TEST(the_environment_chooses_sim) { CHECK_STR(lwt_engine_id(), "sim"); }
