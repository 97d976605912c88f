#!/bin/sh
# Runs a benchmark: NetworkBenchmark, or the main class that is given, with its arguments.
set -eu

if [ $# -eq 0 ]; then
  set -- io.stemspark.benchmarks.NetworkBenchmark
fi

java=java
if [ -n "${JAVA_HOME:-}" ]; then
  java="$JAVA_HOME/bin/java"
fi

SPARK_HOME="${project.build.directory}/spark-home" SPARK_SCALA_VERSION=${scala.binary.version} \
OMP_NUM_THREADS=${environment.OMP_NUM_THREADS} \
THP_MEM_ALLOC_ENABLE=${environment.THP_MEM_ALLOC_ENABLE} exec "$java" ${jvm.options} \
  -Dstemspark.root="${maven.multiModuleProjectDirectory}" \
  -cp "${project.build.outputDirectory}:${benchmarks.classpath}" \
  "$@"
