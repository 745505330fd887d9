/* liblwt for Lua 5.4: a coroutine awaits promises. Each promise is watched when it is made, and
 * what has become of it is taken from the library's queue after each turn of the main loop
 * (lwt_binding.h): no function of Lua's is called from within the library.
 *
 * A promise is a userdata with two values, what it was resolved to and who awaits it. In the
 * registry are, at the addresses of these: of each coroutine that we resume, its promise; of
 * each token, the promise that is watched with it. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <lwt_all.h>
#include <stdatomic.h>

static const char tasks, live;
static const char PROMISE[] = "lwt.promise", ERROR[] = "lwt.error", CHANNEL[] = "lwt.channel";
enum { RESULT = 1, WAITERS = 2 };

/* Pushes what the value of a promise is in Lua; the value is its to free. */
typedef void push_fn(lua_State *L, lwt_value value);

struct promise {
  lwt_t *handle;
  int state; /* as Lua knows it: what the queue still holds is pending */
  push_fn *push;
  lwt_u *wakener;  /* of a task: what its end resolves, */
  lua_State *task; /* its coroutine, */
  lwt_t *awaits;   /* and what that awaits, whose own promise keeps it */
};

static struct promise *to_promise(lua_State *L, int at) { return luaL_checkudata(L, at, PROMISE); }
static const void *queue(lua_State *L) { return lua_topointer(L, LUA_REGISTRYINDEX); }

/* ------------------------------------------------------------------ errors --- */
static void push_error(lua_State *L, lwt_exn *exn) {
  *(lwt_exn **)lua_newuserdatauv(L, sizeof exn, 0) = exn;
  luaL_setmetatable(L, ERROR);
}
static int error_index(lua_State *L) {
  static const char *const kinds[] = {
      "ok",          "canceled", "invalid_argument", "wrong_thread", "failure",
      "not_found",   "unix_error", "end_of_file",    "timeout",      "empty",
      "closed",      "full",     "abandoned",        "out_of_memory", "stalled"};
  const lwt_exn *exn = *(lwt_exn **)luaL_checkudata(L, 1, ERROR);
  size_t kind = (size_t)lwt_exn_kind(exn);
  switch (luaL_checkoption(L, 2, "", (const char *const[]){"kind", "message", "errno", "call",
                                                           "argument", "", NULL})) {
  case 0: lua_pushstring(L, kind < sizeof kinds / sizeof *kinds ? kinds[kind] : "other"); break;
  case 1: lua_pushstring(L, lwt_exn_message(exn)); break;
  case 2: lua_pushinteger(L, lwt_exn_errno(exn)); break;
  case 3: lua_pushstring(L, lwt_exn_function(exn)); break;
  case 4: lua_pushstring(L, lwt_exn_argument(exn)); break;
  default: lua_pushnil(L);
  }
  return 1;
}
static int error_tostring(lua_State *L) {
  lua_pushstring(L, lwt_exn_message(*(lwt_exn **)luaL_checkudata(L, 1, ERROR)));
  return 1;
}
static int error_gc(lua_State *L) {
  lwt_exn_release(*(lwt_exn **)luaL_checkudata(L, 1, ERROR));
  return 0;
}
static int to_string(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}
/* The exception that the error on the top of a stack is, of whatever sort that may be. */
static lwt_exn *to_exn(lua_State *L) {
  lwt_exn **box = luaL_testudata(L, -1, ERROR);
  if (box != NULL) return lwt_exn_retain(*box);
  lua_pushcfunction(L, to_string);
  lua_pushvalue(L, -2);
  bool told = lua_pcall(L, 1, 1, 0) == LUA_OK;
  lwt_exn *exn = lwt_exn_new(LWT_FAILURE, told ? lua_tostring(L, -1) : "an error without a text");
  lua_pop(L, 1);
  return exn;
}

/* ---------------------------------------------------------------- promises --- */
static void push_unit(lua_State *L, lwt_value value) {
  (void)value;
  lua_pushnil(L);
}
static void push_integer(lua_State *L, lwt_value value) { lua_pushinteger(L, LWT_TO_INT(value)); }
static void push_text(lua_State *L, lwt_value value) {
  struct lwt_string *text = value;
  if (value == LWT_NONE) return lua_pushnil(L);
  lua_pushlstring(L, text->data, text->len);
  lwt_string_release(text);
}
static void push_channel(lua_State *L, lwt_value value) {
  *(lwt_io_channel **)lua_newuserdatauv(L, sizeof value, 0) = value;
  luaL_setmetatable(L, CHANNEL);
}

