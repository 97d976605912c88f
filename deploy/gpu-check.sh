#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: proves that training steps there are those of the processor in
# double precision, and masks those of the processor, and tells patches per second, of training
# against plain libtorch, and the share that copies take. Builds the jar for GPUs in place of
# another.
#
#   deploy/gpu-check.sh          # patches of 16 to a batch
#   deploy/gpu-check.sh 32
#
# Needs what docs/how-to/gpu.md says of the build with -Pcuda. Where libraries of CUDA 12, with which
# it separates, are not to be found beside those of CUDA 13, with which it trains, CUDA_12_LIBRARIES
# says where they lie.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$home/mvnw" -q -f "$home/pom.xml" -Pcuda,benchmarks -pl benchmarks -am package -DskipTests
sh "$home/benchmarks/target/run.sh" io.stemspark.benchmarks.GpuBenchmark train "$@"
export LD_LIBRARY_PATH="${CUDA_12_LIBRARIES:-${LD_LIBRARY_PATH:-}}"
sh "$home/benchmarks/target/run.sh" io.stemspark.benchmarks.GpuBenchmark separate "$@"
