/** The files of an evaluation ({@code docs/formats/scores.md}). */
package io.stemspark.internal.scores;
