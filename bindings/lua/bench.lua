-- What awaiting a promise costs, beside resuming a coroutine, and beside luv if it is there.
-- Prints nanoseconds of processor time for one of each.
local lwt = require "lwt"
local n = tonumber(arg[1]) or 200000

local function measure(name, f)
  collectgarbage()
  local begun = os.clock()
  f()
  print(("%-44s %7.0f ns"):format(name, (os.clock() - begun) / n * 1e9))
end

measure("coroutine.resume and yield", function()
  local co = coroutine.wrap(function() while true do coroutine.yield() end end)
  for _ = 1, n do co() end
end)
measure("lwt.pause():await(), a turn of the loop each", function()
  lwt.run(function() for _ = 1, n do lwt.pause():await() end end)
end)
measure("the same, a hundred tasks at once", function()
  lwt.run(function()
    local tasks = {}
    for i = 1, 100 do
      tasks[i] = lwt.spawn(function() for _ = 1, n // 100 do lwt.pause():await() end end)
    end
    lwt.join(tasks):await()
  end)
end)
measure("lwt.spawn and await of what returns at once", function()
  lwt.run(function() for _ = 1, n do lwt.spawn(function() end):await() end end)
end)
local ok, uv = pcall(require, "luv")
if ok then
  measure("luv: a timer of 0, a turn of the loop each", function()
    local co
    co = coroutine.wrap(function()
      for _ = 1, n do
        local timer = uv.new_timer()
        timer:start(0, 0, function() timer:close() co() end)
        coroutine.yield()
      end
    end)
    co()
    uv.run()
  end)
end
