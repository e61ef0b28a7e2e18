multiIf(
    lh % {rare_one_in:UInt32} = 0, {rare_text:String},
    severity = 'DEBUG', {debug:Array(String)}[1 + intDiv(lh, 3) % length({debug:Array(String)})],
    severity = 'INFO', {info:Array(String)}[1 + intDiv(lh, 3) % length({info:Array(String)})],
    severity = 'WARN', {warn:Array(String)}[1 + intDiv(lh, 3) % length({warn:Array(String)})],
    {error:Array(String)}[1 + intDiv(lh, 3) % length({error:Array(String)})])
