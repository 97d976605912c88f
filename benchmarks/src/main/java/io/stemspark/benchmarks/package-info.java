/**
 * How fast this project's engines are, against others on the same machine. {@link
 * io.stemspark.benchmarks.NetworkBenchmark} is about the networks; the others run in JMH.
 */
package io.stemspark.benchmarks;
