/* The functions of a pool that are not given do nothing:
 * struct lwt_pool_options options = LWT_POOL_OPTIONS; options.dispose = close; */
#define LWT_POOL_OPTIONS {sizeof(struct lwt_pool_options), NULL, NULL, NULL}
