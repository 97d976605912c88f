/**
 * One run at a time in an output folder: a lease that a run takes, renews and releases, and whose
 * number orders runs and fences late writers. {@code docs/formats/lease.md} has its format.
 */
package io.stemspark.jobs.lease;
