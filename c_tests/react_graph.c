/* A graph of 100,000 nodes: an update calls what depends on the change and nothing else,
 * and what is given up is gone, at once. */
/* timeout: 120 */
#include "reacts.h"

#include <sys/wait.h>

/* So many trees, each of one signal that is set, and so many derived from it: a chain, and
 * on each link of the chain a leaf. */
enum { LINKS = 50 };
struct tree {
  lwt_signal_setter *set;
  lwt_signal *root, *links[LINKS], *leaves[LINKS];
  long called;
};
static long dropped;
static struct tree *trees;
static long count;

static lwt_value count_one(lwt_value value, void *tree) {
  ((struct tree *)tree)->called++;
  return LWT_INT(LWT_TO_INT(value) + 1);
}
static void drop_one(void *tree) {
  (void)tree;
  dropped++;
}
static void plant(long nodes) {
  count = nodes / (2 * LINKS + 1) + 1;
  dropped = 0;
  trees = calloc((size_t)count, sizeof *trees);
  for (struct tree *t = trees; t < trees + count; t++) {
    t->root = lwt_signal_create(LWT_INT(0), &t->set);
    const lwt_signal *last = t->root;
    for (int i = 0; i < LINKS; i++) {
      t->links[i] = lwt_signal_map(last, count_one, t, drop_one);
      t->leaves[i] = lwt_signal_map(t->links[i], count_one, t, drop_one);
      last = t->links[i];
    }
  }
}
/* How many functions were called since the last time, in all trees. */
static long called(void) {
  long sum = 0;
  for (long i = 0; i < count; i++) sum += trees[i].called, trees[i].called = 0;
  return sum;
}
static void release_derived(struct tree *t) {
  for (int i = 0; i < LINKS; i++) {
    lwt_signal_release(t->links[i]);
    lwt_signal_release(t->leaves[i]);
  }
}
static void release_root(struct tree *t) {
  lwt_signal_release(t->root);
  lwt_signal_setter_release(t->set);
}

TEST(an_update_calls_what_depends_on_it_and_nothing_else) {
  plant(scaled(100000));
  CHECK_INT(called(), count * 2 * LINKS); /* for the first values */
  struct tree *t = &trees[count / 2];
  SET(t->set, 7);
  CHECK_INT(t->called, 2 * LINKS);
  CHECK_INT(called(), 2 * LINKS);
  CHECK_IS(t->links[LINKS - 1], 7 + LINKS);
  CHECK_IS(t->leaves[LINKS - 1], 7 + LINKS + 1);
  CHECK_IS(trees[0].leaves[LINKS - 1], LINKS + 1);
  /* What is no change calls nothing. */
  SET(t->set, 7);
  CHECK_INT(called(), 0);
  /* Two in one step: each once. */
  lwt_react_step *step = lwt_react_step_create();
  CHECK_INT(lwt_signal_set_in(step, trees[0].set, LWT_INT(3)), LWT_OK);
  CHECK_INT(lwt_signal_set_in(step, t->set, LWT_INT(4)), LWT_OK);
  CHECK_INT(lwt_react_step_execute(step), LWT_OK);
  lwt_react_step_release(step);
  CHECK_INT(trees[0].called, 2 * LINKS);
  CHECK_INT(called(), count > 1 ? 4 * LINKS : 2 * LINKS);
}

TEST(what_is_given_up_is_called_no_more_and_what_it_owned_is_dropped_at_once) {
  struct tree *t = &trees[0];
  /* A leaf. */
  lwt_signal_release(t->leaves[10]);
  CHECK_INT(dropped, 1);
  SET(t->set, 100);
  CHECK_INT(called(), 2 * LINKS - 1);
  /* A link, which the next one holds. */
  lwt_signal_release(t->links[20]);
  CHECK_INT(dropped, 1);
  SET(t->set, 101);
  CHECK_INT(called(), 2 * LINKS - 1);
  t->links[20] = t->leaves[10] = NULL;
  /* All of one tree: its root changes and calls nobody. */
  release_derived(t);
  CHECK_INT(dropped, 2 * LINKS);
  SET(t->set, 102);
  CHECK_INT(called(), 0);
  release_root(t);
}

/* From which on; roots first, or what is derived from them. */
static void fell(long first) {
  for (long i = first; i < count; i++) {
    if (i % 2 == 0) release_root(&trees[i]);
    release_derived(&trees[i]);
    if (i % 2 != 0) release_root(&trees[i]);
  }
  free(trees);
}
TEST(of_a_hundred_thousand_that_are_given_up_nothing_is_left) {
  fell(1);
  CHECK_INT(dropped, count * 2 * LINKS);
}
TEST(memory_is_had_back) {
  long before = resident();
  for (int i = 0; i < 3; i++) {
    plant(scaled(10000));
    SET(trees[0].set, 1);
    fell(0);
    CHECK_INT(dropped, count * 2 * LINKS);
  }
  CHECK_FLAT(before, 8);
}

/* What debugging says at the end of a program that plants trees, and fells them or not. It
 * is run by exec, for the child of a fork tells nothing of what its parent had. */
static char self[4096];
static const char *report_of(const char *what) {
  static char said[1 << 16];
  int ends[2], status = -1;
  if (pipe(ends) != 0) return "no pipe";
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    setenv("LWT_DEBUG", "1", 1);
    setenv("GRAPH_CASE", what, 1);
    execl(self, self, (char *)NULL);
    _exit(99);
  }
  close(ends[1]);
  size_t len = 0;
  ssize_t n;
  while ((n = read(ends[0], said + len, sizeof said - 1 - len)) > 0) len += (size_t)n;
  said[len] = '\0';
  close(ends[0]);
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  return said;
}
__attribute__((constructor)) static void begin(void) {
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  self[n > 0 ? n : 0] = '\0';
  const char *what = getenv("GRAPH_CASE");
  if (what == NULL) return;
  plant(1000);
  SET(trees[0].set, 1);
  fell(strcmp(what, "all") == 0 ? 0 : count - 1);
  exit(check_failures != 0);
}
TEST(debugging_tells_of_nothing_that_was_left) {
  CHECK_STR(report_of("all"), "");
  CHECK_HAS(report_of("but the last"), "handles were never released: ");
}
