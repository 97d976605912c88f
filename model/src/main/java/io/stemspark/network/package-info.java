/**
 * What a separation network takes and gives, in {@link io.stemspark.network.NetworkSpec}, and the
 * engines that run one behind {@link io.stemspark.network.Network}.
 */
package io.stemspark.network;
