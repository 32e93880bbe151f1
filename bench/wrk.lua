-- wrk plays the bodies named after "--" in turn until so many are answered, and prints one JSON object.
-- wrk ... -t 1 -s wrk.lua URL -- CALLS BODY...
-- wrk itself waits out its duration; the seconds told here end with the last answer.

local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } moment; int gettimeofday(moment *, void *);")

local bodies, calls, sent = {}, 0, 0
local now = ffi.new("moment")
local player

heard, begun, ended = 0, 0, 0 -- global: read by done() from the thread

local function seconds()
  ffi.C.gettimeofday(now, nil)
  return tonumber(now.s) + tonumber(now.us) / 1e6
end

function setup(thread)
  player = thread
end

function init(args)
  calls = tonumber(args[1])
  for place = 2, #args do
    local file = assert(io.open(args[place], "rb"))
    bodies[#bodies + 1] = wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, file:read("*a"))
    file:close()
  end
end

function request()
  if sent == 0 then begun = seconds() end
  sent = sent + 1
  return bodies[(sent - 1) % #bodies + 1]
end

function response()
  heard = heard + 1
  ended = seconds()
  if heard >= calls then wrk.thread:stop() end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"seconds": %.6f, "calls": %d, "p50_ms": %.3f, "p99_ms": %.3f, "faults": %d}\n',
    player:get("ended") - player:get("begun"), player:get("heard"), latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
