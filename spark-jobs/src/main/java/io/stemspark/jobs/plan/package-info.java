/**
 * What a run has to do: tracks held against the ledger, and cut into tasks. A pure decision per
 * track ({@link io.stemspark.jobs.plan.Judge}), made by Spark for all of them.
 */
package io.stemspark.jobs.plan;
