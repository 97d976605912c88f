/** What is known of other people's networks: their tensors, and how their own hosts run them. */
package io.stemspark.internal.presets;
