"""The steps that must be one step: Lua scripts, run by Redis with nothing in between.

All only touch keys of one conversation (one hash tag), so they also run on a Cluster.
The sorted sets that index conversations are updated right after; the keeper mends them if a
process dies in between.
"""

# KEYS: state, log, seen, key, address, delivered
# ARGV: client_id, author, counsellor_id, answers, only_if_pending, ciphertext, ttl_ms, now_ms,
#       last counsellor's message that the writer had seen ('' = no matter),
#       then pairs of field, value to write in the state of the conversation
# Returns {"ok", position, the name by which an app's sender is found or '', the position that waits for an
#       outcome or ''}
#       | {"duplicate", position} | {"unknown"} | {"not_your_turn", reader}
#       | {"meanwhile"}: another tab or another counsellor answered first
APPEND = """
local state, log, seen, key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local client_id, author, counsellor = ARGV[1], ARGV[2], ARGV[3]
local answers, only_if_pending = ARGV[4], ARGV[5]
local payload, ttl, now = ARGV[6], tonumber(ARGV[7]), ARGV[8]
local reader = redis.call('HGET', state, 'reader')
if not reader or redis.call('EXISTS', key) == 0 then return {'unknown'} end
if client_id ~= '' then
  local position = redis.call('HGET', seen, client_id)
  if position then return {'duplicate', position} end
end
if author == 'assistant' and reader ~= 'assistant' and reader ~= 'waiting' then
  return {'not_your_turn', reader}
end
if author == 'counsellor'
  and (reader ~= 'counsellor' or redis.call('HGET', state, 'counsellor_id') ~= counsellor) then
  return {'not_your_turn', reader}
end
if ARGV[9] ~= '' and (redis.call('HGET', state, 'last_counsellor') or '0-0') ~= ARGV[9] then
  return {'meanwhile'}
end
if only_if_pending ~= '' and redis.call('HGET', state, 'pending') ~= only_if_pending then
  return {'not_your_turn', reader}
end
local position = redis.call('XADD', log, '*', 'm', payload)
if client_id ~= '' then redis.call('HSET', seen, client_id, position) end
if author == 'young_person' then
  redis.call('HSET', state, 'last_message_at', now)
  redis.call('HSETNX', state, 'contact_began', now)
  redis.call('HINCRBY', state, 'turns', 1)
  if redis.call('HINCRBY', state, 'unread', 1) == 1 then redis.call('HSET', state, 'unread_since', now) end
  redis.call('HSET', state, 'last_young', position)
  if reader == 'closed' then redis.call('HSET', state, 'reader', 'assistant') end
  if reader ~= 'counsellor' then redis.call('HSET', state, 'pending', position) end
elseif author == 'counsellor' or redis.call('HGET', state, 'pending') == answers then
  redis.call('HDEL', state, 'pending')
end
if author == 'counsellor' then
  redis.call('HSET', state, 'last_counsellor', position)
  redis.call('HDEL', state, 'away_since')
end
for i = 10, #ARGV, 2 do
  local field, value = ARGV[i], ARGV[i + 1]
  if field == 'level' then
    local level = tonumber(redis.call('HGET', state, 'level') or '0')
    if tonumber(value) > level then redis.call('HSET', state, 'level', value) end
  elseif field ~= 'owed' or reader == 'assistant' or reader == 'closed' then
    -- Whoever waits for a person, or has one, is owed none.
    redis.call('HSET', state, field, value)
  end
end
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ttl) end
return {'ok', position, redis.call('HGET', KEYS[5], 'from') or '', redis.call('HGET', state, 'pending') or ''}
"""

# KEYS: state
# ARGV: wanted reader, allowed current readers (comma separated), counsellor_id that must own it
#       ('' = no matter), counsellor_id to write ('' = none), then pairs of field, value
# Returns {"ok", previous reader} | {"refused", current reader} | {"unknown"}
MOVE = """
local state = KEYS[1]
local wanted, allowed, owner, new_owner = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local reader = redis.call('HGET', state, 'reader')
if not reader then return {'unknown'} end
if not string.find(',' .. allowed .. ',', ',' .. reader .. ',', 1, true) then return {'refused', reader} end
if owner ~= '' and redis.call('HGET', state, 'counsellor_id') ~= owner then return {'refused', reader} end
redis.call('HSET', state, 'reader', wanted)
if new_owner ~= '' then
  redis.call('HSET', state, 'counsellor_id', new_owner)
else
  redis.call('HDEL', state, 'counsellor_id')
end
if wanted == 'counsellor' then redis.call('HDEL', state, 'pending') end
for i = 5, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', state, ARGV[i])
  else
    redis.call('HSET', state, ARGV[i], ARGV[i + 1])
  end
end
return {'ok', reader}
"""

