/**
 * Decides which tracks a run takes on and why, and how they are divided among tasks. The decision
 * about a track is pure: {@link io.stemspark.internal.plan.IncrementalPlanner}.
 */
package io.stemspark.internal.plan;
