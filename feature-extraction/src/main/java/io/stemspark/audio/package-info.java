/**
 * Audio in and out through FFmpeg's libraries: a file becomes blocks of samples, and blocks of
 * samples become a file.
 *
 * <p>Samples are planar floats, {@code samples[channel][time]}, full scale at 1. Readers and
 * writers stream: memory does not depend on a file's length.
 */
package io.stemspark.audio;
