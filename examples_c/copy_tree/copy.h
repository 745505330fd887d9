/* What the parts of copy_tree share, of which gtk_copy uses all but the bar.
 *
 *   ../copy_tree.c  arguments, signals, the main loop
 *   places.c        where from and where to, and what is refused
 *   directory.c     walks the tree: lists directories, starts batches, ends them
 *   batch.c         files that are copied one after another, by a chain of jobs
 *   content.c       what such a job does: open, create, copy, set
 *   hard_link.c     which files are names of one and the same
 *   worker.c        runs a function on a worker, as a promise
 *   tally.c         how far it is, in words
 *   progress.c      the bar on the terminal
 *   survey.c        counts what there is to do, for the time left
 *   report.c        paths and messages
 *
 * All state belongs to the main thread. A worker sees only the structure that
 * it was handed, while nothing else touches it, and the flag `stopping`.
 */
#ifndef COPY_TREE_COPY_H
#define COPY_TREE_COPY_H

#define _GNU_SOURCE
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum {
  MOST_JOBS = 1024,   /* what --jobs accepts */
  MOST_WALKERS = 4,   /* directories listed side by side */
  MOST_IN_BATCH = 16
};

/* The system call that went wrong on a worker; errnum 0: none did. */
struct failure {
  int errnum;
  const char *call;
  bool on_target; /* about the copy, not about what is copied */
};

struct tally {
  uint64_t files, directories, symlinks, hard_links, specials, bytes, failed;
};

/* One run of the program. */
struct copy {
  const char *source, *target; /* as they were named to us, for messages */
  int source_fd;               /* SRC */
  int parent_fd;               /* the directory in which DST is made */
  const char *target_name;     /* DST in it */
  int target_fd;               /* DST, once it is there */
  dev_t target_dev;
  ino_t target_ino;

  size_t most_in_flight, in_flight; /* batches being copied */
  size_t walkers;                   /* directories being listed, nesting not counted */
  size_t open_directories, most_open_directories;
  lwt_u *waiting[MOST_WALKERS]; /* walkers that wait for room, in their order */
  size_t waiting_count;

  struct tally tally;
  bool full;      /* DST's file system, that is */
  double started; /* the time, in seconds */
  double delay;   /* what each job waits, in seconds: as if the disk were slow */
  lwt_u *finished;
  void (*say)(struct copy *copy, const char *line); /* what could not be copied */
};

/* Some entries of a directory: type, name, NUL, again and again. */
struct entries {
  char *bytes;
  size_t size, next;
};

/* A directory on its way: alive until all that is in it has been copied. */
struct directory {
  struct copy *copy;
  struct directory *parent; /* NULL: the root */
  int source_fd, target_fd;
  struct stat stat;
  struct failure failure;

  struct entries files, directories; /* listed, and not yet started */
  bool at_end;   /* the source has no more entries */
  bool all_started;
  size_t pending; /* batches and directories in it that have not ended */
  char name[];
};

/* How far a file is, a symbolic link or a special file. */
enum file_state {
  LISTED,
  HAS_OTHER_NAMES, /* opened; the main thread says what to do with it */
  ALLOWED,         /* it has: link it, or copy it */
  COPYING,
  ENDED
};

struct file {
  struct directory *directory;
  const char *name;
  unsigned char type;
  enum file_state state;
  int source_fd, target_fd;
  struct stat stat;
  struct failure failure;
  bool plain;      /* copy_file_range does not work here */
  bool sparse;
  off_t offset;    /* copied so far */
  off_t counted;   /* of that, known to the tally */
  bool whole;      /* all of it has been copied; else it is removed again */
  struct hard_link *link; /* it has other names */
  bool first;      /* of its names, to be copied */
  bool linked;     /* made as a link to an earlier copy */
};

/* Files of one directory, copied one after another: so short files are worth
 * a job, and workers keep out of each other's directories. */
struct batch {
  struct directory *directory;
  size_t count;
  size_t next; /* the first that has not ended */
  size_t seen; /* the first that the tally does not know of */
  struct file files[];
};

struct survey;

struct progress {
  struct copy *copy;
  struct survey *survey;
  double seen_at, seen_cost; /* when we looked last, and how much was done then */
  double rate;               /* cost a second, the last seconds counting most */
};

/* places.c */
/* Opens SRC and the parent of DST, or says why this copy can't be made, about which
 * of the two. */
const char *find_places(struct copy *copy, const char **about);
void leave_places(struct copy *copy);
void allow_descriptors(struct copy *copy);

/* worker.c */
void stop_all(void);    /* jobs end as soon as they can, from now on */
void start_over(void);  /* until they are stopped again; after the last has ended */
bool should_stop(void); /* on any thread */
/* Before the first job, and after the last. */
bool open_lanes(size_t most_jobs);
void close_lanes(void);
/* A promise of `work(env)` having run on a worker. */
lwt_t *on_worker(void (*work)(void *env), void *env);
/* The same for long work that is not to hold up the copying. */
lwt_t *on_worker_beside(void (*work)(void *env), void *env);

/* directory.c */
/* Resolves when DST is as complete as it will get. */
lwt_t *copy_root(struct copy *copy);
void entry_ended(struct directory *directory);
/* Gives up the room of a batch, to the walker that has waited longest if any. */
void leave_room(struct copy *copy);

/* batch.c */
/* Takes some of the directory's listed files, and copies them. There is at
 * least one, and room, which the batch gives up when it ends. */
void start_batch(struct directory *directory);

/* content.c */
/* On a worker: goes on with a struct batch for as long as a job should take,
 * or until it needs a decision. */
void copy_batch(void *batch);

/* hard_link.c */
struct hard_link;
/* Sets link and first of a file with several names. Who is first makes the
 * copy; the others wait for that, and link to it. Each releases it at the end
 * of the file; with the first, the others go on. */
void hard_link_find(struct file *file);
lwt_t *hard_link_wait(const struct hard_link *link);
const char *hard_link_path(const struct hard_link *link); /* below DST; NULL: not made */
void hard_link_release(struct file *file);
void hard_link_forget_all(void);

/* tally.c */
double now(void);
/* Says how far it is, and returns which part of all is done; negative: not known yet. */
double how_far(struct progress *progress, char *text, size_t size);
void summary(const struct copy *copy, char *text, size_t size);

/* progress.c */
bool progress_possible(void); /* is there a terminal to draw on? */
/* Draws until it is cancelled; shows the total once the survey knows it. */
lwt_t *show_progress(struct copy *copy, struct survey *survey);
void clear_progress(void);
void print_summary(const struct copy *copy);

/* survey.c */
/* The promise resolves when all is counted, or soon after end_survey. */
struct survey *start_survey(int source_fd, lwt_t **counted);
/* What was counted so far; true: that is all there is. */
bool survey_result(struct survey *survey, uint64_t *files, uint64_t *bytes);
void end_survey(struct survey *survey);

/* report.c */
/* The path of `name` in `directory` below `root`; the caller frees it.
 * directory NULL: of the root; name NULL: of the directory. */
char *path_below(const char *root, const struct directory *directory, const char *name);
lwt_exn *exn_of(const struct failure *failure, struct copy *copy,
                const struct directory *directory, const char *name);
/* Is there no room left, so that going on is no use? */
bool is_full(int errnum);
/* Has it said what failed, and counts it. */
void report(struct copy *copy, const lwt_exn *exn);

#endif
