-- logs: service:shop
-- {"q_value_0":"shop"}
(ServiceName = {q_value_0:String})

-- logs: service!=shop
-- {"q_value_0":"shop"}
(NOT (ServiceName = {q_value_0:String}))

-- logs: service:(shop OR pay)
-- {"q_value_0":"shop","q_value_1":"pay"}
((ServiceName = {q_value_0:String}) OR (ServiceName = {q_value_1:String}))

-- logs: service:sh*p_1%
-- {"q_value_0":"sh%p\\_1\\%"}
(ServiceName LIKE {q_value_0:String})

-- logs: event:*
-- {}
(EventName != '')

-- traces: name:/^GET/
-- {"q_value_0":"^GET"}
(match(SpanName, {q_value_0:String}))

-- traces: name>="GET /a" name<"GET /b"
-- {"q_from_0":"GET /a","q_to_1":"GET /b"}
(SpanName >= {q_from_0:String})
AND (SpanName < {q_to_1:String})

-- traces: root:true
-- {}
(NOT (ParentSpanId != ''))

-- traces: kind:server
-- {"q_values_0":["Server","SPAN_KIND_SERVER"]}
(SpanKind IN {q_values_0:Array(String)})

-- traces: -status:error
-- {"q_values_0":["Error","STATUS_CODE_ERROR"]}
(NOT (StatusCode IN {q_values_0:Array(String)}))

-- traces: flags:1
-- {"q_from_0":"1","q_to_0":"1"}
((Flags >= {q_from_0:UInt64}) AND (Flags <= {q_to_0:UInt64}))
