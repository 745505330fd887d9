/* JavaScript values as values of the library: a word names a slot of a table of
 * the thread's, and never a place in memory, so that a word that is something
 * else is found out. Its bits: a mark, the table, the use of the slot, the slot. */
#include <stdatomic.h>
#include <stdlib.h>

#include "addon.h"

enum { MARK = 0x4a5, LIMIT = 1 << 28 };

struct js_slot {
  napi_ref array; /* of the value alone, for a reference is to an object; NULL: free */
  uint32_t use;   /* counts, 12 bits */
  uint32_t next;  /* of the free ones, and 1 more; 0: the last */
};

static uint64_t word_of(const struct js_table *table, uint32_t index) {
  return (uint64_t)MARK << 52 | (uint64_t)table->number << 40 |
         (uint64_t)table->slots[index].use << 28 | index;
}

static struct js_slot *slot_of(struct env *env, lwt_value value) {
  uint64_t word = (uint64_t)(uintptr_t)value;
  uint32_t index = (uint32_t)(word & (LIMIT - 1));
  struct js_slot *slot;
  if (env == NULL || word >> 52 != MARK || index >= env->values.count) return NULL;
  slot = &env->values.slots[index];
  return slot->array != NULL && word_of(&env->values, index) == word ? slot : NULL;
}

void js_table_start(struct js_table *table) {
  static atomic_uint tables;
  table->number = atomic_fetch_add(&tables, 1) & 0xfff;
}

static bool table_grow(struct js_table *table) {
  uint32_t count = table->count == 0 ? 64 : table->count * 2;
  struct js_slot *slots;
  if (count > LIMIT || (slots = realloc(table->slots, count * sizeof *slots)) == NULL) return false;
  for (uint32_t i = table->count; i < count; i++)
    slots[i] = (struct js_slot){NULL, 0, i + 1 < count ? i + 2 : 0};
  table->free = table->count + 1;
  table->slots = slots;
  table->count = count;
  return true;
}

lwt_value js_value_new(struct env *env, napi_value value) {
  struct js_table *table = &env->values;
  struct js_slot *slot;
  napi_value array;
  uint32_t index;
  if (table->free == 0 && !table_grow(table)) return LWT_UNIT;
  index = table->free - 1;
  slot = &table->slots[index];
  if (napi_create_array_with_length(env->js, 1, &array) != napi_ok ||
      napi_set_element(env->js, array, 0, value) != napi_ok ||
      napi_create_reference(env->js, array, 1, &slot->array) != napi_ok) {
    slot->array = NULL;
    return LWT_UNIT;
  }
  table->free = slot->next;
  slot->use = (slot->use + 1) & 0xfff;
  return (lwt_value)(uintptr_t)word_of(table, index);
}

void js_value_drop(void *value) {
  struct env *env = env_here();
  struct js_slot *slot = slot_of(env, value);
  if (slot == NULL) return; /* the environment has gone, and the table with it */
  if (!env->is_dead) napi_delete_reference(env->js, slot->array);
  slot->array = NULL;
  slot->next = env->values.free;
  env->values.free = (uint32_t)(slot - env->values.slots) + 1;
}

napi_value js_value_get(struct env *env, lwt_value value) {
  struct js_slot *slot = slot_of(env, value);
  napi_value array, result;
  if (slot == NULL || napi_get_reference_value(env->js, slot->array, &array) != napi_ok ||
      napi_get_element(env->js, array, 0, &result) != napi_ok)
    return NULL;
  return result;
}
