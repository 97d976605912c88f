/**
 * What runs inside executors. A step is a named class; what is expensive is built once per
 * partition.
 */
package io.stemspark.jobs.steps;
