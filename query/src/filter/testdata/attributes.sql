-- logs: http.route:/pay
-- {"q_item_0":"http.route=/pay","q_item_1":"http.route=/pay"}
((has(LogAttributeItems, {q_item_0:String})) OR (has(ResourceAttributeItems, {q_item_1:String})))

-- logs: http.route=/pay
-- {"q_item_0":"http.route=/pay","q_item_1":"http.route=/pay"}
((has(LogAttributeItems, {q_item_0:String})) OR (has(ResourceAttributeItems, {q_item_1:String})))

-- logs: attr.http.route:/pay
-- {"q_item_0":"http.route=/pay"}
(has(LogAttributeItems, {q_item_0:String}))

-- logs: resource.k8s.pod.name:pay-1
-- {"q_item_0":"k8s.pod.name=pay-1"}
(has(ResourceAttributeItems, {q_item_0:String}))

-- logs: scope.x:y
-- {"q_key_0":"x","q_value_0":"y"}
(ScopeAttributes[{q_key_0:String}] = {q_value_0:String})

-- logs: -user.id:7
-- {"q_item_0":"user.id=7","q_item_1":"user.id=7"}
(NOT ((has(LogAttributeItems, {q_item_0:String})) OR (has(ResourceAttributeItems, {q_item_1:String}))))

-- logs: user.id:*
-- {"q_key_0":"user.id","q_key_1":"user.id"}
((mapContains(LogAttributes, {q_key_0:String})) OR (mapContains(ResourceAttributes, {q_key_1:String})))

-- logs: http.route:/api/*
-- {"q_key_0":"http.route","q_value_0":"/api/%","q_key_1":"http.route","q_value_1":"/api/%"}
((mapContains(LogAttributes, {q_key_0:String}) AND (LogAttributes[{q_key_0:String}] LIKE {q_value_0:String})) OR (mapContains(ResourceAttributes, {q_key_1:String}) AND (ResourceAttributes[{q_key_1:String}] LIKE {q_value_1:String})))

-- logs: http.status_code>=500
-- {"q_key_0":"http.status_code","q_from_0":500,"q_key_1":"http.status_code","q_from_1":500}
((mapContains(LogAttributes, {q_key_0:String}) AND (ifNull(toFloat64OrNull(LogAttributes[{q_key_0:String}]) >= {q_from_0:Float64}, 0))) OR (mapContains(ResourceAttributes, {q_key_1:String}) AND (ifNull(toFloat64OrNull(ResourceAttributes[{q_key_1:String}]) >= {q_from_1:Float64}, 0))))

-- logs: http.status_code:[400 TO 500}
-- {"q_key_0":"http.status_code","q_from_0":400,"q_to_0":500,"q_key_1":"http.status_code","q_from_1":400,"q_to_1":500}
((mapContains(LogAttributes, {q_key_0:String}) AND ((ifNull(toFloat64OrNull(LogAttributes[{q_key_0:String}]) >= {q_from_0:Float64}, 0)) AND (ifNull(toFloat64OrNull(LogAttributes[{q_key_0:String}]) < {q_to_0:Float64}, 0)))) OR (mapContains(ResourceAttributes, {q_key_1:String}) AND ((ifNull(toFloat64OrNull(ResourceAttributes[{q_key_1:String}]) >= {q_from_1:Float64}, 0)) AND (ifNull(toFloat64OrNull(ResourceAttributes[{q_key_1:String}]) < {q_to_1:Float64}, 0)))))

-- logs: build>="2026-01-02"
-- {"q_key_0":"build","q_from_0":"2026-01-02","q_key_1":"build","q_from_1":"2026-01-02"}
((mapContains(LogAttributes, {q_key_0:String}) AND (LogAttributes[{q_key_0:String}] >= {q_from_0:String})) OR (mapContains(ResourceAttributes, {q_key_1:String}) AND (ResourceAttributes[{q_key_1:String}] >= {q_from_1:String})))

-- logs: http.route:/^.api/
-- {"q_key_0":"http.route","q_value_0":"^.api","q_key_1":"http.route","q_value_1":"^.api"}
((mapContains(LogAttributes, {q_key_0:String}) AND (match(LogAttributes[{q_key_0:String}], {q_value_0:String}))) OR (mapContains(ResourceAttributes, {q_key_1:String}) AND (match(ResourceAttributes[{q_key_1:String}], {q_value_1:String}))))

-- logs: "a=b":c
-- {"q_key_0":"a=b","q_value_0":"c","q_key_1":"a=b","q_value_1":"c"}
((LogAttributes[{q_key_0:String}] = {q_value_0:String}) OR (ResourceAttributes[{q_key_1:String}] = {q_value_1:String}))

-- logs: "'; DROP TABLE x; --":"{y:Identifier}"
-- {"q_item_0":"'; DROP TABLE x; --={y:Identifier}","q_item_1":"'; DROP TABLE x; --={y:Identifier}"}
((has(LogAttributeItems, {q_item_0:String})) OR (has(ResourceAttributeItems, {q_item_1:String})))

-- traces: http.route:/pay
-- {"q_item_0":"http.route=/pay","q_item_1":"http.route=/pay"}
((has(SpanAttributeItems, {q_item_0:String})) OR (has(ResourceAttributeItems, {q_item_1:String})))

-- traces: version:2
-- {"q_item_0":"service.version=2"}
(has(ResourceAttributeItems, {q_item_0:String}))
