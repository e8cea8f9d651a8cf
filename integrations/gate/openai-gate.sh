#!/bin/sh
# Stops a job before it pays: succeeds where so many tokens still fit into the limit of the day.
#
#   OPENAI_USAGE_URL=https://usage.example.workers.dev OPENAI_USAGE_TOKEN=... openai-gate.sh --model gpt-4o --tokens 30000
#
# Ends with 0 where they fit, 1 where they do not, 2 where it was called wrongly, 3 where nobody knows (the tracker cannot be
# reached, or its numbers are old); --when-unknown pass makes 0 of a 3. What fits counts as used until OpenAI reports it, so
# jobs that ask at the same time do not all pass.
set -u

say() { printf 'openai-gate: %s\n' "$1" >&2; }
wrong() {
  say "$1"
  say 'usage: openai-gate.sh (--model NAME | --tier premium|mini) --tokens N [--when-unknown fail|pass]'
  exit 2
}
unknown() {
  say "$1"
  [ "$when_unknown" = pass ] || exit 3
  say 'nobody knows, and --when-unknown is pass: going on'
  exit 0
}

model='' tier='' tokens='' when_unknown=fail
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || wrong "$1 needs a value"
  case $1 in
    --model) model=$2 ;;
    --tier) tier=$2 ;;
    --tokens) tokens=$2 ;;
    --when-unknown) when_unknown=$2 ;;
    *) wrong "unknown option $1" ;;
  esac
  shift 2
done
case $when_unknown in fail | pass) ;; *) wrong "--when-unknown is '$when_unknown', but must be fail or pass" ;; esac
case $tokens in '' | *[!0-9]*) wrong "--tokens is '$tokens', but must be a whole number" ;; esac
[ -n "$model$tier" ] || wrong '--model or --tier must be given'
[ -n "${OPENAI_USAGE_URL:-}" ] || wrong 'OPENAI_USAGE_URL is not set: the address of the tracker'
command -v curl >/dev/null || wrong 'curl is not installed'

# The token goes in by standard input: whoever lists the processes does not see it.
header=$(printf '%s' "${OPENAI_USAGE_TOKEN:-}" | sed 's/[\\"]/\\&/g')
answer=$(
  printf 'header = "Authorization: Bearer %s"\n' "$header" |
    curl --config - --silent --show-error --max-time 30 --write-out '\n%{http_code}' --get \
      --data-urlencode "model=$model" ${tier:+--data-urlencode "tier=$tier"} --data-urlencode "tokens=$tokens" \
      --data strict=1 "${OPENAI_USAGE_URL%/}/api/headroom"
) || unknown "the tracker at $OPENAI_USAGE_URL cannot be reached"

status=$(printf '%s\n' "$answer" | tail -n 1)
code=$(printf '%s\n' "$answer" | sed -n 's/.*"code":"\([a-z_]*\)".*/\1/p')
detail=$(printf '%s\n' "$answer" | sed -n 's/.*"detail":"\(\([^"\\]\|\\.\)*\)".*/\1/p' | sed 's/\\"/"/g')
usable=$(printf '%s\n' "$answer" | sed -n 's/.*"usable":\([0-9]*\).*/\1/p')

case $status in
  200)
    [ -n "$usable" ] || unknown "what answers at $OPENAI_USAGE_URL is no tracker"
    say "$tokens tokens fit: $usable were left"
    ;;
  429)
    [ "$code" = headroom_exhausted ] || unknown "${detail:-429}"
    say "$detail"
    exit 1
    ;;
  400 | 401 | 403 | 404) wrong "${detail:-the tracker answers $status}" ;;
  *) unknown "${detail:-the tracker answers $status}" ;;
esac
