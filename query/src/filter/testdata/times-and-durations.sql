-- traces: duration>100ms
-- {"q_from_0":"100000001"}
(Duration >= {q_from_0:UInt64})

-- traces: duration:[1.5s TO 2m30s]
-- {"q_from_0":"1500000000","q_to_0":"150000000000"}
((Duration >= {q_from_0:UInt64}) AND (Duration <= {q_to_0:UInt64}))

-- traces: duration<0
-- {"q_from_0":"1","q_to_0":"0"}
((Duration >= {q_from_0:UInt64}) AND (Duration <= {q_to_0:UInt64}))

-- logs: time>=2026-11-20T14:00:00Z time<2026-11-20T15:00:00Z
-- {"q_from_0":"1795183200000000000","q_to_1":"1795186799999999999"}
(Timestamp >= fromUnixTimestamp64Nano({q_from_0:Int64}))
AND (Timestamp <= fromUnixTimestamp64Nano({q_to_1:Int64}))

-- logs: observed:*
-- {"q_from_0":"1"}
(ObservedTimestamp >= fromUnixTimestamp64Nano({q_from_0:Int64}))