/* In two steps: when Lua has no memory for the first, there is no promise yet. */
static struct promise *new_promise(lua_State *L, push_fn *push) {
  struct promise *self = lua_newuserdatauv(L, sizeof *self, 2);
  *self = (struct promise){NULL, LWT_SLEEP, push, NULL, NULL, NULL};
  luaL_setmetatable(L, PROMISE);
  return self;
}
static int watch(lua_State *L, struct promise *self, lwt_t *p) {
  static atomic_intptr_t last; /* a token is never used twice, by no state of Lua */
  intptr_t token = ++last;
  self->handle = p;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &live);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, token);
  lua_pop(L, 1);
  lwt_binding_watch(lwt_retain(p), queue(L), (void *)token);
  return 1;
}
/* What is on the top of the stack is the result of the promise at `at`. */
static void settle(lua_State *L, int at, int state) {
  to_promise(L, at)->state = state;
  lua_setiuservalue(L, at, RESULT);
}
static int promise_cancel(lua_State *L) {
  lwt_cancel(to_promise(L, 1)->handle);
  return 0;
}
static int promise_state(lua_State *L) {
  int state = to_promise(L, 1)->state;
  lua_pushstring(L, state == LWT_SLEEP ? "pending" : state == LWT_RETURN ? "fulfilled" : "failed");
  return 1;
}
static int promise_gc(lua_State *L) {
  struct promise *self = to_promise(L, 1);
  if (self->state == LWT_SLEEP) lwt_cancel(self->handle); /* Lua is being closed */
  lwt_release_anywhere(self->handle);
  lwt_release_anywhere(self->wakener);
  self->handle = NULL, self->wakener = NULL;
  return 0;
}
/* The task of this coroutine, which is pushed; NULL: it is none. */
static struct promise *push_task(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &tasks);
  lua_pushthread(L);
  return lua_rawget(L, -2) == LUA_TNIL ? NULL : to_promise(L, -1);
}
/* The promise at 1 has been resolved: the coroutine is resumed, or need not wait. If somebody
 * else has resumed it, it goes on waiting. */
static int awaited(lua_State *L, int status, lua_KContext context) {
  (void)context;
  lua_settop(L, 1);
  if (to_promise(L, 1)->state == LWT_SLEEP) return lua_yieldk(L, 0, 0, awaited);
  if (status == LUA_YIELD) push_task(L)->awaits = NULL;
  lua_getiuservalue(L, 1, RESULT);
  return to_promise(L, 1)->state == LWT_RETURN ? 1 : lua_error(L);
}
static int promise_await(lua_State *L) {
  struct promise *self = to_promise(L, 1);
  lua_settop(L, 1);
  if (self->state != LWT_SLEEP) return awaited(L, LUA_OK, 0);
  struct promise *task = push_task(L);
  if (task == NULL) return luaL_error(L, "await: outside of lwt.run and lwt.spawn");
  if (lua_getiuservalue(L, 1, WAITERS) == LUA_TNIL) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, 1, WAITERS);
  }
  lua_pushthread(L);
  lua_rawseti(L, -2, luaL_len(L, -2) + 1);
  task->awaits = self->handle;
  lua_settop(L, 1);
  return lua_yieldk(L, 0, 0, awaited);
}

/* ------------------------------------------------------------------- tasks --- */
static void forward_cancel(void *task) { lwt_cancel(((struct promise *)task)->awaits); }