# KEYS: state
# ARGV: counsellor_id that must own it ('' = no matter), counsellor_id who owns it from now on, their name,
#       now_ms
# Returns {"ok", previous owner} | {"refused", current reader} | {"unknown"}
PASS = """
local reader = redis.call('HGET', KEYS[1], 'reader')
if not reader then return {'unknown'} end
local owner = redis.call('HGET', KEYS[1], 'counsellor_id')
if reader ~= 'counsellor' or (ARGV[1] ~= '' and owner ~= ARGV[1]) or owner == ARGV[2] then
  return {'refused', reader}
end
redis.call('HSET', KEYS[1], 'counsellor_id', ARGV[2], 'counsellor_name', ARGV[3], 'unread_since', ARGV[4])
redis.call('HDEL', KEYS[1], 'help_since', 'away_since', 'escalated')
return {'ok', owner}
"""

# KEYS: state
# ARGV: position read, field of the one who read ('read_position': staff, 'young_read': the young person)
# Only ever moves forward; what staff read is no longer unread.
# Returns 1 when it moved
MARK_READ = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local function after(a, b)
  local a1, a2 = string.match(a, '^(%d+)-(%d+)$')
  local b1, b2 = string.match(b, '^(%d+)-(%d+)$')
  if not a1 or not b1 then return false end
  a1, a2, b1, b2 = tonumber(a1), tonumber(a2), tonumber(b1), tonumber(b2)
  return a1 > b1 or (a1 == b1 and a2 > b2)
end
local before = redis.call('HGET', KEYS[1], ARGV[2]) or '0-0'
if not after(ARGV[1], before) then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[1])
if ARGV[2] == 'read_position' and not after(redis.call('HGET', KEYS[1], 'last_young') or '0-0', ARGV[1]) then
  redis.call('HDEL', KEYS[1], 'unread', 'unread_since', 'escalated')
end
return 1
"""

# KEYS: state
# ARGV: pairs of field, value
# Never brings an erased conversation back. Returns 1 when it is there, else 0
WRITE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
"""

# KEYS: state
# ARGV: field, value
# Of several processes that want to do a thing once, one gets 1. Never brings an erased conversation back.
ONCE = """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""

# KEYS: state, notes
# ARGV: ciphertext, ttl_ms, most notes kept
NOTE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return {'unknown'} end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[3]), -1)
redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[2]))
redis.call('HINCRBY', KEYS[1], 'notes', 1)
return {'ok'}
"""

# KEYS: state, shared detail
# ARGV: ciphertext, ttl_ms
# The detail is for the counsellor who owns the conversation now, and for nobody after them.
# Returns {"ok", counsellor_id} | {"unknown"} | {"not_your_turn", reader}
SHARE = """
local reader = redis.call('HGET', KEYS[1], 'reader')
if not reader then return {'unknown'} end
if reader ~= 'counsellor' then return {'not_your_turn', reader} end
local owner = redis.call('HGET', KEYS[1], 'counsellor_id')
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'for', owner, 'detail', ARGV[1])
redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[2]))
return {'ok', owner}
"""

# KEYS: state, shared detail
# ARGV: counsellor_id
# Returns {"ok", ciphertext} and deletes it | {"none"}
TAKE_SHARED = """
if redis.call('HGET', KEYS[1], 'reader') ~= 'counsellor'
  or redis.call('HGET', KEYS[1], 'counsellor_id') ~= ARGV[1]
  or redis.call('HGET', KEYS[2], 'for') ~= ARGV[1] then return {'none'} end
local detail = redis.call('HGET', KEYS[2], 'detail')
redis.call('DEL', KEYS[2])
return {'ok', detail}
"""

# KEYS: data key, address, delivered
# ARGV: ttl_ms, the app's number of a message ('' = none), position and part reached ('' = as they are),
#       then pairs of field, value ('' forgets the field)
# Never brings an erased conversation back, and what was reached only ever moves forward.
# Returns 1 when the conversation is there, else 0
WRITE_ADDRESS = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local function place(position, part)
  local ms, number = string.match(position, '^(%d+)-(%d+)$')
  return {tonumber(ms), tonumber(number), tonumber(part)}
end
local function after(a, b)
  for i = 1, 3 do
    if a[i] ~= b[i] then return a[i] > b[i] end
  end
  return false
end
if ARGV[3] ~= '' then
  local before = redis.call('HMGET', KEYS[2], 'position', 'part')
  if after(place(ARGV[3], ARGV[4]), place(before[1] or '0-0', before[2] or '0')) then
    redis.call('HSET', KEYS[2], 'position', ARGV[3], 'part', ARGV[4])
  end
end
for i = 5, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[i])
  else
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[1]))
if ARGV[2] ~= '' then
  redis.call('RPUSH', KEYS[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[3], tonumber(ARGV[1]))
end
return 1
"""

# KEYS: leader
# ARGV: name, lease_ms
# Returns 1 when this name leads now (and for one more lease), else 0
LEAD = """
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', tonumber(ARGV[2]))
return 1
"""
