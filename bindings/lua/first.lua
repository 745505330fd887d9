-- The file that its argument names, or its own, and what goes wrong with another.
local lwt = require "lwt"

local function lines(path)
  local file = lwt.open(path):await()
  local count = 0
  while file:line():await() do count = count + 1 end
  file:close():await()
  return count
end

lwt.run(function()
  local slow = lwt.spawn(function()
    lwt.sleep(0.05):await()
    return "slept"
  end)
  print("lines: " .. lines("first.lua"))
  local ok, err = pcall(lines, "no such file")
  print(ok, err.kind, err.message)
  print(slow:await())
end)
