What the filter language becomes. Each leaf is 0 or 1 and never NULL, so that NOT of it is its opposite. `value` stands
for a column or for an element of one; parameters are numbered.

`has-item` asks the items alone, which their text index answers: a condition on the map as well would read the map again.
`word-like` says as much of `word-pattern` as the text index can answer.

-- name: not
NOT (/*condition*/)

-- name: is
/*value*/ = {q_value_n:String}

-- name: one-of
/*value*/ IN {q_values_n:Array(String)}

-- name: like
/*value*/ LIKE {q_value_n:String}

-- name: regex
match(/*value*/, {q_value_n:String})

-- name: text-after
/*value*/ > {q_from_n:String}

-- name: text-from
/*value*/ >= {q_from_n:String}

-- name: text-before
/*value*/ < {q_to_n:String}

-- name: text-to
/*value*/ <= {q_to_n:String}

-- name: number-after
ifNull(toFloat64OrNull(/*value*/) > {q_from_n:Float64}, 0)

-- name: number-from
ifNull(toFloat64OrNull(/*value*/) >= {q_from_n:Float64}, 0)

-- name: number-before
ifNull(toFloat64OrNull(/*value*/) < {q_to_n:Float64}, 0)

-- name: number-to
ifNull(toFloat64OrNull(/*value*/) <= {q_to_n:Float64}, 0)

-- name: integer-from
/*value*/ >= {q_from_n:UInt64}

-- name: integer-to
/*value*/ <= {q_to_n:UInt64}

-- name: time-from
/*value*/ >= fromUnixTimestamp64Nano({q_from_n:Int64})

-- name: time-to
/*value*/ <= fromUnixTimestamp64Nano({q_to_n:Int64})

-- name: severity
SeverityNumber BETWEEN {q_from_n:UInt16} AND {q_to_n:UInt16}
  OR (SeverityNumber = 0 AND upper(SeverityText) IN {q_values_n:Array(String)})

-- name: not-empty
/*value*/ != ''

-- name: list-not-empty
notEmpty(/*list*/)

-- name: in-list
arrayExists(e -> /*test*/, /*list*/)

-- name: element
e

-- name: has-item
has(/*items*/, {q_item_n:String})

-- name: has-key
mapContains(/*map*/, {q_key_n:String})

-- name: in-map
mapContains(/*map*/, {q_key_n:String}) AND (/*test*/)

-- name: map-value
/*map*/[{q_key_n:String}]

-- name: maps-have-key
arrayExists(m -> mapContains(m, {q_key_n:String}), /*list*/)

-- name: in-maps
arrayExists(m -> mapContains(m, {q_key_n:String}) AND (/*test*/), /*list*/)

-- name: maps-value
m[{q_key_n:String}]

-- name: words
hasAllTokens(lower(/*text*/), lower({q_words_n:String}))

-- name: phrase
position(lower(/*text*/), lower({q_phrase_n:String})) > 0

-- name: word-like
lower(/*text*/) LIKE lower({q_like_n:String})

-- name: word-pattern
match(lower(/*text*/), {q_pattern_n:String})

-- name: text-body
Body

-- name: text-status-message
StatusMessage

-- name: texts-span
arrayConcat([toString(SpanName), StatusMessage], mapValues(SpanAttributes), arrayMap(e -> toString(e), `Events.Name`),
  arrayFlatten(arrayMap(m -> mapValues(m), `Events.Attributes`)))
