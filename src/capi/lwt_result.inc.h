/* The old names of two functions. */
#define lwt_result_map_err lwt_result_map_error
#define lwt_result_bind_lwt_err lwt_result_bind_lwt_error
