/** Pages about runs, scores and trainings. */
package io.stemspark.internal.report;
