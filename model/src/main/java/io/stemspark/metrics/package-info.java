/** How close estimates come to their references: BSS Eval v4, SDR and SI-SDR. */
package io.stemspark.metrics;
