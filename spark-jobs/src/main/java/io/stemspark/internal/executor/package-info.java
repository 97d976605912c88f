/**
 * What every job does inside executors: it takes the tracks of a task, opens their audio, and
 * enters the results into the journal. What is expensive is shared by all tasks of a process.
 */
package io.stemspark.internal.executor;
