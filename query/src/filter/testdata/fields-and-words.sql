-- logs: service:pay severity>=error (timeout OR refused) -http.route:/health
-- {"q_value_0":"pay","q_from_1":17,"q_to_1":255,"q_values_1":["ERROR","ERR","SEVERE","FATAL","CRITICAL","CRIT","ALERT","EMERG","EMERGENCY","PANIC"],"q_words_2":"timeout","q_words_3":"refused","q_item_4":"http.route=/health","q_item_5":"http.route=/health"}
(ServiceName = {q_value_0:String})
AND (SeverityNumber BETWEEN {q_from_1:UInt16} AND {q_to_1:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_1:Array(String)}))
AND ((hasAllTokens(lower(Body), lower({q_words_2:String}))) OR (hasAllTokens(lower(Body), lower({q_words_3:String}))))
AND (NOT ((has(LogAttributeItems, {q_item_4:String})) OR (has(ResourceAttributeItems, {q_item_5:String}))))

-- traces: service:(a OR b) AND NOT (duration<1s OR status:ok)
-- {"q_value_0":"a","q_value_1":"b","q_to_2":"999999999","q_values_3":["Ok","STATUS_CODE_OK"]}
((ServiceName = {q_value_0:String}) OR (ServiceName = {q_value_1:String}))
AND (NOT ((Duration <= {q_to_2:UInt64}) OR (StatusCode IN {q_values_3:Array(String)})))
