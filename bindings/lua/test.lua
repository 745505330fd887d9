-- What the binding does, claim by claim. Prints "ok".
local lwt = require "lwt"
local function check(ok, what) if not ok then error("failed: " .. what, 2) end end
-- values
check(lwt.run(function(a, b) return a + b end, 3, 4) == 7, "arguments and the value of run")
check(lwt.run(function() end) == nil, "no value")
-- errors keep their identity
local e = {}
local ok, err = pcall(lwt.run, function() error(e) end)
check(not ok and err == e, "an error of Lua's")
local ok, err = pcall(lwt.run, function() lwt.open("/nowhere/at/all"):await() end)
check(not ok and err.errno == 2 and err.call == "open" and err.argument == "/nowhere/at/all", "unix error")
-- concurrency
lwt.run(function()
  local order = {}
  local b = lwt.spawn(function() lwt.sleep(0.01):await() order[#order + 1] = "b" return "B" end)
  local a = lwt.spawn(function() lwt.sleep(0.02):await() order[#order + 1] = "a" return "A" end)
  check(a:state() == "pending", "pending")
  check(a:await() == "A" and b:await() == "B", "values of tasks")
  check(a:await() == "A", "twice")
  check(table.concat(order) == "ba", "order")
  check(a:state() == "fulfilled", "fulfilled")
  -- several await one
  local p = lwt.sleep(0.01)
  local n = 0
  local ts = {}
  for i = 1, 10 do ts[i] = lwt.spawn(function() p:await() n = n + 1 end) end
  lwt.join(ts):await()
  check(n == 10, "ten await one")
  -- pick
  local slow = lwt.sleep(100)
  local i = lwt.pick { slow, lwt.sleep(0.001) }:await()
  check(i == 2, "pick")
  local ok, err = pcall(slow.await, slow)
  check(not ok and err.kind == "canceled", "the loser is cancelled")
  -- cancel a task
  local cleaned
  local t = lwt.spawn(function()
    local ok, err = pcall(function() lwt.sleep(100):await() end)
    cleaned = err.kind
    lwt.pause():await()
    cleaned = cleaned .. " and more"
  end)
  t:cancel()
  local ok, err = pcall(t.await, t)
  check(not ok and err.kind == "canceled" and t:state() == "failed", "cancelled")
  for _ = 1, 10 do lwt.pause():await() end
  check(cleaned == "canceled and more", "it cleaned up")
  -- files
  local name = os.tmpname()
  local out = lwt.open(name, "w"):await()
  out:write("one\ntwo\n"):await()
  out:close():await()
  local out = lwt.open(name, "a"):await()
  out:write("three"):await()
  out:close():await()
  local input = lwt.open(name):await()
  check(input:line():await() == "one", "line")
  check(input:read(2):await() == "tw", "read 2")
  check(input:read():await() == "o\nthree", "rest")
  check(input:line():await() == nil, "end")
  input:close():await()
  local ok, err = pcall(function() input:line():await() end)
  check(not ok and err.kind == "closed", "closed")
  os.remove(name)
  check(lwt.command("echo hello"):await() == "hello\n", "command")
  local ok, err = pcall(lwt.spawn(function() coroutine.yield(1) end).await, lwt.spawn(function() coroutine.yield(1) end))
  check(not ok and tostring(err):find("awaits"), "yield")
end)
-- misuse
local ok, err = pcall(function() lwt.sleep(1):await() end)
check(not ok and err:find("outside"), "outside")
check(not pcall(lwt.sleep, "x") and not pcall(lwt.spawn, 3) and not pcall(lwt.pick, {1}), "types")
check(coroutine.wrap(function() return pcall(function() lwt.sleep(1):await() end) end)() == false, "foreign coroutine")
local ok, err = pcall(lwt.run, function() local p p = lwt.spawn(function() return p:await() end) end)
-- errors of all sorts
lwt.run(function()
  local t = lwt.spawn(function() error(setmetatable({}, { __tostring = function() error "no" end })) end)
  local ok, err = pcall(t.await, t)
  check(not ok and type(err) == "table", "an error without a text")
  local ok, err = pcall(function() lwt.join { t }:await() end)
  check(not ok and err.kind == "failure" and #err.message > 0, "and what the library makes of it")
end)
-- a coroutine that somebody else resumes goes on waiting
lwt.run(function()
  local co
  local t = lwt.spawn(function()
    co = coroutine.running()
    lwt.sleep(0.01):await()
    lwt.run(function() lwt.sleep(0.001):await() end)
    return "slept"
  end)
  for _ = 1, 3 do check(coroutine.resume(co, "values"), "resumed") end
  check(t:state() == "pending" and t:await() == "slept", "it was not disturbed")
end)
-- lengths that are none
local long = setmetatable({}, { __len = function() return (1 << 61) + 10 end })
check(lwt.run(function() lwt.join(long):await() return 1 end) == 1, "the length of a table is its own")
local many = {}
for i = 1, 300 do many[i] = false end
check(not pcall(lwt.join, many), "not promises")
lwt.run(function()
  for i = 1, 300 do many[i] = lwt.pause() end
  lwt.join(many):await()
end)
print "ok"
