-- logs: body:"card declined"
-- {"q_words_0":"card declined","q_phrase_0":"card declined"}
((hasAllTokens(lower(Body), lower({q_words_0:String}))) AND (position(lower(Body), lower({q_phrase_0:String})) > 0))

-- logs: body="card declined"
-- {"q_value_0":"card declined"}
(Body = {q_value_0:String})

-- logs: body:declin*
-- {"q_like_0":"%declin%","q_pattern_0":"(?:^|[^a-zA-Z0-9\\x{80}-\\x{10FFFF}])declin[a-zA-Z0-9\\x{80}-\\x{10FFFF}]*(?:$|[^a-zA-Z0-9\\x{80}-\\x{10FFFF}])"}
((lower(Body) LIKE lower({q_like_0:String})) AND (match(lower(Body), {q_pattern_0:String})))

-- traces: status.message:timeout
-- {"q_words_0":"timeout"}
(hasAllTokens(lower(StatusMessage), lower({q_words_0:String})))
