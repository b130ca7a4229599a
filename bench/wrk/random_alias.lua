-- Renders through random aliases out of a0 … a{count-1}. Argument: the count.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  count = tonumber(args[1])
  math.randomseed(number + 1)
end

function request()
  return wrk.format("GET", "/render/bench/dynamic/resize-width-100/-_a" .. math.random(0, count - 1) .. "_-.jpg")
end
