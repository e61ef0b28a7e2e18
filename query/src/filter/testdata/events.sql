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
