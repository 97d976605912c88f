/** What a separation network takes and gives, and how it is to be computed. */
package io.stemspark.network;
