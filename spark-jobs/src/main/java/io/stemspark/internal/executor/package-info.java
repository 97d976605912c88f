/**
 * What runs inside executors. Each step is a named class. What is expensive is built once per
 * partition, or shared by all tasks of a process.
 */
package io.stemspark.internal.executor;
