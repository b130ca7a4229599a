-- Moves aliases: every request points one of a thread's 100 names at the other of two images.
-- Arguments: the API key, two hashes, and a prefix that makes the names of this run its own.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  headers = { ["Api-Key"] = args[1], ["Content-Type"] = "application/json" }
  bodies = { '{"hash":"' .. args[2] .. '"}', '{"hash":"' .. args[3] .. '"}' }
  prefix = args[4] .. "_" .. number .. "_"
  sent = 0
end

function request()
  local name = prefix .. (sent % 100)
  local body = bodies[math.floor(sent / 100) % 2 + 1]
  sent = sent + 1
  return wrk.format("PUT", "/sourceimages/bench/alias/" .. name .. "?overwrite=true", headers, body)
end
