/**
 * What runs inside executors: a step is a named class, and what is expensive is built once per
 * partition or shared by all tasks of a process.
 */
package io.stemspark.internal.executor;
