-- traces: event:exception
-- {"q_value_0":"exception"}
(arrayExists(e -> e = {q_value_0:String}, `Events.Name`))

-- traces: event.name:ret*
-- {"q_value_0":"ret%"}
(arrayExists(e -> e LIKE {q_value_0:String}, `Events.Name`))

-- traces: exception.type:IOError
-- {"q_key_0":"exception.type","q_value_0":"IOError","q_item_1":"exception.type=IOError"}
((arrayExists(m -> mapContains(m, {q_key_0:String}) AND (m[{q_key_0:String}] = {q_value_0:String}), `Events.Attributes`)) OR (has(SpanAttributeItems, {q_item_1:String})))

-- traces: event.retry.count>3
-- {"q_key_0":"retry.count","q_from_0":3}
(arrayExists(m -> mapContains(m, {q_key_0:String}) AND (ifNull(toFloat64OrNull(m[{q_key_0:String}]) > {q_from_0:Float64}, 0)), `Events.Attributes`))

-- traces: -event.exception.escaped:*
-- {"q_key_0":"exception.escaped"}
(NOT (arrayExists(m -> mapContains(m, {q_key_0:String}), `Events.Attributes`)))

-- traces: link.kind:follows
-- {"q_key_0":"kind","q_value_0":"follows"}
(arrayExists(m -> mapContains(m, {q_key_0:String}) AND (m[{q_key_0:String}] = {q_value_0:String}), `Links.Attributes`))

-- traces: event.time:[2026-11-20T14:00:00Z TO 2026-11-20T15:00:00Z}
-- {"q_from_0":"1795183200000000000","q_to_0":"1795186799999999999"}
(arrayExists(e -> (e >= fromUnixTimestamp64Nano({q_from_0:Int64})) AND (e <= fromUnixTimestamp64Nano({q_to_0:Int64})), `Events.Timestamp`))

-- traces: link.flags:1
-- {"q_from_0":"1","q_to_0":"1"}
(arrayExists(e -> (e >= {q_from_0:UInt64}) AND (e <= {q_to_0:UInt64}), `Links.Flags`))