/* Resumes the coroutine of the task at `at`, which has n arguments on its stack. */
static void step(lua_State *L, int at, int n) {
  struct promise *task = to_promise(L, at);
  lua_State *co = task->task;
  int status = lua_resume(co, L, n, &n);
  if (status == LUA_YIELD && task->awaits != NULL) return lua_pop(co, n);
  if (status == LUA_OK) lua_settop(co, n == 0 ? 1 : lua_gettop(co) - n + 1);
  else if (status == LUA_YIELD) lua_pushstring(co, "coroutine.yield in a task, which awaits instead");
  lua_xmove(co, L, 1);
  lwt_exn *exn = status == LUA_OK ? NULL : to_exn(L);
  if (lwt_state(task->handle) == LWT_SLEEP) settle(L, at, exn == NULL ? LWT_RETURN : LWT_FAIL);
  else lua_pop(L, 1); /* it was cancelled meanwhile */
  lua_rawgetp(L, LUA_REGISTRYINDEX, &tasks);
  lua_pushthread(co);
  lua_xmove(co, L, 1);
  lua_pushnil(L);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  lua_resetthread(co); /* it may have variables to be closed */
  lwt_u *wakener = task->wakener;
  task->wakener = NULL;
  if (exn == NULL) lwt_wakeup(wakener, LWT_UNIT);
  else lwt_wakeup_exn(wakener, exn);
}
static int spawn(lua_State *L) {
  int n = lua_gettop(L);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  struct promise *self = new_promise(L, push_unit);
  self->task = co;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &tasks);
  lua_pushvalue(L, -3);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  watch(L, self, lwt_task(&self->wakener));
  lwt_on_cancel(self->handle, forward_cancel, self, NULL);
  lua_rotate(L, 1, 2); /* coroutine, promise, function, arguments */
  luaL_checkstack(co, n, "too many arguments");
  lua_xmove(L, co, n);
  step(L, 2, n - 1);
  return 1;
}
/* A promise has come out of the queue: those who await it go on. */
static void complete(lua_State *L, struct lwt_binding_completion *done) {
  int top = lua_gettop(L), at = top + 2;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &live);
  lua_rawgeti(L, -1, (intptr_t)done->token);
  lua_pushnil(L);
  lua_rawseti(L, -3, (intptr_t)done->token);
  struct promise *self = luaL_testudata(L, at, PROMISE);
  if (self == NULL || self->state != LWT_SLEEP) {
    if (done->drop != NULL) done->drop(done->value);
    lwt_exn_release(done->exn);
  } else if (done->exn != NULL) {
    push_error(L, done->exn);
    settle(L, at, LWT_FAIL);
  } else {
    self->push(L, done->value);
    settle(L, at, LWT_RETURN);
  }
  if (self != NULL && lua_getiuservalue(L, at, WAITERS) == LUA_TTABLE) {
    lua_pushnil(L);
    lua_setiuservalue(L, at, WAITERS);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &tasks);
    for (lua_Integer i = 1; lua_rawgeti(L, at + 1, i) != LUA_TNIL; i++, lua_settop(L, at + 2)) {
      struct promise *task = lua_rawget(L, at + 2) == LUA_TNIL ? NULL : to_promise(L, at + 3);
      if (task != NULL && task->awaits == self->handle) step(L, at + 3, 0);
    }
  }
  lua_settop(L, top);
}
static int run(lua_State *L) {
  struct lwt_binding_completion done;
  spawn(L);
  lua_replace(L, 1);
  lua_settop(L, 1);
  struct promise *self = to_promise(L, 1);
  while (self->state == LWT_SLEEP) {
    int kind = lwt_main_iter(true);
    while (lwt_binding_drain(queue(L), &done, 1) == 1) complete(L, &done);
    if (kind != LWT_OK && self->state == LWT_SLEEP)
      return luaL_error(L, kind == LWT_STALLED ? "lwt.run: nothing is left to wait for"
                                               : "lwt.run: the main loop can't go on");
  }
  return awaited(L, LUA_OK, 0);
}

