package io.stemspark.metrics;

/**
 * How good the estimates of a track's stems are.
 *
 * @param seconds duration of the references
 */
public record TrackScores(double seconds, StemScores vocals, StemScores accompaniment) {}
