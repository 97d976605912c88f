/**
 * Readers that count, limit, join and sum other readers, and the test of what begins like audio.
 */
package io.stemspark.internal.audio;