/* ------------------------------------------- what is bound: some of each sort --- */
static int lsleep(lua_State *L) {
  lua_Number seconds = luaL_checknumber(L, 1);
  return watch(L, new_promise(L, push_unit), lwt_unix_sleep(seconds));
}
static int lpause(lua_State *L) { return watch(L, new_promise(L, push_unit), lwt_pause()); }
static int command(lua_State *L) {
  const char *line = luaL_checkstring(L, 1);
  return watch(L, new_promise(L, push_text), lwt_process_pread(lwt_process_shell(line), NULL));
}
static lwt_value number(lwt_value value, void *env) {
  (void)value;
  return env;
}
/* The promises of the table at 1, each anew, as an array. */
static lwt_t **several(lua_State *L, struct promise **self, push_fn *push, size_t *n) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  *n = lua_rawlen(L, 1);
  luaL_argcheck(L, *n < 100000, 1, "too many promises");
  lwt_t **all = lua_newuserdatauv(L, (*n + 1) * sizeof *all, 0);
  luaL_checkstack(L, (int)*n + 4, "too many promises");
  for (size_t i = 1; i <= *n; i++) lua_rawgeti(L, 1, (lua_Integer)i), to_promise(L, -1);
  *self = new_promise(L, push);
  for (size_t i = 1; i <= *n; i++) {
    lwt_t *p = lwt_retain(to_promise(L, (int)i + 2)->handle);
    all[i - 1] = lwt_map(p, number, LWT_INT(i), NULL);
  }
  return all;
}
static int pick(lua_State *L) {
  struct promise *self;
  size_t n;
  lwt_t **all = several(L, &self, push_integer, &n);
  return watch(L, self, lwt_pick(all, n));
}
static int join(lua_State *L) {
  struct promise *self;
  size_t n;
  lwt_t **all = several(L, &self, push_unit, &n);
  return watch(L, self, lwt_join(all, n));
}

static lwt_io_channel *to_channel(lua_State *L) {
  return *(lwt_io_channel **)luaL_checkudata(L, 1, CHANNEL);
}
static int open_file(lua_State *L) {
  static const char *const modes[] = {"r", "w", "a", NULL};
  const char *path = luaL_checkstring(L, 1);
  int mode = luaL_checkoption(L, 2, "r", modes);
  int flags = mode == 2 ? O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC : LWT_IO_DEFAULT;
  return watch(L, new_promise(L, push_channel),
               lwt_io_open_file(mode == 0 ? LWT_IO_INPUT : LWT_IO_OUTPUT, path, flags, LWT_IO_DEFAULT, 0));
}
static int channel_line(lua_State *L) {
  lwt_io_channel *channel = to_channel(L);
  return watch(L, new_promise(L, push_text), lwt_io_read_line_opt(channel));
}
static int channel_read(lua_State *L) {
  lwt_io_channel *channel = to_channel(L);
  lua_Integer count = luaL_optinteger(L, 2, -1);
  struct promise *self = new_promise(L, push_text);
  return watch(L, self, count < 0 ? lwt_io_read(channel) : lwt_io_read_count(channel, (size_t)count));
}
static int channel_write(lua_State *L) {
  size_t len;
  lwt_io_channel *channel = to_channel(L);
  const char *text = luaL_checklstring(L, 2, &len);
  return watch(L, new_promise(L, push_unit), lwt_io_write(channel, text, len));
}
static int channel_close(lua_State *L) {
  lwt_io_channel *channel = to_channel(L);
  return watch(L, new_promise(L, push_unit), lwt_io_close(channel));
}
static int channel_gc(lua_State *L) {
  lwt_release_anywhere(to_channel(L));
  return 0;
}

static void class(lua_State *L, const char *name, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 1);
}
LUAMOD_API int luaopen_lwt(lua_State *L) {
  class(L, ERROR, (luaL_Reg[]){{"__index", error_index}, {"__tostring", error_tostring},
                               {"__gc", error_gc}, {NULL, NULL}});
  class(L, PROMISE, (luaL_Reg[]){{"await", promise_await}, {"cancel", promise_cancel},
                                 {"state", promise_state}, {"__gc", promise_gc}, {NULL, NULL}});
  class(L, CHANNEL, (luaL_Reg[]){{"line", channel_line}, {"read", channel_read},
                                 {"write", channel_write}, {"close", channel_close},
                                 {"__gc", channel_gc}, {NULL, NULL}});
  for (int i = 0; i < 2; i++) lua_newtable(L), lua_rawsetp(L, LUA_REGISTRYINDEX, i == 0 ? &tasks : &live);
  luaL_newlib(L, ((luaL_Reg[]){{"run", run}, {"spawn", spawn}, {"sleep", lsleep}, {"pause", lpause},
                               {"pick", pick}, {"join", join}, {"open", open_file},
                               {"command", command}, {NULL, NULL}}));
  return 1;
}
