-- What prometheus.yaml counts by: a record of `flatten_ecs` → its labels and its duration, and nothing else.
--
-- Minion, SLS, state and function are the minion's words, and each new combination is a series that the agent keeps
-- until it restarts. So that no minion, broken or hostile, fills the agent's memory and that of Prometheus, there are
-- limits. What is beyond one counts all the same, under `other`:
--
--   function   a name as Salt has them; the first FUNCTIONS_OF_A_MINION that one minion brings, the first FUNCTIONS of all
--   failures   the first FAILURES_OF_A_MINION combinations of SLS, state and function of one minion; then its `other`
--   in all     the first FAILURES combinations of all minions; then `other` on `other`
--
-- prometheus-alerts.yaml tells when a limit is reached (SaltSeriesLimited).
local FUNCTIONS_OF_A_MINION = 50
local FUNCTIONS = 300
local FAILURES_OF_A_MINION = 100
local FAILURES = 5000

-- The agent cuts a label at 252 bytes, even in the middle of a character, and Prometheus then refuses the whole page:
-- one long state id would silence every alert. Sixty characters of at most four bytes always fit.
local CHARACTERS = 60

local functions, function_count, functions_of = {}, 0, {}
local failures, failure_count = {}, 0
local failures_of = {}

local function member(object, name)
  if type(object) == 'table' then return object[name] end
  return nil
end

local function label(value)
  if type(value) ~= 'string' then return '' end
  local count = 0
  for at = 1, #value do
    local byte = value:byte(at)
    if byte < 128 or byte > 191 then -- a character begins here
      count = count + 1
      if count > CHARACTERS then return value:sub(1, at - 1) end
    end
  end
  return value
end

local function function_of(action, minion)
  -- module.function; a runner's has three parts
  if type(action) ~= 'string' or #action > CHARACTERS or not action:find('^[%l][%l%d_]*%.[%l_][%l%d_.]*$') then
    return 'other'
  end
  if functions[action] == nil then
    local count = functions_of[minion] or 0
    if function_count >= FUNCTIONS or count >= FUNCTIONS_OF_A_MINION then return 'other' end
    functions[action] = true
    functions_of[minion] = count + 1
    function_count = function_count + 1
  end
  return action
end

-- The minion, SLS, state and function under which a failure counts.
local function failure_of(minion, sls, state, action)
  local key = table.concat({ minion, sls, state, action }, '\0')
  if failures[key] then return minion, sls, state, action end
  if failure_count >= FAILURES then return 'other', 'other', 'other', 'other' end
  local count = failures_of[minion] or 0
  if count > FAILURES_OF_A_MINION then return minion, 'other', 'other', 'other' end
  failures_of[minion] = count + 1
  failure_count = failure_count + 1
  if count == FAILURES_OF_A_MINION then return minion, 'other', 'other', 'other' end -- its last series
  failures[key] = true
  return minion, sls, state, action
end

-- The filter. Every record gets `dataset`, `kind`, `function` and `duration`; a failed one `minion`, `sls`, `state`
-- and `failed_function` too.
function labels(_, timestamp, record)
  local salt, event = record['salt'], record['event']
  local minion = label(member(record['host'], 'name'))
  local out = {
    dataset = member(event, 'dataset'),
    kind = member(salt, 'kind'),
    ['function'] = function_of(member(event, 'action'), minion),
    duration = member(event, 'duration'),
  }
  if out.kind == 'failed' then
    local state = member(salt, 'state')
    out.minion, out.sls, out.state, out['failed_function'] = failure_of(
      minion,
      label(member(state, 'sls')),
      label(member(state, 'id')),
      out['function']
    )
  end
  return 2, timestamp, out -- the record is another, the time is not
end
