/**
 * Separation of one track: {@link io.stemspark.separation.Separator} streams it through the network
 * behind {@link io.stemspark.network.Network} in memory that does not grow with its length.
 */
package io.stemspark.separation;
