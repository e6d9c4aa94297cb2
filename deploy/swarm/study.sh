#!/usr/bin/env bash
# A study in shards on a Docker Swarm, merged at the end: a replicated job with a task for each shard.
#
#   deploy/swarm/study.sh <shards> <folder> <arguments of run…>
#   deploy/swarm/study.sh 4 /srv/study scenarios --spec all -q
#
# The folder must not have shards in it yet. With several nodes it lies on a file system that all of them have mounted
# at the same path, and all of them have the image (UDAP_TESTBED_IMAGE). In a task it is /out, so scenarios of one's own
# can lie there. STUDY_TIMEOUT_S bounds the whole (14400).
#
# A task that is killed, or whose stage breaks, is run again by the engine. Exit code: that of `udap-testbed merge`;
# 2 for a wrong command line, 3 when a shard could not be completed, 130 when interrupted.
set -euo pipefail

image=${UDAP_TESTBED_IMAGE:-udap-testbed:0.1.0}
timeout=${STUDY_TIMEOUT_S:-14400}
attempts=5
name=udap-study-$$

# fail <exit code> <sentence>
fail() {
  echo "$2" >&2
  exit "$1"
}

[ $# -ge 3 ] || fail 2 "Usage: $0 <shards> <folder> <arguments of run…>"
[[ $1 =~ ^[1-9][0-9]*$ ]] || fail 2 "\"$1\" is no number of shards."
shards=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
[ -z "$(compgen -G "$folder/shard-*")" ] || fail 2 "$folder has shards already: empty it, or take another folder."
[ "$(docker info --format '{{.Swarm.ControlAvailable}}')" = true ] ||
  fail 3 'This engine manages no swarm: docker swarm init'

# What a container of a study may: write into the folder as whoever runs this, and nothing else.
confined=(--user "$(id -u):$(id -g)" --read-only --cap-drop ALL
  --mount "type=bind,source=$folder,destination=/out" --mount type=tmpfs,destination=/tmp)

# The engine keeps the containers of a job when its service goes.
cleanup() {
  docker service rm "$name" >/dev/null 2>&1 || return 0
  docker ps --all --quiet --filter "label=udap-testbed.run=$name" | xargs --no-run-if-empty docker rm --force >/dev/null 2>&1 || true
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Cases that failed (1) would fail again: such a shard is complete. {{.Task.Slot}} is the shard, from 0.
docker service create --quiet --detach --name "$name" --mode replicated-job --replicas "$shards" --no-resolve-image \
  --restart-condition on-failure --restart-delay 1s --stop-grace-period 2s \
  --label "udap-testbed.run=$name" --container-label "udap-testbed.run=$name" --no-healthcheck \
  --limit-memory 2g --limit-pids 512 --env 'UDAP_TESTBED_SLOT={{.Task.Slot}}' "${confined[@]}" \
  --entrypoint sh "$image" -c 'node bin/udap-testbed.mjs "$@" || { code=$?; [ "$code" = 1 ] || exit "$code"; }' sh \
  run "$@" --shard "job/$shards" --output-dir /out >/dev/null

# Shows how each failed task has ended, once, and gives up where that is no use. In a job the engine itself never does.
declare -A shown failures
heed_failed() {
  local id shard state error
  while IFS='|' read -r id shard state error; do
    [[ $state =~ ^(Failed|Rejected) && -z ${shown[$id]:-} ]] || continue
    shown[$id]=1
    failures[$shard]=$((${failures[$shard]:-0} + 1))
    echo "A task has ended ($error), the end of its output:" >&2
    docker service logs --raw --tail 20 "$id" 2>&1 | sed 's/^/  | /' >&2 || true
    [[ ! $error =~ \((2|4)\) ]] || fail 2 'That would be so in every shard.'
    [ "${failures[$shard]}" -lt "$attempts" ] || fail 3 "A shard has failed $attempts times."
  done <<<"$1"
}

echo "$shards shards as service $name"
completed=0
while [ "$completed" -lt "$shards" ]; do
  [ $SECONDS -lt "$timeout" ] || fail 3 "$completed of $shards shards were complete after $timeout s."
  sleep 1
  tasks=$(docker service ps --no-trunc --format '{{.ID}}|{{.Name}}|{{.CurrentState}}|{{.Error}}' "$name")
  heed_failed "$tasks"
  now=$(grep -c '|Complete' <<<"$tasks" || true)
  [ "$now" = "$completed" ] || echo "$now of $shards shards complete, $SECONDS s"
  completed=$now
done

docker run --rm --network none "${confined[@]}" "$image" merge /out --output-dir /out/merged --reporter list,junit,markdown
