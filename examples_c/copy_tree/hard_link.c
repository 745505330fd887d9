/* Which files are names of one and the same, so that the copies are, too.
 *
 * A table of the files with several names of which not all have come by yet.
 * It is the main thread's alone, so it needs no lock: workers open the files,
 * and who is first is decided here.
 */
#include "copy.h"

#include <stdlib.h>

struct hard_link {
  struct hard_link *next; /* in its bucket */
  dev_t dev;
  ino_t ino;
  nlink_t to_come; /* names that we have not met */
  size_t users;    /* files that hold it */
  char *path;      /* of the first copy, below DST, once that is complete */
  lwt_t *made;     /* resolves when the first copy is complete or has failed */
  lwt_u *wakener;  /* NULL: it has resolved */
};

static struct hard_link **buckets;
static size_t bucket_count, link_count;

static struct hard_link **bucket_of(dev_t dev, ino_t ino)
{
  uint64_t hash = ((uint64_t)ino ^ (uint64_t)dev << 32) * 0x9E3779B97F4A7C15u;

  return &buckets[(hash >> 32) & (bucket_count - 1)];
}

static void grow(void)
{
  size_t old_count = bucket_count;
  struct hard_link **old = buckets;

  bucket_count = old_count == 0 ? 64 : old_count * 2;
  buckets = lwt_unix_malloc(bucket_count * sizeof *buckets);
  for (size_t i = 0; i < bucket_count; i++)
    buckets[i] = NULL;
  for (size_t i = 0; i < old_count; i++) {
    for (struct hard_link *link = old[i], *next; link != NULL; link = next) {
      struct hard_link **bucket = bucket_of(link->dev, link->ino);
      next = link->next;
      link->next = *bucket;
      *bucket = link;
    }
  }
  free(old);
}

void hard_link_find(struct file *file)
{
  if (link_count >= bucket_count)
    grow();

  dev_t dev = file->stat.st_dev;
  ino_t ino = file->stat.st_ino;
  struct hard_link **bucket = bucket_of(dev, ino), *link = *bucket;

  while (link != NULL && (link->ino != ino || link->dev != dev))
    link = link->next;
  file->first = link == NULL;
  if (link == NULL) {
    link = lwt_unix_new(struct hard_link);
    *link = (struct hard_link){ .next = *bucket, .dev = dev, .ino = ino,
                                .to_come = file->stat.st_nlink };
    link->made = lwt_wait(&link->wakener);
    *bucket = link;
    link_count++;
  }
  if (link->to_come > 0)
    link->to_come--;
  link->users++;
  file->link = link;
}

lwt_t *hard_link_wait(const struct hard_link *link)
{
  return lwt_retain(link->made);
}

const char *hard_link_path(const struct hard_link *link)
{
  return link->path;
}

static void free_link(struct hard_link *link)
{
  lwt_release(link->made);
  free(link->path);
  free(link);
}

void hard_link_release(struct file *file)
{
  struct hard_link *link = file->link;

  if (file->first) {
    if (file->failure.errnum == 0)
      link->path = path_below(NULL, file->directory, file->name);
    lwt_wakeup_later(link->wakener, LWT_UNIT);
    link->wakener = NULL;
  }
  link->users--;
  if (link->users > 0 || link->to_come > 0)
    return;
  struct hard_link **at = bucket_of(link->dev, link->ino);
  while (*at != link)
    at = &(*at)->next;
  *at = link->next;
  link_count--;
  free_link(link);
}

void hard_link_forget_all(void)
{
  for (size_t i = 0; i < bucket_count; i++) {
    for (struct hard_link *link = buckets[i], *next; link != NULL; link = next) {
      next = link->next;
      free_link(link);
    }
  }
  free(buckets);
  buckets = NULL;
  bucket_count = link_count = 0;
}
