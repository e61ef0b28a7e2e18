-- logs: trace:4BF92F3577B34DA6A3CE929D0E0E4736
-- {"q_value_0":"4bf92f3577b34da6a3ce929d0e0e4736"}
(TraceId = {q_value_0:String})

-- logs: trace:4bf9*
-- {"q_value_0":"4bf9%"}
(TraceId LIKE {q_value_0:String})

-- logs: -trace:*
-- {}
(NOT (TraceId != ''))

-- traces: link.trace:4bf92f3577b34da6a3ce929d0e0e4736
-- {"q_value_0":"4bf92f3577b34da6a3ce929d0e0e4736"}
(arrayExists(e -> e = {q_value_0:String}, `Links.TraceId`))

-- traces: -link.span:*
-- {}
(NOT (notEmpty(`Links.SpanId`)))
