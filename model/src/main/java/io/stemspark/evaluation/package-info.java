/** How good an estimate of a stem is. */
package io.stemspark.evaluation;
