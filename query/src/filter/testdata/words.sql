-- logs: timeout
-- {"q_words_0":"timeout"}
(hasAllTokens(lower(Body), lower({q_words_0:String})))

-- logs: card declined
-- {"q_words_0":"card","q_words_1":"declined"}
(hasAllTokens(lower(Body), lower({q_words_0:String})))
AND (hasAllTokens(lower(Body), lower({q_words_1:String})))

-- logs: "card declined"
-- {"q_words_0":"card declined","q_phrase_0":"card declined"}
((hasAllTokens(lower(Body), lower({q_words_0:String}))) AND (position(lower(Body), lower({q_phrase_0:String})) > 0))

-- logs: order-123
-- {"q_words_0":"order 123","q_phrase_0":"order-123"}
((hasAllTokens(lower(Body), lower({q_words_0:String}))) AND (position(lower(Body), lower({q_phrase_0:String})) > 0))

-- logs: !!!
-- {"q_phrase_0":"!!!"}
(position(lower(Body), lower({q_phrase_0:String})) > 0)

-- logs: time*
-- {"q_like_0":"%time%","q_pattern_0":"(?:^|[^a-zA-Z0-9\\x{80}-\\x{10FFFF}])time[a-zA-Z0-9\\x{80}-\\x{10FFFF}]*(?:$|[^a-zA-Z0-9\\x{80}-\\x{10FFFF}])"}
((lower(Body) LIKE lower({q_like_0:String})) AND (match(lower(Body), {q_pattern_0:String})))

-- logs: /time(d )?out/
-- {"q_value_0":"time(d )?out"}
(match(Body, {q_value_0:String}))

-- logs: NOT timeout
-- {"q_words_0":"timeout"}
(NOT (hasAllTokens(lower(Body), lower({q_words_0:String}))))

-- traces: timeout
-- {"q_words_0":"timeout"}
(arrayExists(e -> hasAllTokens(lower(e), lower({q_words_0:String})), arrayConcat([toString(SpanName), StatusMessage], mapValues(SpanAttributes), arrayMap(e -> toString(e), `Events.Name`),
  arrayFlatten(arrayMap(m -> mapValues(m), `Events.Attributes`)))))

-- traces: "card declined"
-- {"q_words_0":"card declined","q_phrase_0":"card declined"}
(arrayExists(e -> (hasAllTokens(lower(e), lower({q_words_0:String}))) AND (position(lower(e), lower({q_phrase_0:String})) > 0), arrayConcat([toString(SpanName), StatusMessage], mapValues(SpanAttributes), arrayMap(e -> toString(e), `Events.Name`),
  arrayFlatten(arrayMap(m -> mapValues(m), `Events.Attributes`)))))

-- traces: /time(d )?out/
-- {"q_value_0":"time(d )?out"}
(arrayExists(e -> match(e, {q_value_0:String}), arrayConcat([toString(SpanName), StatusMessage], mapValues(SpanAttributes), arrayMap(e -> toString(e), `Events.Name`),
  arrayFlatten(arrayMap(m -> mapValues(m), `Events.Attributes`)))))
