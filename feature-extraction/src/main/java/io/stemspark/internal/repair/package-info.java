/**
 * Repairs of what players accept in files and FFmpeg does not: wrong sizes, tags in front, MP3 of
 * free format.
 */
package io.stemspark.internal.repair;
