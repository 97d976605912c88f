#!/usr/bin/env bash
# Submits a Stemspark command to a cluster. Options of spark-submit come first, then "--", then the
# command; without "--" everything is the command:
#
#   deploy/spark-submit.sh --master yarn --deploy-mode cluster -- separate hdfs:///music hdfs:///stems
#
# Needs spark-submit of Spark 4.2 in the PATH or SPARK_HOME, and a built jar (./mvnw package).
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=${STEMSPARK_JAR:-$home/spark-jobs/target/stemspark.jar}
properties="$home/conf/runtime.properties"

if [[ ! -f $jar ]]; then
  echo "spark-submit.sh: $jar does not exist: build it with ./mvnw package -DskipTests" >&2
  exit 2
fi
submit=spark-submit
if [[ -n ${SPARK_HOME:-} ]]; then
  submit="$SPARK_HOME/bin/spark-submit"
fi

options=()
for argument in "$@"; do
  if [[ $argument == -- ]]; then
    while [[ $1 != -- ]]; do
      options+=("$1")
      shift
    done
    shift
    break
  fi
done

# Processes of another machine may have no locale, or one that cannot hold all names.
case "${LC_ALL:-}" in
  *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) ;;
  *) unset LC_ALL ;;
esac

environment=()
while IFS= read -r variable; do
  name=${variable%%=*}
  [[ -n ${!name:-} ]] && variable="$name=${!name}"
  export "${variable?}"
  environment+=(--conf "spark.executorEnv.$variable" --conf "spark.yarn.appMasterEnv.$variable")
done < <(sed -n 's/^environment\.//p' "$properties")

exec "$submit" \
  --class io.stemspark.cli.Main \
  --driver-java-options "$(sed -n 's/^jvm\.options=//p' "$properties")" \
  "${environment[@]}" "${options[@]}" "$jar" "$@"
