-- The collector is made to step at every instruction, in both of its modes, while tasks
-- await, fail, are cancelled and are forgotten. With LWT_DEBUG=1 the library tells at the end
-- what was left behind, which is nothing. Prints "ok".
local lwt = require "lwt"
local rounds = tonumber(arg[1]) or 30

local function some(n)
  local tasks = {}
  for i = 1, n do
    tasks[i] = lwt.spawn(function()
      lwt.pause():await()
      if i % 3 == 0 then error { number = i } end
      if i % 5 == 0 then lwt.open("/no such file"):await() end
      lwt.sleep(0.0001 * i):await()
      return { number = i }
    end)
    if i % 7 == 0 then tasks[i]:cancel() end
  end
  lwt.spawn(function() lwt.sleep(0.0001):await() end) -- forgotten
  local ended = { fulfilled = 0, failed = 0 }
  for i = 1, n do
    local ok, result = pcall(tasks[i].await, tasks[i])
    assert(tasks[i]:state() == (ok and "fulfilled" or "failed"))
    if ok then assert(result.number == i) end
    if i % 7 == 0 then assert(result.kind == "canceled")
    elseif i % 3 == 0 then assert(result.number == i)
    elseif i % 5 == 0 then assert(result.errno == 2) end
    ended[ok and "fulfilled" or "failed"] = ended[ok and "fulfilled" or "failed"] + 1
  end
  assert(ended.fulfilled + ended.failed == n)
  lwt.pick({ lwt.sleep(50), lwt.pause(), lwt.sleep(60) }):await()
  local file = lwt.open("soak.lua"):await()
  assert(file:line():await():find("collector"))
  lwt.open("soak.lua"):await() -- closed by the collector
  file:close():await()
end

local before
for round = 1, rounds do
  collectgarbage(round % 2 == 0 and "generational" or "incremental")
  lwt.run(function()
    -- Hooks are those of a coroutine: this one, and through `some` its tasks' makers.
    debug.sethook(function() collectgarbage("step") end, "", 1)
    some(20)
    debug.sethook()
  end)
  collectgarbage("collect")
  collectgarbage("collect")
  if round == rounds // 2 then before = collectgarbage("count") end
end
assert(collectgarbage("count") - before < 50, "memory grows")
lwt.run(function() lwt.sleep(0.01):await() end) -- what was forgotten comes to its end
print "ok"
