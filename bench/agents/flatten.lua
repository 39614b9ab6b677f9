-- The filter one would write by hand: one record a state, for returns that are objects of states. It loses members that
-- are null and the order of members, and knows no multi-function jobs, orchestrations or failed jobs.
function flatten(tag, timestamp, record)
  local data = record["data"] or record
  local states = data["return"]
  if type(states) ~= "table" or data["fun"] == nil then
    return -1, 0, 0
  end
  local records, count = {}, 0
  for name, state in pairs(states) do
    if type(state) == "table" then
      state["state_name"] = name
      state["state_id"] = state["__id__"]
      state["minion_id"] = data["id"]
      state["jid"] = data["jid"]
      state["fun"] = data["fun"]
      state["fun_args"] = data["fun_args"]
      state["event_type"] = "state_return"
      state["_stamp"] = data["_stamp"]
      count = count + 1
      records[count] = state
    end
  end
  if count == 0 then
    return -1, 0, 0
  end
  return 1, timestamp, records
end
