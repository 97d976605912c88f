package io.stemspark.separation;

import java.io.Serializable;

/**
 * What the stems of a track say about themselves, without references.
 *
 * @param vocalShare energy of the vocals in that of both stems, 0 to 1; 0 where both are silent
 * @param correlation of the two stems over the whole track, -1 to 1. Voice and band do not follow
 *     each other, so what they have in common was torn apart: the higher, the more doubtful. 0
 *     where a stem is silent
 * @param noVoice probability that nobody sings, 0 to 1
 * @param clippedVocals samples of the vocals beyond full scale
 * @param clippedAccompaniment samples of the accompaniment beyond full scale
 */
public record StemQuality(
    double vocalShare,
    double correlation,
    double noVoice,
    long clippedVocals,
    long clippedAccompaniment)
    implements Serializable {}
