/** Audio files through FFmpeg's libraries: demuxer, decoder, encoder, muxer, resampler. */
package io.stemspark.internal.ffmpeg;
