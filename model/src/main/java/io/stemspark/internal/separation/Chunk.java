package io.stemspark.internal.separation;

import java.io.Serializable;

/**
 * A chunk of a track.
 *
 * @param from its first sample
 * @param to the sample after its last; {@link Long#MAX_VALUE} for the end of the track, wherever
 *     that is
 */
public record Chunk(long from, long to) implements Serializable {}
