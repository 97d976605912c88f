/** Networks that see segments of a track: as samples, as spectra of a segment, or both. */
package io.stemspark.internal.segments;
