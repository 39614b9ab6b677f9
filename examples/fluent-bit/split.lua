-- Splits {"states":[{first},{second}…]}, as saltflat's `flatten_array` returns it, into one record a state.
-- A Lua table keeps no order of members, and every Lua number is a 64-bit float.
function split(tag, timestamp, record)
  return 2, timestamp, record.states
end
