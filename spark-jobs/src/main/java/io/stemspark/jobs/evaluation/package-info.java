/** Scores of tracks and what they come to: files, tables. */
package io.stemspark.jobs.evaluation;
