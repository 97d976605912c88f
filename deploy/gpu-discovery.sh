#!/usr/bin/env bash
# Tells Spark which GPUs this machine has, as spark.executor.resource.gpu.discoveryScript expects.
set -euo pipefail
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -sd, -)
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
