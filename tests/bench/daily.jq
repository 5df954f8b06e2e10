# daily.jq: what `sv-report daily` counts, as well as jq can: group once
def pct($p): sort | if length == 0 then null else .[((length * $p / 100) | ceil) - 1] end;
def mean: if length == 0 then null else add / length end;
[inputs
 | .type as $t
 | if $t == "call.start" then {c: .call, start: .time}
   elif $t == "asr.final" then {c: .call, conf: .confidence}
   elif $t == "dialog.state" then select(.reason == "no_match") | {c: .call, nomatch: 1}
   elif $t == "dialog.handoff" then {c: .call, handoff: 1}
   elif $t == "dialog.end" then {c: .call, outcome: .outcome}
   elif $t == "turn" then {c: .call, total: .total_ms}
   elif $t == "call.end" then {c: .call, ms: .duration_ms}
   else empty end]
| group_by(.c)
| map({
    day: (map(.start // empty)[0][:10]),
    conf: map(.conf // empty), nomatch: map(.nomatch // empty) | length,
    handoff: any(.handoff), outcome: (map(.outcome // empty)[0]),
    turns: map(.total // empty), ms: (map(.ms // empty)[0])})
| group_by(.day)
| map({
    day: .[0].day, calls: length,
    answered: map(select(.conf != [])) | length,
    qualified: map(select(.outcome == "qualified")) | length,
    handoffs: map(select(.handoff)) | length,
    abandoned: map(select(.outcome == "abandoned")) | length,
    duration_ms: map(.ms // empty) | mean,
    no_match: ((map(.nomatch) | add) / (map(.conf | length) | add)),
    confidence: map(.conf[]) | mean,
    p50: map(.turns[]) | pct(50), p95: map(.turns[]) | pct(95)})
| .[]
