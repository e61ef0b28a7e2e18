-- logs: severity>=warn
-- {"q_from_0":13,"q_to_0":255,"q_values_0":["WARN","WARNING","ERROR","ERR","SEVERE","FATAL","CRITICAL","CRIT","ALERT","EMERG","EMERGENCY","PANIC"]}
(SeverityNumber BETWEEN {q_from_0:UInt16} AND {q_to_0:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_0:Array(String)}))

-- logs: severity:warn
-- {"q_from_0":13,"q_to_0":16,"q_values_0":["WARN","WARNING"]}
(SeverityNumber BETWEEN {q_from_0:UInt16} AND {q_to_0:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_0:Array(String)}))

-- logs: severity:[info TO error}
-- {"q_from_0":9,"q_to_0":16,"q_values_0":["INFO","INFORMATION","INFORMATIONAL","NOTICE","WARN","WARNING"]}
(SeverityNumber BETWEEN {q_from_0:UInt16} AND {q_to_0:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_0:Array(String)}))

-- logs: severity:unset
-- {"q_from_0":1,"q_to_0":255,"q_values_0":["TRACE","FINEST","DEBUG","FINE","FINER","VERBOSE","INFO","INFORMATION","INFORMATIONAL","NOTICE","WARN","WARNING","ERROR","ERR","SEVERE","FATAL","CRITICAL","CRIT","ALERT","EMERG","EMERGENCY","PANIC"]}
(NOT (SeverityNumber BETWEEN {q_from_0:UInt16} AND {q_to_0:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_0:Array(String)})))

-- logs: severity.number:13
-- {"q_from_0":"13","q_to_0":"13"}
((SeverityNumber >= {q_from_0:UInt64}) AND (SeverityNumber <= {q_to_0:UInt64}))
