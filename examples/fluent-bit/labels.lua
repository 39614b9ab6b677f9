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
--   runs       the first RUNS pairs of minion and run that gauges are kept of, the first RUNS_OF_A_MINION of one minion;
--              what is beyond has no gauges, and counts in salt_runs_beyond_limit_total
--
-- prometheus-alerts.yaml tells when a limit is reached (SaltSeriesLimited, SaltRunsLimited).
local FUNCTIONS_OF_A_MINION = 50
local FUNCTIONS = 300
local FAILURES_OF_A_MINION = 100
local FAILURES = 5000
local RUNS_OF_A_MINION = 5
local RUNS = 2000

-- The agent cuts a label at 252 bytes, even in the middle of a character, and Prometheus then refuses the whole page:
-- one long state id would silence every alert. Sixty characters of at most four bytes always fit.
local CHARACTERS = 60

local functions, function_count, functions_of = {}, 0, {}
local failures, failure_count = {}, 0
local failures_of = {}
local runs, run_count, runs_of = {}, 0, {}
local refused = '' -- the minion and jid of the newest run that Salt refused

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

-- A time of `flatten_ecs` (2026-11-30T09:00:46.784852Z) in seconds since 1970; nil where it is none.
local function seconds_of(text)
  if type(text) ~= 'string' then return nil end
  local year, month, day, hour, minute, second = text:match('^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+%.?%d*)Z$')
  if not year then return nil end
  -- Days since 1970, years beginning in March: the leap day is a year's last.
  local march, years = (month + 9) % 12, year - (month < '03' and 1 or 0)
  local days = 365 * years + math.floor(years / 4) - math.floor(years / 100) + math.floor(years / 400)
    + math.floor((153 * march + 2) / 5) + day - 1 - 719468
  return ((days * 24 + hour) * 60 + minute) * 60 + second
end

-- The arguments of a job: its SLS, where it names some, and whether it only looks (`test=True`).
local function arguments_of(list)
  local mods, test = nil, false
  if type(list) ~= 'table' then return mods, test end
  for _, text in ipairs(list) do
    if type(text) == 'string' and text:sub(1, 1) == '{' then
      local own = text:sub(2, -2):gsub('%b{}', ''):gsub('%b[]', '') -- a pillar may have such names, too
      test = test or own:find('"test": ?true') ~= nil
      mods = mods or own:match('"mods": ?"([^"]+)"')
    elseif type(text) == 'string' then
      test = test or text:find('^test=[Tt]rue$') ~= nil
      mods = mods or text:match('^mods=(.+)$') or (not text:find('^%l[%w_]*=') and text) or nil
    end
  end
  return mods, test
end

-- What is compared from one time to the next: `highstate`, the SLS of a job, else its function.
local function run_of(action, mods)
  local fun = type(action) == 'string' and action or 'other'
  local is_apply = fun == 'state.apply' or fun == 'state.sls'
  if fun == 'state.highstate' or (fun == 'state.apply' and not mods) then return 'highstate' end
  return label((is_apply or fun:find('orch', 1, true)) and mods or fun)
end

-- Whether gauges are kept of a run, and it is no older than what they show.
local function takes(minion, run, time)
  local key = minion .. '\0' .. run
  if not runs[key] then
    local count = runs_of[minion] or 0
    if run_count >= RUNS or count >= RUNS_OF_A_MINION then return 'beyond' end
    runs_of[minion] = count + 1
    run_count = run_count + 1
  elseif time < runs[key] then
    return 'older'
  end
  runs[key] = time
  return nil
end

-- The minion and jid of a record.
local function job_of(minion, salt)
  local jid = member(salt, 'jid')
  return minion .. '\0' .. (type(jid) == 'string' and jid or '')
end

-- Salt refuses a run while another one runs on the minion: that one tells how the minion is.
local function is_refusal(text)
  return type(text) == 'string' and text:find('^The function ".-" is running as PID %d+') ~= nil
end

-- Adds what a summary says to `out`. `summary` is `run`, `test` (only `would_change` is to be taken), or why not.
local function summarise(out, salt, event, minion, timestamp)
  local counts = member(salt, 'summary')
  if member(counts, 'states') == 0 and refused == job_of(minion, salt) then
    out.summary = 'refused'
    return
  end
  local mods, is_test = arguments_of(member(salt, 'fun_args'))
  out.minion, out.run = minion, run_of(member(event, 'action'), mods)
  out.time = seconds_of(member(event, 'created')) or timestamp
  out.would_change = member(counts, 'would_change') or 0
  out.summary = takes(minion, out.run, out.time) or ((is_test or out.would_change > 0) and 'test' or 'run')
  out.success = member(event, 'outcome') == 'success' and 1 or 0
  out.failed = member(counts, 'failed') or 0
  out.failed_roots = member(counts, 'failed_roots') or out.failed
  out.changed = member(counts, 'changed') or 0
  out.took = (member(counts, 'total_duration') or 0) / 1000
  if out.summary == 'run' and out.success == 1 then out.succeeded = 'yes' end
end

-- The filter. Every record gets `dataset`, `kind`, `function` and `duration`; a failed one `minion`, `sls`, `state`
-- and `failed_function` too; a summary what `summarise` adds.
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
    if is_refusal(record['message']) then refused = job_of(minion, salt) end
    local state = member(salt, 'state')
    out.minion, out.sls, out.state, out['failed_function'] = failure_of(
      minion,
      label(member(state, 'sls')),
      label(member(state, 'id')),
      out['function']
    )
  elseif out.kind == 'job_return' then
    summarise(out, salt, event, minion, timestamp)
  end
  return 2, timestamp, out -- the record is another, the time is not
end
