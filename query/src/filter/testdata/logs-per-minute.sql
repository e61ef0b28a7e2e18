-- service:pay severity>=warn
-- {"q_value_0":"pay","q_from_1":13,"q_to_1":255,"q_values_1":["WARN","WARNING","ERROR","ERR","SEVERE","FATAL","CRITICAL","CRIT","ALERT","EMERG","EMERGENCY","PANIC"]}
(ServiceName = {q_value_0:String})
AND (SeverityNumber BETWEEN {q_from_1:UInt16} AND {q_to_1:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_1:Array(String)}))

-- version:2 OR -env:prod
-- {"q_value_0":"2","q_value_1":"prod"}
((ServiceVersion = {q_value_0:String}) OR (NOT (DeploymentEnvironment = {q_value_1:String})))

-- service:pa* NOT severity.text:INFO
-- {"q_value_0":"pa%","q_value_1":"INFO"}
(ServiceName LIKE {q_value_0:String})
AND (NOT (SeverityText = {q_value_1:String}))
