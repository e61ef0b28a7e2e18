Columns that filters ask for, by the names that `fields.ts` and `compile.ts` have for them.

-- name: ServiceName
ServiceName

-- name: SpanName
SpanName

-- name: StatusMessage
StatusMessage

-- name: Body
Body

-- name: SeverityText
SeverityText

-- name: TraceId
TraceId

-- name: SpanId
SpanId

-- name: ParentSpanId
ParentSpanId

-- name: TraceState
TraceState

-- name: EventName
EventName

-- name: ScopeName
ScopeName

-- name: ScopeVersion
ScopeVersion

-- name: ResourceSchemaUrl
ResourceSchemaUrl

-- name: ScopeSchemaUrl
ScopeSchemaUrl

-- name: SpanKind
SpanKind

-- name: StatusCode
StatusCode

-- name: SeverityNumber
SeverityNumber

-- name: Duration
Duration

-- name: Flags
Flags

-- name: TraceFlags
TraceFlags

-- name: DroppedAttributesCount
DroppedAttributesCount

-- name: ResourceDroppedAttributesCount
ResourceDroppedAttributesCount

-- name: ScopeDroppedAttributesCount
ScopeDroppedAttributesCount

-- name: DroppedEventsCount
DroppedEventsCount

-- name: DroppedLinksCount
DroppedLinksCount

-- name: Timestamp
Timestamp

-- name: ObservedTimestamp
ObservedTimestamp

-- name: Events.Name
`Events.Name`

-- name: Links.TraceId
`Links.TraceId`

-- name: Links.SpanId
`Links.SpanId`

-- name: Links.TraceState
`Links.TraceState`

-- name: Events.Attributes
`Events.Attributes`

-- name: Links.Attributes
`Links.Attributes`

-- name: LogAttributes
LogAttributes

-- name: SpanAttributes
SpanAttributes

-- name: ResourceAttributes
ResourceAttributes

-- name: ScopeAttributes
ScopeAttributes

-- name: LogAttributeItems
LogAttributeItems

-- name: SpanAttributeItems
SpanAttributeItems

-- name: ResourceAttributeItems
ResourceAttributeItems

-- name: ServiceVersion
ServiceVersion

-- name: DeploymentEnvironment
DeploymentEnvironment

-- name: Events.Timestamp
`Events.Timestamp`

-- name: Events.DroppedAttributesCount
`Events.DroppedAttributesCount`

-- name: Links.Flags
`Links.Flags`

-- name: Links.DroppedAttributesCount
`Links.DroppedAttributesCount`
